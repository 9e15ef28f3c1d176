// Transfers by REST, as they were recorded from a full node: to and from burn addresses.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { signTransfer } from '../../../devnet/coins/faucet.js';
import type { Key } from '../../../devnet/coins/keys.js';
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';
import { chainIndex } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { encodeUnsignedTransaction, type UnsignedTransaction } from '../../../protocol/transaction.js';
import { decodeUnsignedTransaction } from '../../../protocol/transaction-decoder.js';
import { burnAddressOf, FUNDED, KEYS, setUpPolw } from '../polw-setting.js';
import { ask } from '../rest-setting.js';
import { setUp } from '../setting.js';

const [F, T] = [1, 2];
const PAYER = KEYS[chainIndex(F, 3)]!;
const PAYEE = KEYS[chainIndex(T, 0)]!;

async function setUpTransfers(t: TestContext) {
  const setting = await setUpPolw(t, { coins: FUNDED });
  const { devnet } = setting;
  const call = async (method: string, path: string, body?: object) => {
    const { status, text } = await ask(devnet, method, path, body);
    return { status, body: (text === '' ? undefined : JSON.parse(text)) as never };
  };
  const build = (key: Key, destinations: readonly object[], more: object = {}) =>
    call('POST', '/transactions/build', {
      fromPublicKey: bytesToHex(key.publicKey),
      destinations,
      ...more,
    });
  const submit = (key: Key, unsigned: UnsignedTransaction) => {
    const { inputSignatures } = signTransfer(key, unsigned);
    const unsignedTx = bytesToHex(encodeUnsignedTransaction(unsigned));
    return call('POST', '/transactions/submit', { unsignedTx, signature: bytesToHex(inputSignatures[0]!) });
  };
  const balance = async (address: string, query = '') =>
    BigInt(
      ((await call('GET', `/addresses/${address}/balance${query}`)).body as { balance: string }).balance,
    );
  return { ...setting, call, build, submit, balance };
}

interface Built {
  readonly type: string;
  readonly unsignedTx: string;
  readonly txId: string;
  readonly gasAmount: number;
  readonly gasPrice: string;
  readonly fromGroup: number;
  readonly toGroup: number;
}

const unsignedOf = ({ unsignedTx }: Built): UnsignedTransaction =>
  decodeUnsignedTransaction(hexToBytes(unsignedTx));

test('a transfer (1, 2): built, decoded, submitted, pooled, in a block, taken in', async (t) => {
  const { devnet, call, build, submit, balance } = await setUpTransfers(t);
  const [payer, payee] = [PAYER.address.text, PAYEE.address.text];
  const built = (await build(PAYER, [{ address: payee, attoAlphAmount: '1000000000000000000' }]))
    .body as Built;
  const { unsignedTx, txId, ...rest } = built;
  assert.deepEqual(rest, {
    type: 'BuildSimpleTransferTxResult',
    gasAmount: 20_000,
    gasPrice: '100000000000',
    fromGroup: F,
    toGroup: T,
  });
  assert.deepEqual(
    (await build(PAYER, [{ address: payee, attoAlphAmount: '1000000000000000000' }])).body,
    built,
  );
  const decoded = (await call('POST', '/transactions/decode-unsigned-tx', { unsignedTx })).body as {
    fromGroup: number;
    unsignedTx: { txId: string; fixedOutputs: { address: string; attoAlphAmount: string }[] };
  };
  assert.equal(decoded.unsignedTx.txId, txId);
  assert.deepEqual(
    decoded.unsignedTx.fixedOutputs.map(({ address, attoAlphAmount }) => [address, attoAlphAmount]),
    [
      [payee, '1000000000000000000'],
      [payer, '998998000000000000000'],
    ],
  );
  const status = async (query = '') => (await call('GET', `/transactions/status?txId=${txId}${query}`)).body;
  assert.deepEqual(await status(), { type: 'TxNotFound' });

  const answer = { status: 200, body: { txId, fromGroup: F, toGroup: T } };
  assert.deepEqual(await submit(PAYER, unsignedOf(built)), answer);
  assert.deepEqual(await submit(PAYER, unsignedOf(built)), answer, 'again while it is pooled');
  assert.deepEqual(await status(), { type: 'MemPooled' });
  assert.deepEqual(await status('&fromGroup=1&toGroup=2'), { type: 'MemPooled' });
  assert.deepEqual(await status('&fromGroup=1&toGroup=3'), { type: 'MemPooled' });
  assert.deepEqual(await status('&fromGroup=3&toGroup=2'), { type: 'TxNotFound' });
  assert.equal((await call('GET', `/transactions/details/${txId}`)).status, 404);
  assert.equal(await balance(payer), 998_998n * 10n ** 15n);
  assert.equal(await balance(payer, '?mempool=false'), 1_000n * ALPH);
  assert.equal(await balance(payee), 1_001n * ALPH);
  assert.equal(await balance(payee, '?mempool=false'), 1_000n * ALPH);
  const pooled = (await call('GET', '/mempool/transactions')).body as {
    fromGroup: number;
    transactions: { unsigned: { txId: string } }[];
  }[];
  assert.deepEqual(
    pooled.map(({ fromGroup, transactions }) => [
      fromGroup,
      transactions.map(({ unsigned }) => unsigned.txId),
    ]),
    [[F, [txId]]],
  );

  const { id } = await devnet.mineBlock(chainIndex(F, T));
  const confirmed = (chain: number, from: number, to: number) => ({
    type: 'Confirmed',
    blockHash: id,
    txIndex: 0,
    chainConfirmations: chain,
    fromGroupConfirmations: from,
    toGroupConfirmations: to,
  });
  assert.deepEqual(await status(), confirmed(1, 0, 0));
  assert.deepEqual((await call('GET', '/mempool/transactions')).body, []);
  assert.equal(await balance(payer, '?mempool=false'), 998_998n * 10n ** 15n);
  const again = await submit(PAYER, unsignedOf(built));
  assert.equal(again.status, 500);
  assert.match(
    (again.body as { detail: string }).detail,
    new RegExp(`^Failed in validating tx ${txId} due to NonExistInput: 0004`),
  );
  await devnet.mineBlock(chainIndex(F, F));
  assert.deepEqual(await status(), confirmed(1, 1, 0));
  await devnet.mineBlock(chainIndex(T, T));
  assert.deepEqual(await status(), confirmed(1, 1, 1));
  // A reorganisation puts it back.
  await devnet.reorganise(chainIndex(F, T), 1);
  assert.equal(((await status()) as { type: string }).type, 'Confirmed');
});

