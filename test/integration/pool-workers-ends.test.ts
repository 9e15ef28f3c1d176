import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { FrontEndLab } from '../support/front-end-lab.js';
import { lesswork } from '../support/lesswork.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { waitFor } from '../support/wait.js';

const skip = skipWhen(MISSING_REDIS);

test('workers without Redis are refused', async () => {
  const { code, stderr } = await lesswork('pool', '--workers', '2');
  assert.equal(code, 2);
  assert.match(stderr, /store\.type: expected "redis" .* beside --workers/);
});

test('a primary that is killed leaves no worker behind, and the next one starts at once', {
  skip,
}, async (t) => {
  const lab = await FrontEndLab.open(t);
  const pool = await lab.start('pool', { workers: 2 });
  const miners = await pool.crowd(4);
  await pool.kill();
  const again = await lab.start('pool', { workers: 2 });
  await waitFor('the miners lost it', () => miners.every(({ closed }) => closed));
  await waitFor('none of the first is left', () => lab.processes().length === 3);
  assert.ok(await (await again.mine({ work: 1_000n })).mineOne());
  await again.stop();
  await lab.allGone();
});

test('Ctrl-C, which all processes of a terminal get, ends all of them well', { skip }, async (t) => {
  const lab = await FrontEndLab.open(t);
  const pool = await lab.start('pool', { workers: 2 });
  await pool.crowd(4);
  for (const pid of lab.processes()) process.kill(pid, 'SIGINT');
  const { code, stderr } = await pool.run.end();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.ok(
    pool.notices.every((notice) => !/started again/.test(notice)),
    pool.notices.join('\n'),
  );
  await lab.allGone();
});

test('the end result has what all workers did, until the end', { skip }, async (t) => {
  const lab = await FrontEndLab.open(t);
  const pool = await lab.start('pool', { workers: 2 });
  const miners = await Promise.all([1, 2, 3, 4].map(() => pool.mine({ work: 1_000n })));
  for (const miner of miners) assert.ok(await miner.mineOne());
  // Long before the figures of this second are told.
  await pool.stop();
  const results = pool.said.filter(({ type }) => type === 'stopped');
  assert.deepEqual(
    results.map(({ accepted }) => accepted),
    [4],
  );
});

test('ports that are taken end the start, with one line for each', { skip }, async (t) => {
  const lab = await FrontEndLab.open(t);
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await waitFor('a port', () => taken.address() !== null);
  const { port } = taken.address() as { port: number };
  const at = { listeners: [{ name: 'main', host: '127.0.0.1', port }] };
  for (const { settings, ...options } of [
    { workers: 2, config: at, settings: ['listeners[0]'] },
    { workers: 2, config: { http: { port } }, settings: ['http'] },
    { config: at, settings: ['listeners[0]'] },
    { config: { ...at, http: { host: '127.0.0.1', port } }, settings: ['listeners[0]', 'http'] },
    {
      workers: 2,
      config: { ...at, admin: { host: '127.0.0.1', port } },
      settings: ['listeners[0]', 'admin'],
    },
  ]) {
    const { code, stderr } = await lab.run('pool', options);
    assert.equal(code, 1);
    const lines = stderr.split('\n').filter((line) => line !== '');
    assert.deepEqual(
      lines.map((line) => line.replace(/^lesswork: /, '').replace(/(listens there).*/, '$1')),
      settings.map((setting) => `${setting}.port: 127.0.0.1:${port}: another program listens there`),
    );
    assert.ok(
      lines.every((line) => line.endsWith(': end it, or choose another port')),
      stderr,
    );
    await lab.allGone();
  }
});

test('what is wrong with a configuration is told once', { skip }, async (t) => {
  const lab = await FrontEndLab.open(t);
  const { code, stderr } = await lab.run('pool', { workers: 2, config: { limts: {} } });
  assert.equal(code, 2);
  assert.equal(stderr.match(/limts/g)?.length, 1, stderr);
});
