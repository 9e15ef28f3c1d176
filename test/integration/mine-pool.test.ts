import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { hexToBytes } from '../../protocol/bytes.js';
import { joinHeader } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { blockHash, chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { bitsOfTarget, targetBytes } from '../../protocol/target.js';
import { FakePool, notifiedJob, type PoolClient } from '../support/fake-pool.js';
import { makeJob, makeJobs } from '../support/jobs.js';
import { LessworkRun } from '../support/lesswork.js';
import { readVectors } from '../support/vectors.js';
import { waitFor } from '../support/wait.js';

const ADDRESS = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';

/** A share takes some 2^18 hashes: a few a second on one slow thread. */
const SHARE_TARGET = targetBytes(2n ** 242n - 1n);

const TLS = readVectors<{ readonly key: string; readonly cert: string }>('tls');

const pools: FakePool[] = [];
const runs: LessworkRun[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.child.kill('SIGKILL');
    await run.end();
  }
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

async function startPool(...args: Parameters<typeof FakePool.listen>): Promise<FakePool> {
  const pool = await FakePool.listen(...args);
  pools.push(pool);
  return pool;
}

function mine(args: readonly string[], env: NodeJS.ProcessEnv = {}): LessworkRun {
  const run = new LessworkRun(['mine', ...args, '--device', 'cpu', '--threads', '1', '--json'], env);
  runs.push(run);
  return run;
}

/** A job whose block target no hash meets. */
function job(parts: Parameters<typeof makeJob>[0]): Job {
  const made = makeJob({ target: SHARE_TARGET, ...parts });
  new DataView(made.headerBlob.buffer).setUint32(298, bitsOfTarget(1n));
  return made;
}

interface Summary {
  readonly shares: {
    accepted: number;
    rejected: number;
    unanswered: number;
    byReason: Record<string, number>;
  };
  readonly blocks: { found: number };
  readonly deviceErrors: number;
}

async function endOf(run: LessworkRun): Promise<Summary> {
  run.child.kill('SIGTERM');
  const { code, stderr } = await run.end();
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  const last = run.jsonLines().at(-1)!;
  assert.equal(last.type, 'summary');
  return last as unknown as Summary;
}

/** Checks every share against the oracle. */
function verify(client: PoolClient, jobs: ReadonlyMap<unknown, Job>, extranonce: string): void {
  const seen = new Set<string>();
  for (const { params } of client.submits) {
    const of = jobs.get(params.jobId);
    assert.ok(of, `unknown job ${params.jobId}`);
    assert.match(params.nonce, new RegExp(`^${extranonce}[0-9a-f]{${48 - extranonce.length}}$`));
    const hash = blockHash(joinHeader(hexToBytes(params.nonce), of.headerBlob));
    assert.equal(chainOfHash(hash), of.chain);
    assert.ok(meetsTarget(hash, of.target));
    assert.equal(params.fromGroup * 4 + params.toGroup, of.chain);
    assert.equal(params.worker, `${ADDRESS}.rig1`);
    const key = `${params.jobId} ${params.nonce}`;
    assert.ok(!seen.has(key), 'a share was sent twice');
    seen.add(key);
  }
}

test('one job at a time: every share meets its target, begins with the extranonce, and is sent once', async () => {
  const pool = await startPool();
  pool.extranonce = 'beef';
  const jobs = new Map<unknown, Job>([['j0', job({ chain: 2 })]]);
  pool.jobs = [notifiedJob(jobs.get('j0')!, 'j0', { targetBlob: SHARE_TARGET_UNPADDED })];
  let submits = 0;
  pool.onRequest = (client, { id, method }) => {
    if (method !== 'mining.submit') return true;
    submits++;
    // Refused in each of the forms that pools use, now and then.
    if (submits % 5 === 1) client.answer(id, false, { code: 25, message: 'low difficulty share (0.93)' });
    else if (submits % 5 === 2) client.answer(id, null, [24, 'duplicate share', null]);
    else client.answer(id, true);
    // Another chain with every third share.
    if (submits % 3 === 0) {
      const next = job({ chain: (2 + submits * 5) % 16, parent: submits });
      jobs.set(`j${submits}`, next);
      client.notify([notifiedJob(next, `j${submits}`)]);
    }
    return false;
  };
  const run = mine(['--pool', `127.0.0.1:${pool.port}`, '--user', `${ADDRESS}.rig1`, '--pass', 'd=1']);
  await waitFor('20 shares', () => submits >= 20, 60_000);
  const { shares, blocks, deviceErrors } = await endOf(run);
  const [client] = pool.clients;
  assert.deepEqual(
    client!.requests.slice(0, 2).map(({ method, params }) => [method, params]),
    [
      ['mining.subscribe', client!.requests[0]!.params],
      ['mining.authorize', [`${ADDRESS}.rig1`, 'd=1']],
    ],
  );
  assert.match(client!.requests[0]!.params[0], /^lesswork\/\d/);
  verify(client!, jobs, 'beef');
  assert.equal(
    new Set(client!.submits.map(({ params }) => params.fromGroup * 4 + params.toGroup)).size > 3,
    true,
  );
  assert.ok(shares.accepted >= 10);
  assert.ok(shares.byReason.lowDifficulty! >= 3 && shares.byReason.duplicate! >= 3);
  assert.equal(shares.rejected, shares.byReason.lowDifficulty! + shares.byReason.duplicate!);
  assert.equal(blocks.found, 0);
  assert.equal(deviceErrors, 0);
});

/** As some pools write it. */
const SHARE_TARGET_UNPADDED = Buffer.from(SHARE_TARGET).toString('hex').replace(/^0+/, '');

test('all 16 jobs: each chain is mined; blocks among the shares are counted as such', async () => {
  const pool = await startPool();
  pool.extranonce = '';
  const jobs = new Map<unknown, Job>();
  for (const made of makeJobs({ target: SHARE_TARGET })) {
    // Every second share is a block.
    new DataView(made.headerBlob.buffer).setUint32(298, bitsOfTarget(2n ** 241n - 1n));
    jobs.set(made.chain, made);
  }
  pool.jobs = [...jobs].map(([id, made]) => notifiedJob(made, id as number));
  const run = mine(['--pool', `stratum+tcp://127.0.0.1:${pool.port}`, '--user', `${ADDRESS}.rig1`]);
  const submits = () => pool.clients[0]?.submits ?? [];
  const chains = () => new Set(submits().map(({ params }) => params.jobId));
  await waitFor('shares of most chains', () => submits().length >= 40 && chains().size >= 12, 60_000);
  const { shares, blocks } = await endOf(run);
  verify(pool.clients[0]!, jobs, '');
  assert.equal(shares.rejected, 0);
  assert.ok(shares.accepted >= 40);
  assert.ok(blocks.found > 0 && blocks.found < shares.accepted);
  assert.equal(run.jsonLines().filter((line) => line.type === 'missingChains').length, 0);
});

test('a refused worker is said with the reason, and the next pool is mined for', async () => {
  const [first, second] = [await startPool(), await startPool()];
  first.authorize = { result: false, error: { code: 22, message: 'invalid address' } };
  second.jobs = [notifiedJob(job({ chain: 1 }), 1)];
  const urls = [first, second].flatMap(({ port }) => ['--pool', `127.0.0.1:${port}`]);
  const run = mine([...urls, '--user', `${ADDRESS}.rig1`]);
  await waitFor('a share', () => (second.clients[0]?.submits.length ?? 0) > 0, 30_000);
  const { shares } = await endOf(run);
  assert.ok(shares.accepted >= 1);
  const notices = run.jsonLines().filter(({ type }) => type === 'notice');
  assert.match(String(notices[0]!.message), /is not authorized: invalid address; trying again in 60\.0 s/);
  assert.equal(first.clients.length, 1);
});

describe('over TLS', () => {
  let folder: string;
  let pool: FakePool;
  /** Trusts the pool's certificate. */
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lesswork-tls-'));
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, TLS.cert);
    env = { NODE_EXTRA_CA_CERTS: ca };
    pool = await startPool(0, TLS);
    pool.jobs = [notifiedJob(job({ chain: 1 }), 1)];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const notices = (run: LessworkRun): string[] =>
    run
      .jsonLines()
      .filter(({ type }) => type === 'notice')
      .map(({ message }) => String(message));
  const shared = () => (pool.clients[0]?.submits.length ?? 0) > 0;

  test('a certificate that is trusted, for the right name', async () => {
    const run = mine(['--pool', `stratum+ssl://localhost:${pool.port}`, '--user', `${ADDRESS}.rig1`], env);
    await waitFor('a share', shared, 30_000);
    assert.ok((await endOf(run)).shares.accepted >= 1);
    assert.deepEqual(notices(run), []);
  });

  test('one for another name, and one that is not trusted: refused', async () => {
    const other = mine(['--pool', `stratum+ssl://127.0.0.1:${pool.port}`, '--user', `${ADDRESS}.rig1`], env);
    const unknown = mine(['--pool', `stratum+ssl://localhost:${pool.port}`, '--user', `${ADDRESS}.rig1`]);
    await waitFor('both told', () => notices(other).length > 0 && notices(unknown).length > 0, 30_000);
    assert.match(notices(other)[0]!, /not trusted: Hostname\/IP does not match.*--tls-insecure/);
    assert.match(notices(unknown)[0]!, /not trusted: self.signed certificate.*--tls-insecure/);
    assert.deepEqual(
      pool.clients.flatMap(({ requests }) => requests),
      [],
    );
  });

  test('--tls-insecure takes any, and says what that gives up', async () => {
    const run = mine([
      '--tls-insecure',
      '--pool',
      `stratum+ssl://127.0.0.1:${pool.port}`,
      '--user',
      `${ADDRESS}.rig1`,
    ]);
    await waitFor('a share', shared, 30_000);
    await endOf(run);
    assert.match(notices(run)[0]!, /its certificate is not checked .* paid to another address/);
  });
});

