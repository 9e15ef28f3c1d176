import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startDevnet } from '../../devnet/app.js';
import { type PoolApp, startPool } from '../../pool/app.js';
import { parsePoolConfig } from '../../pool/config/pool-config.js';
import { LessworkRun } from '../support/lesswork.js';
import { waitFor } from '../support/wait.js';

const USER = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E.rig1';
const PASSWORD = 'hunter2-secret';

const closing: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});

async function poolOn(node: { minerApiPort: number; restPort: number }): Promise<PoolApp> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'lesswork-pool-'));
  const config = parsePoolConfig(
    {
      nodes: [{ host: '127.0.0.1', port: node.minerApiPort, restPort: node.restPort }],
      listeners: [{ name: 'one', host: '127.0.0.1', port: 0, difficulty: { start: '200kH', fixed: true } }],
      dataFolder,
      http: false,
      admin: false,
      stop: { closeOverMs: 100 },
    },
    { env: {}, readFile: () => '', resolvePath: (path) => path },
  );
  const pool = await startPool(config, { onEvent: () => {}, version: 'test' });
  closing.push(async () => {
    await pool.close();
    await rm(dataFolder, { recursive: true, force: true });
  });
  return pool;
}

test('a miner takes up pools, threads, its log and a node while it mines: nothing is lost, no device restarts that need not', async () => {
  const node = await startDevnet({ rate: 1_000_000 });
  closing.push(() => node.close());
  const [first, second] = [await poolOn(node), await poolOn(node)];
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-reload-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'miner.json');
  const log = join(folder, 'miner.log');
  const forPool = (pool: PoolApp, more: object = {}): object => ({
    pools: [`127.0.0.1:${pool.ports.get('one')}`],
    user: USER,
    password: PASSWORD,
    devices: ['cpu'],
    threads: 1,
    ...more,
  });
  const write = (config: object): Promise<void> => writeFile(path, JSON.stringify(config));
  /** As editors do. */
  const replace = async (text: string): Promise<void> => {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  };
  await write(forPool(first));
  const run = new LessworkRun(['mine', '--config', path, '--json']);
  closing.push(async () => {
    run.child.kill('SIGKILL');
    await run.end();
  });
  const lines = (type: string) => run.jsonLines().filter((line) => line.type === type);
  const notices = () => lines('notice').map(({ message }) => String(message));
  const accepted = () => lines('share').filter(({ verdict }) => verdict === 'accepted');
  const acceptedBy = (pool: PoolApp) =>
    accepted().filter((share) => share.pool === `127.0.0.1:${pool.ports.get('one')}`).length;
  await waitFor('shares of the first pool', () => acceptedBy(first) >= 5, 60_000);

  await write(forPool(second, { log: { file: log } }));
  run.child.kill('SIGHUP');
  await waitFor('shares of the second pool', () => acceptedBy(second) >= 5, 60_000);
  assert.ok(notices().includes(`${path}: taken up: pools, log`), notices().join('\n'));
  assert.equal(lines('device').length, 1, 'the device went on');

  await replace('{"pools": ["a:1"], "user": "nobody", "thread": 2}');
  await waitFor(
    'the faults',
    () => notices().some((text) => text.includes('the settings before go on')),
    20_000,
  );
  assert.ok(notices().includes(`${path}: thread: unknown setting; did you mean "threads"?`));
  const before = acceptedBy(second);
  await waitFor('more shares', () => acceptedBy(second) >= before + 3, 60_000);

  await replace(
    JSON.stringify(forPool(second, { threads: 2, workLog: join(folder, 'work'), log: { file: log } })),
  );
  await waitFor('two threads', () => lines('device').length >= 2, 20_000);
  assert.match(String(lines('device')[1]!.name), /2 threads/);
  await waitFor('threads taken up', () => notices().includes(`${path}: taken up: threads`), 20_000);
  assert.ok(
    notices().some((text) => text.endsWith("workLog can't be changed while it runs: from the next start on")),
  );
  const then = acceptedBy(second);
  await waitFor('shares of two threads', () => acceptedBy(second) >= then + 3, 60_000);

  await replace(
    JSON.stringify({
      nodes: [{ host: '127.0.0.1', port: node.minerApiPort, restPort: node.restPort }],
      devices: ['cpu'],
      threads: 2,
      log: { file: log },
    }),
  );
  await waitFor(
    'blocks of the node',
    () => lines('verdict').some(({ verdict }) => verdict === 'accepted'),
    60_000,
  );

  run.child.kill('SIGTERM');
  const { code, stderr } = await run.end();
  assert.deepEqual([code, stderr], [0, '']);
  const [summary] = lines('summary') as unknown as [
    {
      shares: { accepted: number; rejected: number; unanswered: number; unsent: number };
      blocks: { found: number };
    },
  ];
  const { shares } = summary;
  assert.deepEqual([shares.rejected, shares.unanswered, shares.unsent], [0, 0, 0]);
  assert.equal(shares.accepted, acceptedBy(first) + acceptedBy(second));
  assert.equal(lines('device').length, 2, 'no device started but that with other threads');

  const logged = await readFile(log, 'utf8');
  const told = logged
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; time: number });
  for (const { type, time } of told) assert.ok(Math.abs(time - Date.now()) < 300_000, type);
  assert.equal(told.at(-1)!.type, 'summary');
  for (const text of [logged, run.stdout]) assert.ok(!text.includes(PASSWORD));
});
