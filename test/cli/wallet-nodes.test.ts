import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { tellingWait } from '../../cli/telling-wait.js';
import { WalletNodes } from '../../cli/wallet-nodes.js';
import { moneyCoin } from '../support/books-with-money.js';
import { ALPH, walletKeys } from '../support/round-lab.js';
import { waitFor } from '../support/wait.js';
import { startWalletRest, type WalletRest } from '../support/wallet-rest.js';

const WALLET = walletKeys.map(({ address }) => address.text);
const rests: [WalletRest, WalletRest] = [await startWalletRest(WALLET), await startWalletRest(WALLET)];
after(() => Promise.all(rests.map((rest) => rest.close())));

beforeEach(() => {
  for (const rest of rests)
    Object.assign(rest, {
      synced: true,
      networkId: 4,
      addresses: WALLET,
      height: 100,
      outputs: [],
      tooMany: false,
    });
});

const payerNodes = (more: readonly number[] = []): WalletNodes =>
  new WalletNodes(
    [...rests.map(({ port }) => port), ...more].map((restPort) => ({
      endpoint: { host: '127.0.0.1', port: 1, restPort },
      apiKey: undefined,
    })),
    { networkId: 4, minerAddresses: WALLET },
    () => performance.now(),
  );

test('the outputs of the first node that is synced and behind no other', async () => {
  const coins = [moneyCoin(1, ALPH, 2), moneyCoin(2, 2n * ALPH, 2)];
  rests[0].outputs = coins.slice(0, 1);
  rests[1].outputs = coins.slice(1);
  const amounts = async (): Promise<unknown> => {
    const look = await payerNodes().look();
    assert.equal(look.kind, 'outputs');
    return look.kind === 'outputs' && look.outputs[2]?.outputs.map(({ amount }) => amount / ALPH);
  };
  assert.deepEqual(await amounts(), [1n]);
  rests[0].synced = false;
  assert.deepEqual(await amounts(), [2n]);
  rests[0].synced = true;
  rests[0].height = 90;
  assert.deepEqual(await amounts(), [2n]);
});

test('none that can be asked, one that is not synced, one that lists no more', async () => {
  rests[0].synced = false;
  rests[1].synced = false;
  assert.match(((await payerNodes().look()) as { why: string }).why, /is not synced; .* is not synced/);
  const nobody = new WalletNodes([], { networkId: 4, minerAddresses: WALLET }, () => 0);
  assert.equal((await nobody.look()).kind, 'away');
  rests[1].synced = true;
  rests[1].tooMany = true;
  const look = await payerNodes().look();
  assert.ok(look.kind === 'outputs' && look.outputs.every(({ complete }) => !complete));
});

test('one node that pays others, or is of another network, is enough; one that is away is none of these', async () => {
  rests[1].addresses = [...WALLET.slice(1), WALLET[0]!];
  assert.deepEqual((await payerNodes().look()).kind, 'differs');
  rests[1].addresses = WALLET;
  rests[0].networkId = 1;
  const look = await payerNodes().look();
  assert.ok(look.kind === 'differs' && /network id is 1, that of the wallet 4/.test(look.why));
  rests[0].networkId = 4;
  assert.equal((await payerNodes([1]).fit()).kind, 'unknown');
  assert.equal((await payerNodes([1]).look()).kind, 'outputs');
});

test('a node that does not answer is named meanwhile', async (t) => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const sockets: Socket[] = [];
  let isGone = false;
  silent.on('connection', (socket) => {
    socket.on('error', () => {});
    // It is asked two questions, each by a connection of its own.
    if (isGone) socket.destroy();
    else sockets.push(socket);
  });
  t.after(() => silent.close());
  const nodes = payerNodes([(silent.address() as AddressInfo).port]);
  const said: string[] = [];
  const looking = tellingWait(
    () => nodes.fit(),
    { unheard: () => nodes.unheard, say: (words) => said.push(words) },
    5,
  );
  await waitFor('it is said', () => said.length > 0 && nodes.unheard.length === 1);
  isGone = true;
  for (const socket of sockets) socket.destroy();
  await looking;
  assert.deepEqual(nodes.unheard, []);
  // The first look may come while the others are still asked.
  assert.equal(said.at(-1), 'waits for an answer of 127.0.0.1:1, for 20 s at most each');
});
