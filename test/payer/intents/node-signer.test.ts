// A simulated node's wallet over real sockets, with something in between that does what other users of the wallet, and bad nodes, do.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openNodeSigner, restNodeWallet } from '../../../payer/intents/node-signer.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { createTransfer, transferFee } from '../../../protocol/transfer.js';
import { isSignedBySender } from '../../../wallet/transfer-signature.js';
import { setUp } from '../../devnet/setting.js';
import { startRestProxy } from '../../support/rest-proxy.js';
import { ALPH, addressOf, walletKeys } from '../../support/round-lab.js';
import { PASSWORD } from '../../support/wallet-lab.js';

const addresses = walletKeys.map(({ address }) => address.text);
const paid = { networkId: 4, addresses };
const NEW = (): boolean => false;

/** What a transfer out of a group is asked to be. */
const askedOf = (group: number) => ({
  ...{ networkId: 4, publicKey: walletKeys[group]!.publicKey, change: 0n, timestampMs: 1_800_000_000_000n },
  inputs: [{ key: new Uint8Array(32).fill(group), amount: ALPH, lockTimeMs: 0n }],
  destinations: [{ address: addressOf(3), amount: ALPH - transferFee(1, 1) }],
});

async function walletLab(
  t: TestContext,
  {
    keys = walletKeys,
    apiKey = undefined as string | undefined,
    passphrase = undefined as string | undefined,
  } = {},
) {
  const { devnet, clock } = await setUp(t, {
    wallets: [{ name: 'pool', password: PASSWORD, keys, ...(passphrase !== undefined && { passphrase }) }],
    ...(apiKey !== undefined && { apiKey }),
  });
  const proxy = await startRestProxy(t, devnet.restPort);
  const endpoint = { host: '127.0.0.1', port: 1, restPort: proxy.port };
  const wallet = (name = 'pool', password = PASSWORD, timeoutMs = 60_000) =>
    restNodeWallet({ endpoint, apiKey }, name, password, timeoutMs);
  /** Somebody else uses the wallet. */
  const other = async (what: string, body: object = {}): Promise<void> => {
    const path = `http://127.0.0.1:${devnet.restPort}/wallets/pool/${what}`;
    const { status } = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
    assert.equal(status, 200);
  };
  const asked = (): string[] => proxy.asked.splice(0).map(({ path }) => path.replace('/wallets/pool/', ''));
  return { devnet, clock, proxy, wallet, other, asked };
}

test('a locked wallet is opened, and signs as each of its addresses; it is shown ids alone', async (t) => {
  const { wallet, proxy, asked } = await walletLab(t, { apiKey: 'the key of the API' });
  const signer = await openNodeSigner(wallet(), paid);
  assert.deepEqual(
    signer.keys.map(({ address, publicKey }) => [address.text, bytesToHex(publicKey)]),
    walletKeys.map(({ address, publicKey }) => [address.text, bytesToHex(publicKey)]),
  );
  assert.deepEqual(asked(), ['unlock', 'addresses']);
  for (const group of [0, 1, 1, 3]) {
    const transfer = createTransfer(askedOf(group));
    const signed = await signer.sign(askedOf(group), NEW);
    assert.ok('signature' in signed);
    assert.deepEqual(signed.transfer, transfer);
    assert.ok(isSignedBySender(transfer, signed.signature));
    assert.deepEqual(JSON.parse(proxy.asked.at(-1)!.body), { data: bytesToHex(transfer.id) });
  }
  const change = 'change-active-address';
  assert.deepEqual(asked(), ['sign', change, 'sign', 'sign', change, 'sign']);
});

test('what is known, or of another network or key, is not shown to the node', async (t) => {
  const { wallet, asked } = await walletLab(t);
  const signer = await openNodeSigner(wallet(), paid);
  asked();
  const rejects = (change: object, isKnown: () => boolean, code: string) =>
    assert.rejects(signer.sign({ ...askedOf(0), ...change }, isKnown), { code });
  await rejects({}, () => true, 'ERR_WALLET_TRANSFER');
  await rejects({ networkId: 0 }, NEW, 'ERR_WALLET_NETWORK');
  await rejects({ publicKey: walletKeys[0]!.publicKey.with(32, 1) }, NEW, 'ERR_WALLET_TRANSFER');
  assert.deepEqual(asked(), []);
});

test('a wallet that can not be used is refused, in words without its password', async (t) => {
  const { wallet, proxy } = await walletLab(t);
  const refused = async (made: ReturnType<typeof wallet>, code: string, words: RegExp, at = paid) =>
    assert.rejects(openNodeSigner(made, at), (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /a wrong one/);
      return true;
    });
  const wrong = 'a wrong one';
  await refused(
    wallet('pool', wrong),
    'ERR_WALLET_PASSWORD',
    /wallet pool of http:.*: 401 "Invalid password"$/,
  );
  await openNodeSigner(wallet(), paid);
  await refused(wallet('pool', wrong), 'ERR_WALLET_PASSWORD', /"Invalid password"$/);
  await refused(wallet('other'), 'ERR_WALLET_NODE', /wallet other of http:.*: 404 "other not found"$/);
  const strange = { ...paid, addresses: [...addresses.slice(0, 3), addressOf(7).text] };
  await refused(wallet(), 'ERR_WALLET_NODE', /expected \w+, which blocks pay, among its addresses/, strange);
  proxy.before = async (path) =>
    path.endsWith('/unlock')
      ? { status: 400, text: '{"detail":"in {\\"password\\":\\"a wrong one\\"}"}' }
      : locked;
  await refused(wallet('pool', wrong), 'ERR_WALLET_NODE', /: 400$/);
  proxy.before = async () => ({ status: 401, text: '{"detail":"who are you?"}' });
  await refused(wallet(), 'ERR_WALLET_NODE', /: 401$/);
  proxy.before = async (path) => (path.endsWith('/unlock') ? { status: 200, text: '' } : locked);
  await refused(wallet(), 'ERR_NODE_REST', /locked again as soon as it is unlocked/);
  proxy.before = async () => ({ status: 503, text: '{"detail":"Unexpected error"}' });
  await refused(wallet(), 'ERR_NODE_REST', /: 503 "Unexpected error"$/);
});

