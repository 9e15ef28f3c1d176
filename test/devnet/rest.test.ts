import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateMinerAddresses } from '../../devnet/addresses.js';
import type { Block, Devnet } from '../../devnet/app.js';
import { createRandom } from '../../devnet/random.js';
import { addressOfLockupScript } from '../../protocol/address.js';
import { decodeBlock } from '../../protocol/block.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, chainIndex } from '../../protocol/chain.js';
import { coinbaseLockMs } from '../../protocol/coinbase.js';
import { blockReward, mainReward, miningReward, uncleReward } from '../../protocol/emission.js';
import { decodeHeader } from '../../protocol/header.js';
import { txsHashOf } from '../../protocol/merkle.js';
import { blockHash } from '../../protocol/pow.js';
import { targetOfBits } from '../../protocol/target.js';
import { readVectors } from '../support/vectors.js';
import { setUp } from './setting.js';

interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly response: unknown;
}

const { calls } = readVectors<{ calls: RecordedCall[] }>('rest');
const recordedAddresses = (
  calls.find(({ path }) => path === '/miners/addresses')!.response as { addresses: string[] }
).addresses;
const UNKNOWN = '0'.repeat(64);

async function get(devnet: Devnet, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${devnet.restPort}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as unknown };
}

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

/** A network as small as the recorded one: on chain 0-1 an uncle, and blocks that take each other in. */
async function setUpLikeRecorded(t: Parameters<typeof setUp>[0]) {
  // This rate's target has letters among its digits, as the recorded one.
  const setting = await setUp(t, { rate: 1700, networkId: 2, minerAddresses: recordedAddresses });
  const { devnet, clock } = setting;
  const mine = async (...chains: number[]) => {
    for (const chain of chains) {
      clock.advance(1000);
      await devnet.mineBlock(chain);
    }
  };
  await mine(1, 6, 6, 0);
  const side = await devnet.mineSideBlock(1);
  await mine(1, 0, 0, 5, 5, 4);
  return { ...setting, side, main: devnet.node.state.mainAt(1, 1)!, referencing: devnet.node.state.tip(1) };
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
  assert.equal(compared, 24);
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

test('blocks, by REST and raw: every byte and every amount follows from the rules', async (t) => {
  const { devnet, side, referencing } = await setUpLikeRecorded(t);
  for (const { id } of devnet.node.state.blocks()) {
    const { body } = await get(devnet, `/blockflow/blocks/${id}`);
    const { value } = (await get(devnet, `/blockflow/raw-blocks/${id}`)).body as { value: string };
    const { header: headerBytes, transactions } = decodeBlock(hexToBytes(value));
    assert.equal(bytesToHex(blockHash(headerBytes)), id);
    const header = decodeHeader(headerBytes);
    assert.deepEqual(txsHashOf(transactions), header.txsHash);
    const entry = body as {
      timestamp: number;
      chainTo: number;
      chainFrom: number;
      height: number;
      target: string;
      ghostUncles: { blockHash: string; miner: string }[];
      transactions: {
        unsigned: { fixedOutputs: { attoAlphAmount: string; address: string; lockTime: number }[] };
      }[];
    };
    assert.equal(BigInt(entry.timestamp), header.timestamp);
    assert.equal(Number.parseInt(entry.target, 16), header.targetBits);
    const main = mainReward(
      miningReward({
        target: targetOfBits(header.targetBits),
        timestampMs: header.timestamp,
        blockTimeMs: 2000,
      }),
      'danube',
    );
    const uncleRewards: bigint[] = [];
    for (const { blockHash: uncle } of entry.ghostUncles) {
      const { height } = (await get(devnet, `/blockflow/headers/${uncle}`)).body as { height: number };
      uncleRewards.push(uncleReward(main, entry.height - height));
    }
    const amounts = [blockReward(main, uncleRewards), ...uncleRewards];
    const addresses = [recordedAddresses[entry.chainTo]!, ...entry.ghostUncles.map(({ miner }) => miner)];
    assert.deepEqual(
      entry.transactions.at(-1)!.unsigned.fixedOutputs.map(({ attoAlphAmount, address, lockTime }) => ({
        attoAlphAmount,
        address,
        lockTime,
      })),
      amounts.map((amount, i) => ({
        attoAlphAmount: amount.toString(),
        address: addresses[i],
        lockTime: entry.timestamp + Number(coinbaseLockMs(2)),
      })),
    );
    assert.equal(entry.ghostUncles.length, id === referencing.id ? 1 : 0);
  }
  assert.equal(bytesToHex(referencing.uncles[0]!.hash), side.id);
});

test('ghostUncles and the outputs that pay them are in one order, that of signed bytes', async (t) => {
  // The easiest target: every first byte comes up.
  const { devnet } = await setUp(t, { rate: 1 });
  const miners = ALL_CHAINS.map((seed) => generateMinerAddresses(createRandom(1000 + seed))[2]!);
  const isNegative = (hash: string): boolean => Number.parseInt(hash.slice(0, 2), 16) >= 0x80;
  let mixed = 0;
  for (let i = 0; mixed < 2; i++) {
    assert.ok(i < 100, 'no two uncles with first bytes of both signs');
    await devnet.mineBlock(2);
    const sides: Block[] = [];
    for (let j = 0; j < 2; j++) {
      const miner = miners[(2 * i + j) % miners.length]!.lockupScript;
      sides.push(await devnet.mineSideBlock(2, { miner }));
    }
    const { id } = await devnet.mineBlock(2);
    const { ghostUncles, transactions } = (await get(devnet, `/blockflow/blocks/${id}`)).body as {
      ghostUncles: { blockHash: string; miner: string }[];
      transactions: { unsigned: { fixedOutputs: { address: string }[] } }[];
    };
    const signs = ghostUncles.map(({ blockHash }) => isNegative(blockHash));
    assert.equal(signs.length, 2);
    assert.notEqual(ghostUncles[0]!.miner, ghostUncles[1]!.miner);
    if (signs[0] !== signs[1]) {
      assert.deepEqual(signs, [true, false]);
      mixed++;
    }
    const { fixedOutputs } = transactions.at(-1)!.unsigned;
    for (const [k, { blockHash, miner }] of ghostUncles.entries()) {
      assert.equal(fixedOutputs[1 + k]!.address, miner);
      const side = sides.find((block) => block.id === blockHash)!;
      assert.equal(addressOfLockupScript(side.miner).text, miner);
    }
  }
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

test('what makes no sense is answered, not crashed on', async (t) => {
  const { devnet } = await setUp(t);
  for (const [path, status] of [
    ['/blockflow/blocks/nonsense', 400],
    ['/blockflow/is-block-in-main-chain', 400],
    ['/blockflow/chain-info?fromGroup=4&toGroup=0', 400],
    ['/blockflow/chain-info?fromGroup=1', 400],
    ['/blockflow/hashes?fromGroup=1&toGroup=1&height=-1', 400],
    ['/addresses/nonsense/balance', 400],
    ['/addresses/%E0%A4%A/group', 400],
    ['/nowhere', 404],
    ['/blockflow/blocks/a/b', 404],
  ] as const) {
    const answer = await get(devnet, path);
    assert.equal(answer.status, status, path);
    assert.equal(typeof (answer.body as { detail: unknown }).detail, 'string', path);
  }
  assert.deepEqual((await get(devnet, '/blockflow/hashes?fromGroup=1&toGroup=1&height=99')).body, {
    headers: [],
  });
});
