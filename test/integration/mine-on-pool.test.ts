import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readWorkLogs } from '../../cli/read-work-logs.js';
import { startDevnet } from '../../devnet/app.js';
import { type PoolApp, startPool } from '../../pool/app.js';
import { parsePoolConfig } from '../../pool/config/pool-config.js';
import { freePort } from '../support/free-port.js';
import { LessworkRun } from '../support/lesswork.js';
import { readVectors } from '../support/vectors.js';
import { waitFor } from '../support/wait.js';

const TLS = readVectors<{ readonly key: string; readonly cert: string }>('tls');

const USER = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E.rig1';

/** Some shares a second of each miner, whatever the pool would make of that. */
const DIFFICULTY = { start: '200kH', fixed: true };

const closing: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});

/** A pool of our own on a simulated node. @param port - 0 for any that is free */
async function poolOn(node: { minerApiPort: number; restPort: number }, port = 0): Promise<PoolApp> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'lesswork-pool-'));
  const tls = { certFile: join(dataFolder, 'cert.pem'), keyFile: join(dataFolder, 'key.pem') };
  await writeFile(tls.certFile, TLS.cert);
  await writeFile(tls.keyFile, TLS.key);
  const others = [
    { name: 'tls', protocol: 'tls', tls },
    { name: 'ws', protocol: 'ws' },
    { name: 'wss', protocol: 'wss', tls },
  ].map((listener) => ({
    ...listener,
    host: '127.0.0.1',
    port: 0,
    difficulty: DIFFICULTY,
  }));
  const config = parsePoolConfig(
    {
      nodes: [{ host: '127.0.0.1', port: node.minerApiPort, restPort: node.restPort }],
      listeners: [
        ...others,
        { name: 'one', host: '127.0.0.1', port, difficulty: DIFFICULTY },
        {
          name: 'all',
          host: '127.0.0.1',
          port: 0,
          jobs: 'all',
          difficulty: DIFFICULTY,
        },
      ],
      dataFolder,
      http: false,
      admin: false,
      stop: { closeOverMs: 100 },
    },
    { env: {}, readFile: () => '', resolvePath: (path) => path },
  );
  const pool = await startPool(config, { onEvent: () => {}, version: 'test' });
  closing.push(() => rm(dataFolder, { recursive: true, force: true }));
  return pool;
}

function mine(pool: string, ...more: string[]): LessworkRun {
  const args = [
    'mine',
    '--pool',
    pool,
    '--user',
    USER,
    '--device',
    'cpu',
    '--threads',
    '1',
    '--json',
    ...more,
  ];
  const run = new LessworkRun(args);
  closing.push(async () => {
    run.child.kill('SIGKILL');
    await run.end();
  });
  return run;
}

const accepted = (run: LessworkRun): number =>
  run.jsonLines().filter(({ type, verdict }) => type === 'share' && verdict === 'accepted').length;

interface Shares {
  readonly accepted: number;
  readonly rejected: number;
  readonly stale: number;
}

async function sharesOf(run: LessworkRun): Promise<Shares & { readonly blocks: number }> {
  run.child.kill('SIGTERM');
  assert.equal((await run.end()).code, 0, run.stderr);
  const { shares, blocks } = run.jsonLines().at(-1) as unknown as {
    shares: Shares;
    blocks: { accepted: number };
  };
  return { ...shares, blocks: blocks.accepted };
}

test('on the pool of this project: what it counts is what the miner counts, blocks too; one job, and all 16', async () => {
  const node = await startDevnet({ rate: 1_000_000 });
  closing.push(() => node.close());
  const pool = await poolOn(node);
  closing.push(() => pool.close());
  const runs = ['one', 'all'].map((name) => mine(`127.0.0.1:${pool.ports.get(name)}`));
  await waitFor('shares of both', () => runs.every((run) => accepted(run) >= 20), 60_000);
  const [one, all] = [await sharesOf(runs[0]!), await sharesOf(runs[1]!)];
  const status = pool.status();
  for (const shares of [one, all]) {
    assert.ok(shares.accepted >= 20);
    assert.equal(shares.rejected, 0);
  }
  // An answer may be on its way when a miner ends.
  const counted = one.accepted + all.accepted;
  assert.ok(status.accepted >= counted && status.accepted <= counted + 10, `${status.accepted} ${counted}`);
  assert.ok(one.blocks + all.blocks > 0);
});

test('a pool that is stopped and started again is found by itself', async () => {
  const node = await startDevnet({ rate: 1_000_000 });
  closing.push(() => node.close());
  // Somebody else's outgoing connection may take any other port while the pool is away.
  const port = await freePort();
  const first = await poolOn(node, port);
  const run = mine(`127.0.0.1:${port}`);
  await waitFor('shares', () => accepted(run) >= 5, 60_000);
  await first.close();
  await waitFor('the loss told', () => run.stdout.includes('trying again'), 20_000);
  const second = await poolOn(node, port);
  closing.push(() => second.close());
  await waitFor('shares again', () => second.status().accepted >= 5, 60_000);
  const shares = await sharesOf(run);
  assert.equal(shares.rejected, 0);
});

test('over TLS, a WebSocket, and both', async () => {
  const node = await startDevnet({ rate: 1_000_000 });
  closing.push(() => node.close());
  const pool = await poolOn(node);
  closing.push(() => pool.close());
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-work-logs-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  // One after the other: each has the machine's threads for itself.
  for (const [name, scheme] of [
    ['tls', 'stratum+ssl'],
    ['ws', 'stratum+ws'],
    ['wss', 'stratum+wss'],
  ] as const) {
    const url = `${scheme}://127.0.0.1:${pool.ports.get(name)}`;
    const run = mine(url, '--tls-insecure', '--work-log', join(folder, name));
    await waitFor(`shares over ${name}`, () => accepted(run) >= 3, 60_000);
    const shares = await sharesOf(run);
    assert.equal(shares.rejected, 0);
    const { byPool } = await readWorkLogs([join(folder, name)], (user) => user === USER, 0);
    const told = run.jsonLines().filter(({ type, verdict }) => type === 'share' && verdict === 'accepted');
    const workOf = (all: readonly object[]): bigint =>
      all.reduce((sum: bigint, one) => sum + BigInt((one as { work: string }).work), 0n);
    assert.ok(workOf(told) > 0n);
    assert.equal(workOf(byPool.get(url)!.shares), workOf(told));
  }
});