test('over a WebSocket', async () => {
  const pool = await FakePool.listenWebSocket();
  pools.push(pool);
  pool.extranonce = 'c0';
  const made = job({ chain: 4 });
  pool.jobs = [notifiedJob(made, 'w')];
  const run = mine(['--pool', `stratum+ws://127.0.0.1:${pool.port}/stratum`, '--user', `${ADDRESS}.rig1`]);
  await waitFor('shares', () => (pool.clients[0]?.submits.length ?? 0) >= 3, 30_000);
  assert.ok((await endOf(run)).shares.accepted >= 3);
  verify(pool.clients[0]!, new Map([['w', made]]), 'c0');
  assert.deepEqual(pool.paths, ['/stratum']);
});

const NO_FULL_DEVICE = existsSync('/dev/full') ? false : 'this system has no /dev/full';

test('a full log disk costs the log, never the mining, and that is said once', {
  skip: NO_FULL_DEVICE,
}, async () => {
  const pool = await startPool();
  pool.jobs = [notifiedJob(job({ chain: 1 }), 'a')];
  const full = openSync('/dev/full', 'w');
  const args = ['mine', '--pool', `127.0.0.1:${pool.port}`, '--user', ADDRESS, '--device', 'cpu'];
  const run = new LessworkRun([...args, '--threads', '1', '--json'], {}, undefined, full);
  runs.push(run);
  closeSync(full);
  const shares = () => pool.clients[0]?.submits.length ?? 0;
  await waitFor('the loss to be told', () => run.stderr.includes("the log can't be written"), 30_000);
  const before = shares();
  await waitFor('more shares', () => shares() > before + 2, 60_000);
  run.child.kill('SIGTERM');
  const { code, signal, stderr } = await run.end();
  // The summary is lost, too.
  assert.deepEqual([code, signal], [1, null]);
  assert.match(
    stderr,
    /^lesswork: the log can't be written \(the disk is full\): lines are lost, the work goes on\nlesswork: the result can't be written \(the disk is full\)\n$/,
  );
});