const locked = { status: 401, text: '{"detail":"Wallet is locked"}' };

test('a wallet that lacks an address, or names a key that is not of it, is refused', async (t) => {
  const phrase = await walletLab(t, { passphrase: 'of the mnemonic' });
  await assert.rejects(openNodeSigner(phrase.wallet(), paid), /401 "Invalid mnemonic passphrase"$/);
  const few = await walletLab(t, { keys: walletKeys.slice(0, 3) });
  await assert.rejects(openNodeSigner(few.wallet(), paid), { code: 'ERR_WALLET_NODE' });
  const { wallet, proxy } = await walletLab(t);
  proxy.before = async () => ({
    status: 200,
    text: JSON.stringify({
      activeAddress: addresses[0],
      addresses: addresses.map((address) => ({ address, publicKey: bytesToHex(walletKeys[0]!.publicKey) })),
    }),
  });
  await assert.rejects(openNodeSigner(wallet(), paid), /the key that it names for \w+ is that of \w+$/);
});

test('a wallet that was locked meanwhile, by somebody or by itself, is unlocked again', async (t) => {
  const { wallet, other, asked, clock } = await walletLab(t);
  const signer = await openNodeSigner(wallet(), paid);
  asked();
  const signs = async (): Promise<void> => assert.ok('signature' in (await signer.sign(askedOf(0), NEW)));
  await other('lock');
  await signs();
  assert.deepEqual(asked(), ['sign', 'unlock', 'sign']);
  clock.advance(600_000);
  await signs();
  assert.deepEqual(asked(), ['sign', 'unlock', 'sign']);
  clock.advance(599_999);
  await signs();
  assert.deepEqual(asked(), ['sign']);
});

test('somebody else changes the active address: it is changed back, and signed again; in the end it is given up', async (t) => {
  const { wallet, other, proxy, asked } = await walletLab(t);
  const signer = await openNodeSigner(wallet(), paid);
  let times = 2;
  proxy.before = async (path) => {
    if (path.endsWith('/sign') && times-- > 0)
      await other('change-active-address', { address: addresses[1] });
    return undefined;
  };
  asked();
  const transfer = createTransfer(askedOf(0));
  const signed = await signer.sign(askedOf(0), NEW);
  assert.ok('signature' in signed && isSignedBySender(transfer, signed.signature));
  const change = 'change-active-address';
  assert.deepEqual(asked(), ['sign', change, 'sign', change, 'sign']);
  times = Number.POSITIVE_INFINITY;
  const given = await signer.sign(askedOf(0), NEW);
  assert.ok('why' in given && given.isLasting);
  assert.match(given.why, /^wallet pool of http:\S+ has signed 5 times with another key than that of \w+: /);
  assert.equal(asked().filter((path) => path === 'sign').length, 5);
  times = 0;
  assert.ok('signature' in (await signer.sign(askedOf(0), NEW)));
});

test('an answer that is none, or no signature, signs nothing; the next one may', async (t) => {
  const { wallet, proxy } = await walletLab(t);
  const signer = await openNodeSigner(wallet(), paid);
  const of = async (group: number, answer: Awaited<ReturnType<NonNullable<typeof proxy.before>>>) => {
    proxy.before = async (path) => (path.endsWith('/sign') ? answer : undefined);
    const signed = await signer.sign(askedOf(group), NEW);
    assert.ok('why' in signed);
    proxy.before = undefined;
    assert.ok('signature' in (await signer.sign(askedOf(group), NEW)));
    return [signed.isLasting, signed.why.replace(/^wallet pool of http:\S+: /, '')];
  };
  const none = 'a wallet of the node: expected a signature, got something else';
  assert.deepEqual(await of(0, { status: 200, text: '{"signature":"zz"}' }), [false, none]);
  assert.deepEqual(await of(1, { status: 200, text: 'no JSON' }), [false, none]);
  assert.deepEqual(await of(2, { status: 503, text: '{"detail":"busy"}' }), [false, '503']);
  assert.deepEqual(await of(0, { status: 401, text: '{"detail":"Wrong api key"}' }), [
    true,
    '401 "Wrong api key"',
  ]);
  assert.equal((await of(3, 'lose'))[0], false);
  const { signature } = (await signer.sign(askedOf(1), NEW)) as { signature: Uint8Array };
  const text = JSON.stringify({ signature: bytesToHex(signature.with(5, signature[5]! ^ 1)) });
  assert.equal((await of(1, { status: 200, text }))[0], true);
});

test('a node that never answers signs nothing, and is not waited for', async (t) => {
  const { wallet, proxy } = await walletLab(t);
  const hasty = wallet('pool', PASSWORD, 50);
  const signer = await openNodeSigner({ ...wallet(), sign: (hash) => hasty.sign(hash) }, paid);
  proxy.before = async (path) => (path.endsWith('/sign') ? 'hang' : undefined);
  const signed = await signer.sign(askedOf(0), NEW);
  assert.ok('why' in signed && !signed.isLasting);
  assert.match(
    signed.why,
    /^wallet pool of http:\S+: http:\S+\/wallets\/pool\/sign: there was no answer in time$/,
  );
});
