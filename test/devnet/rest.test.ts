import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex } from '../../protocol/bytes.js';
import { chainIndex } from '../../protocol/chain.js';
import { waitFor } from '../support/wait.js';
import { ask, calls, get, recordedAddresses, setUpLikeRecorded, UNKNOWN } from './rest-setting.js';
import { setUp } from './setting.js';

/** What a value looks like: keys in their order, types, and the form of texts. Of a list, the forms of its elements. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value))
    return [...new Set(value.map((element) => JSON.stringify(shapeOf(element))))].sort();
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]);
  if (typeof value !== 'string') return value === null ? 'null' : typeof value;
  if (/^[0-9]{1,30}$/.test(value)) return 'decimal';
  if (/^[0-9a-f]{64}$/.test(value)) return 'hash';
  if (/^([0-9a-f]{2})*$/.test(value)) return `${value.length > 8 ? 'long' : 'short'} hex`;
  if (/^[1-9A-HJ-NP-Za-km-z]{44,45}$/.test(value)) return 'address';
  // Sentences count word by word, but for their hashes and numbers.
  return value.replace(/[0-9a-f]{64}/g, '<hash>').replace(/[0-9]+/g, '<number>');
}

test('every recorded GET: the same status, fields, types and words', async (t) => {
  const { devnet, side, main, referencing } = await setUpLikeRecorded(t);
  const coinbase = bytesToHex(main.transactions[0]!.id);
  const asCoinbase = (transfer: unknown): unknown => {
    // The recorded transaction spends something and has no message; this coinbase does the reverse.
    const response = structuredClone(transfer) as {
      unsigned: { inputs: unknown[]; fixedOutputs: { message: string }[] };
      inputSignatures: unknown[];
    };
    response.unsigned.inputs = [];
    response.inputSignatures = [];
    for (const output of response.unsigned.fixedOutputs) output.message = '000100';
    return response;
  };
  let compared = 0;
  for (const call of calls) {
    if (
      call.method !== 'GET' ||
      call.path.startsWith('/mempool') ||
      JSON.stringify(call.response).includes('MemPooled')
    )
      continue;
    const recorded = JSON.stringify(call.response);
    // Ask for what stands where the recorded call's block or transaction stood.
    const asked = call.path.replace(/[0-9a-f]{64}/, (hash) => {
      if (hash === UNKNOWN) return UNKNOWN;
      if (call.path.startsWith('/transactions')) return coinbase;
      if (call.path.startsWith('/blockflow/blocks') || call.path.includes('by-ghost-uncle'))
        return call.status === 500 ? referencing.id : side.id;
      return recorded === 'false' ? side.id : main.id;
    });
    const { status, body } = await get(devnet, asked);
    assert.equal(status, call.status, asked);
    const wanted = call.path.startsWith('/transactions/details') ? asCoinbase(call.response) : call.response;
    if (call.path.endsWith('/utxos') || call.path.endsWith('/balance')) {
      // The recorded address has been paid by transfers, too: their coins carry no data.
      const { utxos } = wanted as { utxos?: { additionalData: string }[] };
      if (utxos)
        utxos.splice(0, utxos.length, ...utxos.filter(({ additionalData }) => additionalData !== ''));
    }
    assert.deepEqual(shapeOf(body), shapeOf(wanted), asked);
    compared++;
  }
  assert.equal(compared, 23);
  assert.deepEqual(await get(devnet, '/mempool/transactions'), { status: 200, body: [] });
});

test('a side block that no block references: 404 in the words of the node; of no block at all: 500', async (t) => {
  const { devnet } = await setUpLikeRecorded(t);
  await devnet.mineBlock(9);
  const orphan = await devnet.mineSideBlock(9);
  const path = '/blockflow/main-chain-block-by-ghost-uncle';
  const resource = `The mainchain block that references the ghost uncle block ${orphan.id}`;
  assert.deepEqual(await get(devnet, `${path}/${orphan.id}`), {
    status: 404,
    body: { resource, detail: `${resource} not found` },
  });
  const unknown = await get(devnet, `${path}/${UNKNOWN}`);
  assert.deepEqual(unknown, {
    status: 500,
    body: { detail: `The block ${UNKNOWN} does not exist, please check if your full node synced` },
  });
  await devnet.mineBlock(9);
  assert.equal((await get(devnet, `${path}/${orphan.id}`)).status, 200);
});

test('confirmations: a block of (from, from) must take a block in, then one of (to, to) that', async (t) => {
  const { devnet } = await setUp(t);
  const chain = chainIndex(0, 1);
  const coinbase = bytesToHex((await devnet.mineBlock(chain)).transactions[0]!.id);
  const expectConfirmations = async (own: number, from: number, to: number): Promise<void> => {
    const { body } = await get(devnet, `/transactions/status?txId=${coinbase}&fromGroup=0&toGroup=1`);
    const status = body as Record<string, unknown>;
    assert.deepEqual(
      [status.chainConfirmations, status.fromGroupConfirmations, status.toGroupConfirmations],
      [own, from, to],
    );
  };
  await expectConfirmations(1, 0, 0);
  await devnet.mineBlock(0);
  await expectConfirmations(1, 1, 0);
  await devnet.mineBlock(chain);
  await devnet.mineBlock(0);
  await expectConfirmations(2, 2, 0);
  await devnet.mineBlock(5);
  await expectConfirmations(2, 2, 1);
  const elsewhere = await get(devnet, `/transactions/status?txId=${coinbase}&fromGroup=1`);
  assert.deepEqual(elsewhere.body, { type: 'TxNotFound' });
});

test('balances: what is locked is told apart, and side blocks pay nobody', async (t) => {
  const { devnet, clock } = await setUp(t);
  const block = await devnet.mineBlock(chainIndex(2, 3));
  await devnet.mineSideBlock(chainIndex(2, 3));
  const address = devnet.minerAddresses[3];
  const { amount } = block.transactions[0]!.unsigned.outputs[0]!;
  const locked = (await get(devnet, `/addresses/${address}/balance`)).body as Record<string, unknown>;
  assert.equal(locked.balance, amount.toString());
  assert.equal(locked.lockedBalance, amount.toString());
  assert.equal(locked.utxoNum, 1);
  clock.advance(10 * 60_000 + 1000);
  const free = (await get(devnet, `/addresses/${address}/balance`)).body as Record<string, unknown>;
  assert.equal(free.balance, amount.toString());
  assert.equal(free.lockedBalance, '0');
  assert.equal(free.lockedBalanceHint, '0 ALPH');
});

test('readiness: not synced, and without miner addresses', async (t) => {
  const { devnet } = await setUp(t);
  devnet.setSynced(false);
  const clique = (await get(devnet, '/infos/self-clique')).body as Record<string, unknown>;
  assert.deepEqual([clique.selfReady, clique.synced], [true, false]);
  devnet.setMinerAddresses([]);
  assert.deepEqual(await get(devnet, '/miners/addresses'), {
    status: 500,
    body: { detail: 'Miner addresses are not set up' },
  });
});

test('the API key is asked for where there is one', async (t) => {
  const path = '/infos/version';
  const { devnet: locked } = await setUp(t, { apiKey: 'a-key-of-thirty-two-letters-long' });
  assert.deepEqual(await get(locked, path), { status: 401, body: { detail: 'Missing api key' } });
  assert.deepEqual(await get(locked, path, { 'X-API-KEY': 'another' }), {
    status: 401,
    body: { detail: 'Wrong api key' },
  });
  const good = await get(locked, path, { 'x-api-key': 'a-key-of-thirty-two-letters-long' });
  assert.equal(good.status, 200);
  const { devnet: open } = await setUp(t);
  assert.deepEqual(await get(open, path, { 'X-API-KEY': 'needless' }), {
    status: 401,
    body: { detail: 'Api key not configured in server' },
  });
});

test('what makes no sense is answered in the words of the node', async (t) => {
  const { devnet } = await setUp(t);
  for (const [path, detail] of [
    ['/blockflow/blocks/00', 'path parameter block_hash (cannot decode block hash: 00)'],
    ['/blockflow/is-block-in-main-chain', 'query parameter blockHash'],
    [
      '/blockflow/is-block-in-main-chain?blockHash=00',
      'query parameter blockHash (cannot decode block hash: 00)',
    ],
    ['/blockflow/chain-info?fromGroup=9&toGroup=2', 'query parameter fromGroup (Invalid group index: 9)'],
    ['/blockflow/chain-info?fromGroup=1', 'query parameter toGroup'],
    ['/blockflow/chain-info?fromGroup=1&fromGroup=1&toGroup=2', 'query parameter fromGroup'],
    ['/blockflow/hashes?fromGroup=1&toGroup=9&height=1', 'query parameter toGroup (Invalid group index: 9)'],
    ['/blockflow/hashes?fromGroup=1&toGroup=2', 'query parameter height'],
    ['/blockflow/hashes?fromGroup=1&toGroup=2&height=1&height=1', 'query parameter height'],
    ['/blockflow/blocks', 'query parameter fromTs'],
    ['/transactions/status', 'query parameter txId'],
    ['/transactions/status?txId=00', 'query parameter txId (cannot decode 32 bytes hash: 00)'],
    [
      `/transactions/status?txId=${UNKNOWN}&fromGroup=9&toGroup=0`,
      'query parameter fromGroup (Invalid group index: 9)',
    ],
    ['/transactions/details/00', 'path parameter txId (cannot decode 32 bytes hash: 00)'],
    ['/addresses/nonsense/balance', 'path parameter address (Invalid address nonsense: nonsense)'],
    ['/addresses/nonsense/utxos', 'path parameter address (Invalid address nonsense: nonsense)'],
    ['/addresses/%E0%A4%A/group', 'path parameter address (Invalid address %E0%A4%A: %E0%A4%A)'],
  ] as const) {
    const expected = { status: 400, body: { detail: `Invalid value for: ${detail}` } };
    assert.deepEqual(await get(devnet, path), expected, path);
  }
  for (const height of [99, -1]) {
    const { body } = await get(devnet, `/blockflow/hashes?fromGroup=1&toGroup=1&height=${height}`);
    assert.deepEqual(body, { headers: [] });
  }
});

test('paths: doubled slashes, one at the end and escapes are the same path; another method, another path', async (t) => {
  const { devnet } = await setUp(t);
  const version = await get(devnet, '/infos/version');
  assert.equal(version.status, 200);
  // With a base URL that ends in a slash, the official SDK asks for the first of these.
  for (const path of ['//infos/version', '/infos/version/', '/infos//version', '/infos/%76ersion'])
    assert.deepEqual(await get(devnet, path), version, path);
  const page = '<html><body><h1>Resource not found</h1></body></html>';
  for (const path of ['/nonsense', '/', '/blockflow/blocks/a/b', '/infos/self-clique-synced']) {
    const answer = await ask(devnet, 'GET', path);
    assert.deepEqual(answer, { status: 404, type: 'text/html; charset=utf-8', text: page }, path);
  }
  for (const [method, path] of [
    ['POST', '/infos/version'],
    ['GET', '/transactions/submit'],
    ['DELETE', '/miners/addresses'],
  ] as const)
    assert.deepEqual(await ask(devnet, method, path), { status: 405, type: null, text: '' }, path);
});

test("the node's own miner: one block, and one after the other until it is told to stop", async (t) => {
  const { devnet } = await setUp(t, { rate: 1 });
  const post = (path: string) => ask(devnet, 'POST', `/miners/cpu-mining${path}`);
  assert.equal((await post('/mine-one-block?fromGroup=1&toGroup=2')).text, 'true');
  assert.equal(devnet.node.state.tip(chainIndex(1, 2)).height, 1);
  const missing = await post('/mine-one-block?fromGroup=1');
  assert.deepEqual(
    [missing.status, missing.text],
    [400, '{"detail":"Invalid value for: query parameter toGroup"}'],
  );
  const size = devnet.node.state.size;
  assert.equal((await post('?action=start-mining')).text, 'true');
  await waitFor('blocks on several chains', () => devnet.node.state.size > size + 3);
  assert.equal((await post('?action=stop-mining')).text, 'true');
  const stopped = devnet.node.state.size;
  for (let i = 0; i < 5; i++) await devnet.mineBlock(0);
  assert.equal(devnet.node.state.size, stopped + 5, 'no block besides those made here');
  assert.equal((await post('?action=rest')).status, 400);
});

test('miner addresses can be set, and wrong ones are refused', async (t) => {
  const { devnet } = await setUp(t);
  const set = (addresses: unknown) => ask(devnet, 'PUT', '/miners/addresses', { addresses });
  assert.deepEqual(await set(recordedAddresses), { status: 200, type: null, text: '' });
  assert.deepEqual((await get(devnet, '/miners/addresses')).body, { addresses: recordedAddresses });
  for (const wrong of [recordedAddresses.slice(1), [...recordedAddresses].reverse(), 'none', [1, 2, 3, 4]])
    assert.equal((await set(wrong)).status, 400);
  assert.deepEqual((await get(devnet, '/miners/addresses')).body, { addresses: recordedAddresses });
});

test('a node that is alone has no peers, and makes no transfers', async (t) => {
  const { devnet } = await setUp(t);
  for (const path of ['inter-clique-peer-info', 'discovered-neighbors', 'misbehaviors', 'unreachable'])
    assert.deepEqual(await get(devnet, `/infos/${path}`), { status: 200, body: [] });
  const submit = await ask(devnet, 'POST', '/transactions/submit', {});
  assert.deepEqual([submit.status, submit.text], [500, '{"detail":"The simulated node takes no transfers"}']);
});
