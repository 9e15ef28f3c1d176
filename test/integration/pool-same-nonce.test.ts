import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startDevnet } from '../../devnet/app.js';
import { openStore } from '../../pool/store/open-store.js';
import { freePort } from '../support/free-port.js';
import { sumsOfStore } from '../support/journal-kill.js';
import { LessworkRun } from '../support/lesswork.js';
import { EASY, PoolUnderFire } from '../support/pool-under-fire.js';
import { RawClient } from '../support/raw-client.js';
import { RawMiner } from '../support/raw-miner.js';
import { RudeClient } from '../support/rude-client.js';
import { OTHER_ADDRESS } from '../support/test-pool.js';
import { waitFor } from '../support/wait.js';

const DUPLICATE = 24;
const FOREIGN = 23;
const UNKNOWN_JOB = 20;

/** Number of the header that a job id names. */
const headerOf = (jobId: string): number => Number.parseInt(jobId, 16) >> 4;

/** How a connection is refused a nonce of another one: by its extranonce, or earlier if the header was never sent there. */
const refusalAt = ({ job }: RudeClient, jobId: string): number =>
  headerOf(job.jobId) === headerOf(jobId) ? FOREIGN : UNKNOWN_JOB;

test('a nonce counts once: under all ids of its job, on other connections, after its node was lost', async (t) => {
  const lab = await PoolUnderFire.start(t);
  const miner = new RudeClient(await lab.client());
  await miner.authorize(`${OTHER_ADDRESS}.one`);
  const { job } = miner;
  const nonce = miner.shares().next().value;
  assert.equal(await miner.submit(nonce), 0);
  const number = headerOf(job.jobId);
  for (let variant = 0; variant < 16; variant++)
    assert.equal(await miner.submit(nonce, { jobId: ((number << 4) + variant).toString(16) }), DUPLICATE);
  const { fromGroup, toGroup } = job;
  assert.equal(await miner.submit(nonce, { jobId: 'ffffff', fromGroup, toGroup }), DUPLICATE);
  const second = new RudeClient(await lab.client());
  await second.authorize(`${OTHER_ADDRESS}.one`);
  assert.equal(await second.submit(nonce, { jobId: job.jobId }), refusalAt(second, job.jobId));
  const sessions = lab.app.pool.board.size;
  assert.equal(lab.devnet.dropConnections(1), 1);
  await waitFor('the loss', () => lab.app.pool.node === undefined);
  await waitFor(
    'the node',
    () => lab.app.pool.node !== undefined && lab.app.pool.board.current(0) !== undefined,
  );
  assert.equal(lab.app.pool.board.size, sessions, 'the same templates');
  assert.equal(await miner.submit(nonce, { jobId: job.jobId }), DUPLICATE);
  // A second node session has the same header; a reconnected miner another extranonce.
  miner.raw.socket.destroy();
  await waitFor('the end', () => lab.app.pool.sessions === 2);
  const again = new RudeClient(await lab.client());
  await again.authorize(`${OTHER_ADDRESS}.one`);
  assert.notEqual(again.extranonce, nonce.slice(0, 4));
  assert.equal(await again.submit(nonce, { jobId: job.jobId }), refusalAt(again, job.jobId));
  const stored = await lab.closeAndCompare();
  assert.equal(
    stored.reduce((sum, { shares }) => sum + shares, 0),
    lab.honest!.accepted + 1,
  );
});

/** A pool in a process of its own. */
class PoolProcess {
  readonly run: LessworkRun;

  constructor(t: TestContext, config: string) {
    this.run = new LessworkRun(['pool', '--config', config, '--json']);
    t.after(() => this.run.child.kill('SIGKILL'));
  }

  /** @param port - where it listens */
  async miner(port: number): Promise<RudeClient> {
    await waitFor(
      'the listener',
      () => this.run.stdout.includes('"listening"') || this.run.child.exitCode !== null,
      30_000,
    );
    assert.equal(this.run.child.exitCode, null, this.run.stderr);
    const miner = new RudeClient(await RawClient.open(port));
    await miner.authorize(`${OTHER_ADDRESS}.one`);
    return miner;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.run.child.kill(signal);
    const { code } = await this.run.end();
    assert.equal(code, signal === 'SIGKILL' ? null : 0, this.run.stderr);
  }
}

test('a nonce counts once, though its pool was killed and has the same job again', async (t) => {
  const devnet = await startDevnet({ rate: 1_000_000_000, refreshMs: 600_000 });
  t.after(() => devnet.close());
  // While somebody listens a node sends whoever comes the templates that it has.
  const onlooker = await RawMiner.connect(devnet.minerApiPort);
  t.after(() => onlooker.close());
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-same-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [config, dataFolder, port] = [join(folder, 'pool.json'), join(folder, 'data'), await freePort()];
  await writeFile(
    config,
    JSON.stringify({
      nodes: [{ host: '127.0.0.1', port: devnet.minerApiPort, restPort: devnet.restPort }],
      listeners: [{ name: 'main', host: '127.0.0.1', port, difficulty: EASY, jobs: 'all' }],
      dataFolder,
      http: false,
      admin: false,
      stop: { closeOverMs: 0 },
    }),
  );
  const first = new PoolProcess(t, config);
  const before = await first.miner(port);
  const { job, extranonce } = before;
  const nonces = Array.from(
    { length: 5 },
    (
      (shares) => () =>
        shares.next().value
    )(before.shares()),
  );
  for (const nonce of nonces) assert.equal(await before.submit(nonce), 0);
  await first.end('SIGKILL');
  const second = new PoolProcess(t, config);
  const after = await second.miner(port);
  const same = after.lines
    .flatMap(({ method, params }) => (method === 'mining.notify' ? (params as (typeof job)[]) : []))
    .find(({ headerBlob }) => headerBlob === job.headerBlob);
  assert.ok(same !== undefined, 'the same header');
  assert.notEqual(after.extranonce, extranonce);
  for (const nonce of nonces) assert.equal(await after.submit(nonce, { jobId: same.jobId }), FOREIGN);
  // Nor does any other miner get the value while that header lives.
  for (let i = 0; i < 20; i++) {
    const other = await second.miner(port);
    assert.notEqual(other.extranonce, extranonce);
  }
  await second.end('SIGTERM');
  const identity = { poolId: 'lesswork', networkId: undefined, extranonceBytes: 2 };
  const store = await openStore(
    { type: 'embedded', path: join(dataFolder, 'pool.db'), identity },
    { onNotice: () => {} },
  );
  const sums = await sumsOfStore(store);
  await store.close();
  assert.deepEqual(
    [sums.reduce((sum, { shares }) => sum + shares, 0), sums.reduce((sum, { work }) => sum + work, 0n)],
    [5, 80n],
  );
});
