import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startDevnet } from '../../devnet/app.js';
import type { Finding } from '../../pool/check/finding.js';
import { freePort } from '../support/free-port.js';
import { FrontEnd } from '../support/front-end-lab.js';
import { LessworkRun, lesswork } from '../support/lesswork.js';
import { waitFor } from '../support/wait.js';

/** A pool's configuration on a simulated node. */
async function onDevnet(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-check-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const devnet = await startDevnet({ rate: 1_000_000_000, retarget: false });
  t.after(() => devnet.close());
  const config = {
    nodes: [{ port: devnet.minerApiPort, restPort: devnet.restPort }],
    listeners: [{ name: 'main', host: '127.0.0.1', port: await freePort() }],
    dataFolder: 'data',
    http: { port: await freePort() },
    admin: { port: await freePort() },
    stop: { closeOverMs: 100 },
  };
  const write = (settings: object, name = 'pool.json'): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(settings));
    return path;
  };
  return { folder, config, write };
}

interface Told {
  readonly outcome: string;
  readonly failures: number;
  readonly findings: readonly Finding[];
}

/** What the command says with --json. */
async function check(path: string, ...more: string[]): Promise<{ code: number | null; told: Told }> {
  const { code, stdout, stderr } = await lesswork('pool', 'check', '--config', path, '--json', ...more);
  assert.equal(stderr, '');
  return { code, told: JSON.parse(stdout) as Told };
}

const failedIn = ({ findings }: Told) =>
  findings.filter(({ outcome }) => outcome === 'failed').map(({ setting }) => setting);

/** All files and folders within one, with what changes when they are written. */
function contentOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs, mode } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs} ${mode}`;
    });
}

test('a good configuration before the first start, beside the running pool, after its death and after its end', async (t) => {
  const { folder, config, write } = await onDevnet(t);
  const path = write(config);
  const data = join(folder, 'data');
  const log = join(folder, 'pool.log');
  const first = await check(path, '--log-file', log);
  assert.deepEqual([first.code, first.told.outcome], [0, 'ok'], JSON.stringify(first.told));
  assert.deepEqual(readdirSync(folder), ['pool.json']);

  const start = async (): Promise<FrontEnd> => {
    const pool = new FrontEnd(new LessworkRun(['pool', '--config', path, '--json']));
    t.after(() => pool.kill());
    await waitFor('it serves', () => pool.failedOr(() => pool.serves), 30_000);
    return pool;
  };
  let pool = await start();
  const beside = await check(path);
  assert.equal(beside.code, 0, JSON.stringify(beside.told));
  const said = (setting: string) =>
    beside.told.findings.filter((finding) => finding.setting === setting).map(({ met }) => met);
  assert.ok(said('dataFolder').some((met) => met.endsWith('a pool is at work in it')));
  assert.match(said('store')[0]!, /in use by the pool that runs/);
  assert.match(said('listeners[0].port')[0]!, /in use/);
  assert.equal((await pool.admin('/ready')).status, 200);
  await pool.kill();
  for (const end of ['killed', 'stopped']) {
    if (end === 'stopped') {
      pool = await start();
      await pool.stop();
    }
    const before = contentOf(data);
    assert.ok(before.length > 0);
    const afterwards = await check(path);
    assert.equal(afterwards.code, 0, `${end}: ${JSON.stringify(afterwards.told)}`);
    assert.deepEqual(contentOf(data), before, end);
  }
});

test('what is wrong is said in a line each, and the exit code is 1', async (t) => {
  const { config, write } = await onDevnet(t);
  const other = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  t.after(() => other.close());
  const dead = { port: await freePort(), restPort: await freePort() };
  const path = write({ ...config, http: { port }, nodes: [...config.nodes, dead] });
  const { code, told } = await check(path, '--workers', '2', '--log-file', '/nowhere/at/all.log');
  assert.equal(code, 1);
  assert.deepEqual(failedIn(told), ['store.type', '--log-file', 'http.port', 'nodes[1]']);
  assert.ok(told.findings.every(({ outcome, remedy }) => (outcome === 'ok') === (remedy === undefined)));
  const words = await lesswork('pool', 'check', '--config', path);
  assert.match(
    words.stdout,
    new RegExp(
      `^FAILED {3}http\\.port: 127\\.0\\.0\\.1:${port}: another program listens there.*: end it, or choose another port$`,
      'm',
    ),
  );
  assert.match(words.stdout, /^\d+ ok, 0 warnings, 2 failed\n$/m);
});

test('nonsense in a configuration is found, and a command line that makes none is wrong usage', async (t) => {
  const { write } = await onDevnet(t);
  const { code, told } = await check(write({ mode: 'banana', listners: [] }));
  assert.deepEqual([code, failedIn(told)], [1, ['mode', 'listners']]);
  const broken = await check(write(['no object'], 'broken.json'));
  assert.equal(broken.code, 1);
  for (const args of [
    ['--config', '/nowhere/a'],
    ['--config', ''],
    ['--confg', 'a'],
    ['--workers', '0'],
  ])
    assert.equal((await lesswork('pool', 'check', ...args)).code, 2, args.join(' '));
});