test('two signals close together are one: the summary is told, and the code is 0', async () => {
  const pool = await startPool();
  pool.jobs = [notifiedJob(job({ chain: 1 }), 'a')];
  pool.onRequest = (_client, { method }) => method !== 'mining.submit';
  const run = mine(['--pool', `127.0.0.1:${pool.port}`, '--user', ADDRESS]);
  // Without an answer it waits for a second at its end.
  await waitFor('a share', () => (pool.clients[0]?.submits.length ?? 0) > 0, 30_000);
  run.child.kill('SIGINT');
  run.child.kill('SIGTERM');
  setTimeout(() => run.child.kill('SIGINT'), 100);
  const { code, signal } = await run.end();
  assert.deepEqual([code, signal], [0, null]);
  assert.equal(run.jsonLines().at(-1)!.type, 'summary');
});

test('a worker whose name has a flaw mines under one without, which is said once', async () => {
  const pool = await startPool();
  pool.jobs = [notifiedJob(job({ chain: 1 }), 'a')];
  const run = mine(['-o', `TCP://127.0.0.1:${pool.port}`, '-u', ` ${ADDRESS}/Farming (1)`, '-p', 'd=2']);
  await waitFor('a share', () => (pool.clients[0]?.submits.length ?? 0) > 0, 30_000);
  await endOf(run);
  const { params } = pool.clients[0]!.requests.find(({ method }) => method === 'mining.authorize')!;
  assert.deepEqual(params, [`${ADDRESS}.Farming_1`, 'd=2']);
  const told = run.jsonLines().filter(({ message }) => /Farming_1/.test(String(message)));
  assert.deepEqual([told.length, told[0]!.type, told[0]!.level], [1, 'notice', 'warn']);
});

