import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { PoolUnderFire } from '../support/pool-under-fire.js';
import { RudeClient } from '../support/rude-client.js';
import { OTHER_ADDRESS } from '../support/test-pool.js';
import { sleep, waitFor } from '../support/wait.js';

const CLOSE_OVER_MS = 2_000;
const MINERS = 24;

test('a pool that stops takes nobody in, sends away those who understand it, ends all one by one, and loses nothing', async (t) => {
  const stop = { closeOverMs: CLOSE_OVER_MS, reconnectAgents: ['lesswork/', 'bzminer'] };
  const lab = await PoolUnderFire.start(t, { config: { stop }, honest: false });
  const agents = ['lesswork/1.2', 'bzminer-22', 'other/1', 'a lesswork/1'];
  const miners: RudeClient[] = [];
  const closedAt: number[] = [];
  for (let i = 0; i < MINERS; i++) {
    const miner = new RudeClient(await lab.client());
    miner.raw.socket.once('close', () => closedAt.push(performance.now()));
    await miner.ask('mining.subscribe', [agents[i % agents.length]]);
    await miner.authorize(`${OTHER_ADDRESS}.m${i}`);
    miners.push(miner);
  }
  const closing = lab.app.close();
  const late = connect({ port: lab.port, host: '127.0.0.1' });
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
  // They mine on until their turn comes.
  const work = miners.map((miner) => ({ jobId: miner.job.jobId, shares: miner.shares() }));
  let asked = 0;
  while (miners.some(({ raw }) => !raw.closed)) {
    for (const [i, { raw }] of miners.entries()) {
      if (raw.closed) continue;
      const { jobId, shares } = work[i]!;
      const params = { jobId, nonce: shares.next().value, worker: '' };
      raw.send(`${JSON.stringify({ id: `share ${asked++}`, method: 'mining.submit', params })}\n`);
    }
    await sleep(20);
  }
  await closing;
  assert.equal(closedAt.length, MINERS);
  assert.ok(closedAt.at(-1)! - closedAt[0]! > CLOSE_OVER_MS / 2, 'spread over the time given');
  const waits = new Set<unknown>();
  for (const [i, { lines }] of miners.entries()) {
    const away = lines.filter(({ method }) => method === 'client.reconnect');
    assert.equal(away.length, i % 4 < 2 ? 1 : 0, agents[i % 4]);
    for (const { params } of away) {
      assert.deepEqual(params!.slice(0, 2), ['', 0]);
      assert.ok([0, 1, 2, 3].includes(params![2] as number));
      waits.add(params![2]);
      assert.equal(lines.at(-1)?.method, 'client.reconnect', 'the last word');
    }
  }
  assert.ok(waits.size > 1, 'scattered');
  const acknowledged = miners
    .flatMap(({ lines }) => lines)
    .filter(({ id, result }) => String(id).startsWith('share') && result === true).length;
  assert.ok(acknowledged > MINERS);
  const stored = (await lab.stored()).reduce((sum, { shares }) => sum + shares, 0);
  assert.equal(stored, lab.counters.accepted);
  assert.ok(stored >= acknowledged, `${stored} of ${acknowledged}`);
  assert.equal(lab.counters.disconnected.stopping, MINERS);
});

test('one that is on its way in when the pool stops is dropped', async (t) => {
  const listeners = [{ name: 'main', host: '127.0.0.1', port: 0, proxyProtocol: { from: ['127.0.0.1'] } }];
  const lab = await PoolUnderFire.start(t, { config: { listeners }, honest: false });
  const client = await lab.client();
  client.send('PROXY TCP4 ');
  // Turns of the event loop, in which it arrives.
  for (let turns = 0; turns < 10; turns++) await sleep(5);
  await lab.close();
  await client.isClosed();
  await waitFor('the count', () => lab.refused('stopping') === 1);
});
