import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Devnet } from '../../devnet/app.js';
import { solve } from '../support/raw-miner.js';
import { setUp, submit } from './setting.js';

interface ShownBlock {
  readonly hash: string;
  readonly chain: string;
  readonly height: number;
  readonly mainChain: boolean;
  readonly uncles: number;
}

async function post(devnet: Devnet, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${devnet.controlPort}${path}`, {
    method: 'POST',
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('blocks on request: on the main chain, beside it, and in the place of others', async (t) => {
  const { devnet } = await setUp(t, { controlPort: 0 });
  const blocksOf = async (path: string, body: unknown): Promise<ShownBlock[]> => {
    const answer = await post(devnet, path, body);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.blocks as ShownBlock[];
  };
  const shown = ({ chain, height, mainChain, uncles }: ShownBlock) => ({ chain, height, mainChain, uncles });
  const mined = await blocksOf('/mine', { chain: '1-2', count: 2 });
  assert.deepEqual(mined.map(shown), [
    { chain: '1-2', height: 1, mainChain: true, uncles: 0 },
    { chain: '1-2', height: 2, mainChain: true, uncles: 0 },
  ]);
  const [side] = await blocksOf('/side-block', { chain: 6 });
  assert.deepEqual(shown(side!), { chain: '1-2', height: 2, mainChain: false, uncles: 0 });
  const branch = await blocksOf('/reorganise', { chain: 6, depth: 2, uncles: false });
  assert.deepEqual(
    branch.map(({ height, mainChain, uncles }) => [height, mainChain, uncles]),
    [1, 2, 3].map((height) => [height, true, 0]),
  );
  const state = (await (await fetch(`http://127.0.0.1:${devnet.controlPort}/state`)).json()) as {
    chains: ShownBlock[];
  };
  assert.equal(state.chains[6]!.hash, branch[2]!.hash);
});

test('a block for another miner pays that miner', async (t) => {
  const { devnet } = await setUp(t, { controlPort: 0 });
  const { devnet: other } = await setUp(t, { seed: 77 });
  const miner = other.minerAddresses[2];
  await post(devnet, '/mine', { chain: '1-2', miner });
  const balance = await fetch(`http://127.0.0.1:${devnet.restPort}/addresses/${miner}/balance`);
  assert.equal(((await balance.json()) as { utxoNum: number }).utxoNum, 1);
  const wrong = await post(devnet, '/mine', { chain: '1-3', miner });
  assert.equal(wrong.status, 400);
  assert.match(String(wrong.body.error), /"miner" expected an address of group 3/);
});

test('time, refreshes, readiness, connections and answers', async (t) => {
  const { devnet, clock, connect } = await setUp(t, { controlPort: 0 });
  const miner = await connect();
  const jobs = await miner.jobs();
  const before = clock.now();
  assert.equal((await post(devnet, '/advance', { ms: 5000 })).body.now, before + 5000);
  assert.equal((await post(devnet, '/refresh')).status, 200);
  await post(devnet, '/disturb', { kind: 'lose', answers: 2 });
  submit(miner, solve(jobs[3]!));
  assert.equal((await miner.jobs())[3]!.height, 2);
  assert.deepEqual((await post(devnet, '/drop')).body, { dropped: 1 });
  assert.equal(await miner.closed, 'ECONNRESET');
  await post(devnet, '/sync', { synced: false });
  assert.equal(await (await connect()).closed, 'ECONNRESET');
  await post(devnet, '/sync', { synced: true });
  await post(devnet, '/miner-addresses', { addresses: [] });
  assert.equal(await (await connect()).closed, 'ECONNRESET');
});

test('what is wrong with a request is said', async (t) => {
  const { devnet } = await setUp(t, { controlPort: 0 });
  for (const [path, body, error] of [
    ['/mine', {}, '"chain" expected 0 to 15 or "from-to", got undefined'],
    ['/mine', { chain: '4-0' }, '"chain" expected 0 to 15 or "from-to", got "4-0"'],
    ['/mine', { chain: 1, count: 0 }, '"count" expected a whole number from 1 to 1000, got 0'],
    ['/side-block', { chain: 1 }, '"chain" expected one with a block to mine beside, got 1'],
    ['/reorganise', { chain: 1, depth: 1 }, '"depth" expected 1 to 0, got 1'],
    ['/advance', { ms: 0.5 }, '"ms" expected a whole number from 0 to 31622400000, got 0.5'],
    ['/sync', {}, '"synced" expected true or false, got undefined'],
    ['/miner-addresses', { addresses: ['x'] }, '"minerAddresses" expected 4 addresses, got 1'],
    ['/disturb', { kind: 'shout' }, '"kind" expected "delay", "lose" or "repeat", got "shout"'],
    ['/mine', 7, '"body" expected a JSON object, got "7"'],
  ] as const) {
    const answer = await post(devnet, path, body);
    assert.deepEqual([answer.status, answer.body.error], [400, error]);
  }
  const page = await post(devnet, '/drop', {}, { origin: 'http://example.org' });
  assert.equal(page.status, 400);
  const nowhere = await post(devnet, '/nowhere');
  assert.match(String(nowhere.body.error), /got POST \/nowhere$/);
  const long = await post(devnet, '/mine', { chain: 'x'.repeat(70_000) });
  assert.equal(long.status, 413);
});

test('the control port is none of the API: neither answers what is asked of the other', async (t) => {
  const { devnet } = await setUp(t, { controlPort: 0 });
  const { devnet: without } = await setUp(t);
  assert.equal(without.controlPort, undefined);
  const onApi = await fetch(`http://127.0.0.1:${devnet.restPort}/mine`, {
    method: 'POST',
    body: '{"chain":0}',
  });
  assert.equal(onApi.status, 404);
  const onControl = await fetch(`http://127.0.0.1:${devnet.controlPort}/infos/version`);
  assert.equal(onControl.status, 400);
});