test('two transfers of one coin: the second is double spending, and later spends what is not there', async (t) => {
  const { devnet, build, submit } = await setUpTransfers(t);
  const make = async (chain: number) =>
    unsignedOf(
      (await build(PAYER, [{ address: burnAddressOf(chain), attoAlphAmount: '1000000000000000000' }])).body,
    );
  const [first, second] = [await make(chainIndex(T, 0)), await make(chainIndex(F, 0))];
  assert.equal((await submit(PAYER, first)).status, 200);
  const { status, body } = await submit(PAYER, second);
  assert.equal(status, 500);
  assert.match((body as { detail: string }).detail, /^Tx [0-9a-f]{8} is double spending: 0004/);
  await devnet.mineBlock(chainIndex(F, T));
  const later = await submit(PAYER, second);
  assert.match((later.body as { detail: string }).detail, /due to NonExistInput/);
});

test('unconfirmed change can be spent on, in the same block of a chain (g, g)', async (t) => {
  const { devnet, build, submit, balance } = await setUpTransfers(t);
  const to = burnAddressOf(chainIndex(F, 0));
  const key = KEYS[chainIndex(F, 1)]!;
  for (let i = 0; i < 3; i++) {
    const { body } = await build(key, [{ address: to, attoAlphAmount: '1000000000000000000' }]);
    assert.equal((await submit(key, unsignedOf(body))).status, 200);
  }
  assert.equal(await balance(to), 1_003n * ALPH);
  const block = await devnet.mineBlock(chainIndex(F, F));
  assert.equal(block.transactions.length, 4);
  assert.equal(await balance(to, '?mempool=false'), 1_003n * ALPH);
});

test('what the node would not build, in its words', async (t) => {
  const { build, call } = await setUpTransfers(t);
  const own = PAYER.address.text;
  const one = { address: own, attoAlphAmount: '1000000000000000000' };
  const amount = (attoAlphAmount: unknown) => [{ address: own, attoAlphAmount }];
  const cases: [readonly object[], object, number, string][] = [
    [
      [{ ...one, address: 'nonsense' }],
      {},
      400,
      'Invalid value for: body (Invalid address nonsense: decoding failure)',
    ],
    [[], {}, 500, 'Zero transaction outputs'],
    [
      [
        { ...one, address: burnAddressOf(0) },
        { ...one, address: burnAddressOf(8) },
      ],
      {},
      500,
      'Different groups for transaction outputs',
    ],
    [amount('999999999999999'), {}, 500, 'Tx output value is too small, avoid spreading dust'],
    [amount('1.5'), {}, 400, 'Invalid value for: body (Invalid amount: 1.5: decoding failure)'],
    [amount('-1'), {}, 400, 'Invalid value for: body (Invalid amount: -1: decoding failure)'],
    [
      amount('2000000000000000000000'),
      {},
      500,
      'Not enough balance: got 1000000000000000000000, expected 2000001000000000000000',
    ],
    [amount('999998000000000000000'), {}, 500, 'Not enough balance for fee, maybe transfer a smaller amount'],
    [amount('999997000000000000001'), {}, 500, 'Not enough balance for fee, maybe transfer a smaller amount'],
    [
      Array.from({ length: 256 }, () => ({ ...one, attoAlphAmount: '1000000000000000' })),
      {},
      500,
      'Too many outputs for the transfer, consider to reduce the amount to send.',
    ],
    [[one], { fromPublicKey: '02ab' }, 400, 'Invalid SecP256K1 public key: 02ab'],
  ];
  for (const [destinations, more, status, detail] of cases)
    assert.deepEqual(await build(PAYER, destinations, more), { status, body: { detail } }, detail);
  for (const destinations of [amount('1000000000000000'), amount('999997000000000000000'), amount(10 ** 18)])
    assert.equal((await build(PAYER, destinations)).status, 200);
  assert.deepEqual((await call('POST', '/transactions/build', {})).body, {
    detail:
      'Invalid value for: body (missing keys in dictionary: fromPublicKey, destinations: decoding failure)',
  });
  const { body } = await call('GET', `/addresses/${own}/utxos`);
  const { ref } = (body as { utxos: { ref: { hint: number; key: string } }[] }).utxos[0]!;
  assert.equal((await build(PAYER, [one], { utxos: [ref] })).status, 200);
  assert.deepEqual((await build(PAYER, [one], { utxos: [ref, ref] })).body, { detail: 'Inputs not unique' });
});

