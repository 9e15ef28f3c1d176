import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type Devnet, startDevnet } from '../../devnet/app.js';
import { createNobleKernel } from '../../shaders/cpu/noble.js';
import type { SearchKernel } from '../../shaders/search.js';
import { solve } from '../support/raw-miner.js';
import { sleep, waitFor } from '../support/wait.js';
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
    ['/reorganise', { chain: 1, depth: 1 }, '"chain" expected one with a block to replace, got 1'],
    ['/drop', { index: 0 }, '"index" expected one of 0 connections, from 0 on, got 0'],
    ['/drop', { index: 'x' }, '"index" expected a whole number from 0 to 9007199254740991, got "x"'],
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
  assert.equal((await post(devnet, '/constructor')).status, 400);
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

test('a search ends with its client; while it lasts others are answered 409', async (t) => {
  let slices = 0;
  const neverFinds: SearchKernel = {
    ...createNobleKernel(),
    search: () => {
      slices++;
      return { finds: [], overflow: 0 };
    },
  };
  const devnet = await startDevnet({ rate: 1000, controlPort: 0 }, { kernel: neverFinds });
  t.after(() => devnet.close());
  const client = new AbortController();
  const mining = fetch(`http://127.0.0.1:${devnet.controlPort}/mine`, {
    method: 'POST',
    body: '{"chain":0}',
    signal: client.signal,
  });
  await waitFor('the search', () => slices > 0);
  for (const path of ['/mine', '/side-block', '/reorganise']) {
    const other = await post(devnet, path, { chain: 1, depth: 1 });
    assert.deepEqual(other, {
      status: 409,
      body: { error: 'expected no search under way, got POST /mine; try again after it' },
    });
  }
  assert.equal((await post(devnet, '/refresh')).status, 200);
  client.abort();
  await assert.rejects(mining, { name: 'AbortError' });
  // Free again: what is asked for next is looked at.
  for (let i = 0; (await post(devnet, '/side-block', { chain: 0 })).status === 409; i++) {
    assert.ok(i < 100, 'the search goes on without its client');
    await sleep(10);
  }
  const before = slices;
  await sleep(50);
  assert.equal(slices, before);
});

test('how deep a chain can be reorganised: as far as its blocks are kept', async (t) => {
  const { devnet } = await setUp(t, { controlPort: 0, keepHeights: 64, rate: 1 });
  await post(devnet, '/mine', { chain: 3, count: 70 });
  const tooDeep = await post(devnet, '/reorganise', { chain: 3, depth: 65 });
  assert.deepEqual(tooDeep, { status: 400, body: { error: '"depth" expected 1 to 64, got 65' } });
  assert.equal((await post(devnet, '/reorganise', { chain: 3, depth: 64 })).status, 200);
});

test('one connection is dropped, the others stay', async (t) => {
  const { devnet, connect } = await setUp(t, { controlPort: 0 });
  const miners = [await connect(), await connect(), await connect()];
  await waitFor('three connections', () => devnet.connections() === 3);
  assert.deepEqual((await post(devnet, '/drop', { index: 1 })).body, { dropped: 1 });
  assert.equal(await miners[1]!.closed, 'ECONNRESET');
  assert.deepEqual(
    miners.map(({ socket }) => socket.destroyed),
    [false, true, false],
  );
  assert.equal(devnet.connections(), 2);
});

test('the state is saved on request: as the answer, or into the file', async (t) => {
  const { devnet } = await setUp(t, { controlPort: 0 });
  await devnet.mineBlock(5);
  const { body } = await post(devnet, '/save');
  const statePath = join(mkdtempSync(join(tmpdir(), 'lesswork-devnet-')), 'state.json');
  writeFileSync(statePath, JSON.stringify(body));
  const { devnet: second } = await setUp(t, { controlPort: 0, statePath });
  // After the devnet's own end, which writes the file.
  t.after(() => rmSync(dirname(statePath), { recursive: true, force: true }));
  assert.equal(second.node.state.tip(5).id, devnet.node.state.tip(5).id);
  await second.mineBlock(6);
  assert.deepEqual(await post(second, '/save'), { status: 200, body: { file: statePath } });
  assert.equal(readFileSync(statePath, 'utf8'), second.saveState());
  rmSync(dirname(statePath), { recursive: true });
  const failed = await post(second, '/save');
  assert.equal(failed.status, 500);
  assert.match(String(failed.body.error), /state\.json: cannot be written: there is no such file or folder/);
  mkdirSync(dirname(statePath)); // So that it can be closed.
});
