// The packages for rig systems: unpacked where these would, their scripts sourced and started as their agents do it, with a miner that mines.
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.js';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { PoolLab } from '../support/pool-lab.js';
import { skipWhen } from '../support/requirement.js';
import { ADDRESS } from '../support/test-pool.js';
import { waitFor } from '../support/wait.js';

const run = promisify(execFile);
const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  version: string;
};
const { rigVersion } = (await import(
  pathToFileURL(join(PROJECT_ROOT, 'tools/package/rig-systems.mjs')).href
)) as { rigVersion(version: string): string };
const RIG_VERSION = rigVersion(version);

const skip = skipWhen(
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'packages are made on linux-x64'
    : spawnSync('curl', ['--version']).status !== 0
      ? 'curl is not installed, which rig systems have (Debian: apt-get install curl)'
      : undefined,
);

const folder = mkdtempSync(join(tmpdir(), 'lesswork-rig-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code?: number;
}

before(async () => {
  if (skip) return;
  const args = ['--tar', '--only', 'hiveos,mmpos', '--out', join(folder, 'packages')];
  await run(process.execPath, [join(PROJECT_ROOT, 'tools/package.mjs'), ...args]);
});

/** Unpacks a package of a rig system where it would be installed. @returns its folder */
async function installOnRig(file: string, where: string): Promise<string> {
  const target = join(folder, where);
  mkdirSync(target);
  await run('tar', ['xf', join(folder, 'packages', file), '-C', target]);
  rmSync(join(folder, 'packages', file));
  return join(target, 'lesswork');
}

/** What bash says and prints. */
const bash = (script: string, env: NodeJS.ProcessEnv): Promise<Ended> =>
  run('bash', ['--norc', '-c', script], { env: { PATH: '/usr/bin:/bin', ...env } }).catch(
    (error: Ended) => error,
  );

/** A pool, and a miner of a rig that a script starts; ends with the test. @returns its log */
async function rigMines(
  t: TestContext,
  start: (pool: string) => Promise<{ command: readonly string[]; env: NodeJS.ProcessEnv }>,
): Promise<void> {
  const lab = await PoolLab.open(t, { store: { type: 'embedded' } });
  await lab.start();
  const { command, env } = await start(`127.0.0.1:${lab.port}`);
  const [file, ...args] = command;
  const child = spawn(file!, args, {
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const closed = once(child, 'close');
  t.after(async () => {
    child.kill('SIGTERM');
    await closed;
    // Some hundred megabytes: what is left to the end of the file is to be little.
    rmSync(dirname(file!), { recursive: true, force: true });
  });
  await waitFor(
    `shares\n${said}`,
    () => {
      assert.equal(child.exitCode, null, said);
      return lab.said.some(({ type }) => type === 'block') || /A [1-9]|accepted/.test(said);
    },
    120_000,
  );
}

interface HiveStats {
  readonly hs: readonly number[];
  readonly hs_units: string;
  readonly temp: readonly (number | null)[];
  readonly fan: readonly (number | null)[];
  readonly uptime: number;
  readonly ver: string;
  readonly ar: readonly [number, number];
  readonly algo: string;
  readonly bus_numbers: readonly (number | null)[];
}

test('a version has no "-": HiveOS cuts the name of the file there', () => {
  assert.equal(rigVersion('1.2.3-rc.1'), '1.2.3.rc.1');
});

test('HiveOS: a flight sheet becomes settings, the miner runs with them, the agent hears khs and stats', {
  skip,
}, async (t) => {
  const installed = await installOnRig(`lesswork-${RIG_VERSION}.tar`, 'hive');
  const port = await freePort();
  const manifest = join(installed, 'h-manifest.conf');
  // In a test neither the system's log folder is touched, nor a port that others may have.
  writeFileSync(
    manifest,
    readFileSync(manifest, 'utf8')
      .replace('/var/log/miner', join(folder, 'log'))
      .replace('CUSTOM_API_PORT=4067', `CUSTOM_API_PORT=${port}`),
  );
  const { stdout: name } = await bash(
    `. ${manifest}; echo "$CUSTOM_NAME $CUSTOM_VERSION $CUSTOM_CONFIG_FILENAME"`,
    {},
  );
  assert.equal(name, `lesswork ${RIG_VERSION} ${join(installed, 'miner.json')}\n`);

  const agent = (): Promise<Ended> =>
    bash(
      `khs=7; stats=old; . ${installed}/h-stats.sh; echo "---"; echo "$khs"; echo "$stats"; compgen -v | grep -c _lesswork_`,
      {},
    );
  // Before it runs.
  assert.equal((await agent()).stdout, '---\n0\nnull\n0\n');

  const sheet = (values: NodeJS.ProcessEnv): Promise<Ended> =>
    bash(`. ${manifest}; . ${installed}/h-config.sh`, {
      CUSTOM_TEMPLATE: `${ADDRESS}.rig1`,
      CUSTOM_PASS: 'd=0.0001',
      CUSTOM_USER_CONFIG: '--device cpu --threads 1',
      ...values,
    });
  const wrong = await sheet({ CUSTOM_URL: '127.0.0.1:1', CUSTOM_USER_CONFIG: '--devise cpu' });
  assert.match(wrong.stderr, /unknown option '--devise'/);
  const stopped = await bash(`cd ${installed}; ./h-run.sh`, {}).catch((error: Ended) => error);
  assert.match(stopped.stderr, /miner\.json is missing: what the flight sheet says can't be used/);

  await rigMines(t, async (pool) => {
    const { stderr, code } = await sheet({ CUSTOM_URL: `stratum+tcp://${pool}` });
    assert.equal(code, undefined, stderr);
    return { command: [join(installed, 'h-run.sh')], env: {} };
  });
  let lines: string[] = [];
  await waitFor(
    'a rate',
    async () => {
      lines = (await agent()).stdout.split('\n');
      return Number(lines[1]) > 0 && (JSON.parse(lines[2]!) as HiveStats).ar[0] > 0;
    },
    60_000,
  );
  const [first, khs, text, names] = lines;
  // It prints nothing, and leaves nothing behind.
  assert.deepEqual([first, names], ['---', '0']);
  const stats = JSON.parse(text!) as HiveStats;
  assert.deepEqual(Object.keys(stats).toSorted(), [
    'algo',
    'ar',
    'bus_numbers',
    'fan',
    'hs',
    'hs_units',
    'temp',
    'uptime',
    'ver',
  ]);
  assert.equal(stats.hs_units, 'khs');
  assert.equal(stats.ver, version);
  assert.equal(stats.ar.length, 2);
  for (const list of [stats.hs, stats.temp, stats.fan, stats.bus_numbers]) assert.equal(list.length, 1);
  // The whole has been measured for longer than a device.
  assert.ok(stats.hs[0]! > 0 && Number(khs) > 0);
  assert.equal(stats.bus_numbers[0], null);
  const answer = (await (await fetch(`http://127.0.0.1:${port}/hiveos`)).json()) as {
    khs: number;
    stats: HiveStats;
  };
  assert.deepEqual(Object.keys(answer.stats), Object.keys(stats));
  assert.match(readFileSync(join(folder, 'log/lesswork/lesswork.log'), 'utf8'), /self-test passed/);
});

test('mmpOS: its options become ours, its agent hears what it wants', { skip }, async (t) => {
  const installed = await installOnRig(`lesswork-mmpos-${RIG_VERSION}.tar`, 'mmp');
  const agent = async (): Promise<Record<string, unknown>> =>
    JSON.parse((await bash(`${installed}/mmp-stats.sh 1 /nowhere.log`, {})).stdout) as Record<
      string,
      unknown
    >;
  const silent = {
    ...{ busid: [], hash: [], units: 'khs', air: ['0', '0', '0'] },
    ...{ miner_name: 'lesswork', miner_version: RIG_VERSION },
  };
  const port = await freePort();
  writeFileSync(join(installed, 'api-port'), `${port}\n`);
  assert.deepEqual(await agent(), silent);
  await rigMines(t, async (pool) => ({
    command: [
      join(installed, 'mmp-launch.sh'),
      ...['--algo', 'blake3', '--pool', pool, '--user', `${ADDRESS}.rig2`, '--password', 'd=0.0001'],
      ...['--devices', '', '--api-port', `${port}`, '--device', 'cpu', '--threads', '1'],
    ],
    env: {},
  }));
  let stats: Record<string, unknown> = {};
  await waitFor(
    'a share',
    async () => {
      stats = await agent();
      return Number((stats.air as string[])[0]) > 0 && (stats.hash as number[])[0]! > 0;
    },
    60_000,
  );
  assert.deepEqual(Object.keys(stats).toSorted(), Object.keys(silent).toSorted());
  assert.deepEqual(stats.busid, ['cpu']);
  assert.equal(stats.units, 'khs');
  assert.equal((stats.air as string[]).length, 3);
  assert.equal(stats.miner_name, 'lesswork');
  const { stderr } = await bash(`. ${installed}/mmp-external.conf; [[ -x ${installed}/$EXTERNAL_BIN ]]`, {});
  assert.equal(stderr, '');
});

test('shellcheck finds nothing in the scripts', {
  skip: skipWhen(
    spawnSync('shellcheck', ['--version']).status === 0
      ? undefined
      : 'shellcheck is not installed (Debian: apt-get install shellcheck)',
  ),
}, async () => {
  const scripts = ['hiveos', 'mmpos'].flatMap((system) =>
    readdirSync(join(PROJECT_ROOT, 'deploy', system))
      .filter((name) => name.endsWith('.sh'))
      .map((name) => join(PROJECT_ROOT, 'deploy', system, name)),
  );
  assert.equal(scripts.length, 5);
  await run('shellcheck', ['--exclude=SC1091', '--shell=bash', ...scripts]);
});