test('a pool that refuses every share of an easy target does not fill the log', async () => {
  const pool = await startPool();
  const easy = job({ chain: 1, target: targetBytes(2n ** 252n - 1n) });
  pool.jobs = [notifiedJob(easy, 'a')];
  pool.onRequest = (client, { id, method }) => {
    if (method === 'mining.submit') client.answer(id, false, { code: 25, message: `low difficulty ${id}` });
    return method !== 'mining.submit';
  };
  const run = mine(['--pool', `127.0.0.1:${pool.port}`, '--user', ADDRESS]);
  await waitFor('a thousand shares', () => (pool.clients[0]?.submits.length ?? 0) > 1_000, 60_000);
  const { shares } = await endOf(run);
  const told = run.jsonLines().filter(({ type }) => type === 'share') as unknown as {
    gathered?: { count: number };
  }[];
  assert.ok(shares.rejected >= 1_000);
  assert.ok(told.length <= 210, `${told.length} lines`);
  const counted = told.reduce((sum, { gathered }) => sum + (gathered?.count ?? 1), 0);
  assert.equal(counted, shares.rejected + shares.unanswered);
});

test('a pool that dies under way: what was not answered is counted, and nothing of it is sent elsewhere', async () => {
  const [first, second] = [await startPool(), await startPool()];
  first.extranonce = 'aaaa';
  second.extranonce = 'bbbb';
  const made = job({ chain: 1 });
  first.jobs = [notifiedJob(made, 'a')];
  second.jobs = [notifiedJob(made, 'b')];
  first.onRequest = (_client, { method }) => method !== 'mining.submit';
  const urls = [first, second].flatMap(({ port }) => ['--pool', `127.0.0.1:${port}`]);
  const run = mine([...urls, '--user', `${ADDRESS}.rig1`]);
  await waitFor('three shares', () => (first.clients[0]?.submits.length ?? 0) >= 3, 30_000);
  await first.close();
  await waitFor('shares at the second', () => (second.clients[0]?.submits.length ?? 0) >= 2, 30_000);
  const { shares } = await endOf(run);
  verify(first.clients[0]!, new Map([['a', made]]), 'aaaa');
  verify(second.clients[0]!, new Map([['b', made]]), 'bbbb');
  assert.ok(shares.unanswered >= 3);
  assert.equal(shares.rejected, 0);
  const unanswered = run.jsonLines().filter(({ verdict }) => verdict === 'unanswered');
  assert.ok(unanswered.length >= 3);
});