test('what the node would not take, by its names', async (t) => {
  const { build, submit, call } = await setUpTransfers(t);
  const built = (await build(PAYER, [{ address: PAYEE.address.text, attoAlphAmount: '1000000000000000000' }]))
    .body as Built;
  const good = unsignedOf(built);
  const [input] = good.inputs;
  const [paid, change] = good.outputs;
  const cases: [string, Partial<UnsignedTransaction>][] = [
    ['InvalidGasPrice', { gasPrice: 10n ** 11n - 1n }],
    [
      'OutOfGas',
      { outputs: [paid!, ...Array.from({ length: 5 }, () => ({ ...change!, amount: change!.amount / 5n }))] },
    ],
    ['InvalidNetworkId', { networkId: 0 }],
    ['InvalidAlphBalance', { outputs: [paid!, { ...change!, amount: change!.amount + 1n }] }],
    ['InvalidAlphBalance', { outputs: [paid!, { ...change!, amount: change!.amount - 1n }] }],
    ['InvalidOutputStats', { outputs: [{ ...paid!, amount: 10n ** 15n - 1n }, change!] }],
    ['TxDoubleSpending', { inputs: [input!, input!] }],
    ['NonExistInput', { inputs: [{ ...input!, key: new Uint8Array(32) }] }],
    ['InvalidStartGas', { gasAmount: 19_999 }],
    ['InvalidStartGas', { gasAmount: 5_000_001 }],
    ['NoOutputs', { outputs: [] }],
    [
      'InvalidOutputGroupIndex',
      { outputs: [paid!, { ...change!, lockupScript: KEYS[0]!.address.lockupScript }] },
    ],
  ];
  for (const [name, more] of cases) {
    const { status, body } = await submit(PAYER, { ...good, ...more });
    assert.equal(status, 500, name);
    assert.match(
      (body as { detail: string }).detail,
      new RegExp(`^Failed in validating tx [0-9a-f]{64} due to ${name}: `),
    );
  }
  const other = await submit(PAYEE, good);
  assert.match((other.body as { detail: string }).detail, /due to InvalidSignature/);
  const { unsignedTx } = built;
  const signature = '00'.repeat(64);
  for (const body of [
    { unsignedTx, signature: '00' },
    { unsignedTx, signature: 'zz' },
    { unsignedTx },
    { unsignedTx: unsignedTx.slice(2), signature },
    { unsignedTx: `${unsignedTx}00`, signature },
    { unsignedTx: 'zz', signature },
    { unsignedTx: '', signature },
  ])
    assert.equal((await call('POST', '/transactions/submit', body)).status, 400);
});

test('a locked coin is not chosen, and cannot be spent; one that is locked no more can', async (t) => {
  const { devnet, clock, build } = await setUpTransfers(t);
  const key = KEYS[chainIndex(3, 1)]!;
  const { address } = key;
  devnet.deposit({ address, amount: 2_000n * ALPH, lockTimeMs: BigInt(clock.now() + 60_000) });
  await devnet.mineBlock(15);
  const wanted = [{ address: address.text, attoAlphAmount: '1500000000000000000000' }];
  assert.equal((await build(key, wanted)).status, 500);
  clock.advance(60_000);
  assert.equal((await build(key, wanted)).status, 200);
});

test('a network without coins takes no transfers', async (t) => {
  const { devnet } = await setUp(t);
  for (const path of ['build', 'submit', 'decode-unsigned-tx']) {
    const { status, text } = await ask(devnet, 'POST', `/transactions/${path}`, {});
    assert.deepEqual([status, JSON.parse(text)], [500, { detail: 'The simulated node takes no transfers' }]);
  }
});
