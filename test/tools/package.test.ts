// The packages for people who have no Node.js: built once, unpacked in a folder of their own, and run with an empty environment.
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { startDevnet } from '../../devnet/app.js';
import { importTool } from '../support/import-tool.js';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { skipWhen } from '../support/requirement.js';
import { waitFor } from '../support/wait.js';

const run = promisify(execFile);
const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  version: string;
};
const NAME = `lesswork-${version}-linux-x64`;

const { highestVersion, neededVersions } = (await import(
  pathToFileURL(join(PROJECT_ROOT, 'tools/package/elf.mjs')).href
)) as {
  highestVersion(path: string, family: string): number[] | undefined;
  neededVersions(path: string): Map<string, string[]>;
};
const { BUNDLED_NODE } = (await import(
  pathToFileURL(join(PROJECT_ROOT, 'tools/package/bundled-node.mjs')).href
)) as { BUNDLED_NODE: string };

const { faultOfPrebuilt } = await importTool<{ faultOfPrebuilt(root: string): string | undefined }>(
  'prebuild/listing',
);

const skip = skipWhen(
  process.platform === 'linux' && process.arch === 'x64' ? undefined : 'packages are made on linux-x64',
);

const folder = mkdtempSync(join(tmpdir(), 'lesswork-packages-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const packages = (...args: string[]) =>
  run(process.execPath, [join(PROJECT_ROOT, 'tools/package.mjs'), '--out', join(folder, 'out'), ...args]);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const root = join(folder, NAME);
const program = join(root, 'bin/lesswork');
const dawn = join(root, 'lib/lesswork/node_modules/webgpu/dist/linux-x64/dawn.node');

/** Where no node is: one of this machine is left alone. */
const DOCTOR = ['doctor', '--node', '127.0.0.1:1,rest=1'];

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code?: number;
}

/** Runs the unpacked program; its environment has nothing but a PATH on which there is no Node.js. */
const lesswork = (...args: string[]): Promise<Ended> =>
  run(program, args, { cwd: folder, env: { PATH: '/nowhere', LD_LIBRARY_PATH: '' } }).catch(
    (error: Ended) => error,
  );

/** Mines until a node takes a block. */
async function mineABlock(...args: string[]): Promise<void> {
  const devnet = await startDevnet({ rate: 1_000_000 });
  const node = `127.0.0.1:${devnet.minerApiPort},rest=${devnet.restPort}`;
  const child = spawn(program, ['mine', '--node', node, '--threads', '1', '--json', ...args], {
    cwd: folder,
    env: { PATH: '/nowhere' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  const closed = once(child, 'close');
  try {
    await waitFor('a verdict', () => child.exitCode !== null || said.stdout.includes('"verdict"'), 120_000);
    child.kill('SIGTERM');
    assert.deepEqual(await closed, [0, null], said.stderr);
    const summary = JSON.parse(said.stdout.trimEnd().split('\n').at(-1)!) as {
      type: string;
      blocks: { found: number };
    };
    assert.equal(summary.type, 'summary');
    assert.ok(summary.blocks.found > 0);
  } finally {
    child.kill('SIGKILL');
    await devnet.close();
  }
}

before(async () => {
  if (skip) return;
  // As it is published but for the time that the compression takes.
  await packages('--level', '1', '--only', 'linux');
  await packages('--tar', '--only', 'linux', '--out', join(folder, 'again'));
  await run('tar', ['xzf', join(folder, 'out', `${NAME}.tar.gz`), '-C', folder]);
});

test('the sums beside the packages are right', { skip }, () => {
  const sums = readFileSync(join(folder, 'out/SHA256SUMS'), 'utf8').trimEnd().split('\n');
  assert.ok(sums.length >= 1);
  for (const line of sums) {
    const [sum, name] = line.split('  ');
    assert.equal(sha256(readFileSync(join(folder, 'out', name!))), sum);
  }
});

test('a package made again is the same', { skip }, () => {
  const first = sha256(gunzipSync(readFileSync(join(folder, 'out', `${NAME}.tar.gz`))));
  assert.equal(sha256(readFileSync(join(folder, 'again', `${NAME}.tar`))), first);
  // What is left to the end of the file is to be little.
  for (const name of ['again', 'out']) rmSync(join(folder, name), { recursive: true });
});

test('it runs where there is no Node.js, by a link, too', { skip }, async () => {
  assert.deepEqual(await lesswork('--version'), { stdout: `${version}\n`, stderr: '' });
  symlinkSync(program, join(folder, 'link'));
  symlinkSync('link', join(folder, 'link to a link'));
  const { stdout } = await run(join(folder, 'link to a link'), ['--version'], {
    env: { PATH: '/usr/bin:/bin' },
  });
  assert.equal(stdout, `${version}\n`);
  const { stderr, code } = await lesswork('mine', '--no-such-option');
  assert.equal(code, 2);
  assert.match(stderr, /unknown option/);
});

test('doctor finds its own Node.js, and what WebGPU needs', { skip }, async () => {
  const { stdout } = await lesswork(...DOCTOR);
  assert.match(stdout, new RegExp(`^ok +Node\\.js: ${BUNDLED_NODE}$`, 'm'));
  assert.doesNotMatch(stdout, /does not load/);
});

test('it mines on a node', { skip }, () => mineABlock('--device', 'cpu'));

test('pool, store, books and payer are all in it: its demo runs', { skip }, async () => {
  const { stdout, stderr } = await lesswork('demo', '--seconds', '3', '--json');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  assert.equal(lines.at(-1)?.type, 'summary', stderr);
});

test('all of it but WebGPU loads on glibc 2.28', { skip }, () => {
  const native = spawnSync('find', [root, '-name', '*.node', '-o', '-name', 'node', '-type', 'f'], {
    encoding: 'utf8',
  });
  const paths = native.stdout.trimEnd().split('\n');
  // The kernel of machine code: the prebuilt one, or the build's own where this machine has a compiler.
  const compiled = existsSync(join(PROJECT_ROOT, 'dist/shaders/cpu/native.node')) ? ['native.node'] : [];
  const kernel = faultOfPrebuilt(PROJECT_ROOT) === undefined ? ['linux-x64.node'] : compiled;
  assert.deepEqual(
    paths.map((path) => basename(path)).toSorted(),
    ['dawn.node', 'index.node', 'node', ...kernel].toSorted(),
  );
  for (const path of paths.filter((one) => one !== dawn)) {
    // Undefined: it needs nothing of it.
    const [major, minor] = highestVersion(path, 'GLIBC') ?? [2, 0];
    assert.ok(major === 2 && minor! <= 28, `${path}: ${major}.${minor}`);
  }
  // What the documents say of it.
  assert.deepEqual(highestVersion(dawn, 'GLIBC'), [2, 34]);
  assert.deepEqual(highestVersion(dawn, 'GLIBCXX'), [3, 4, 30]);
  assert.ok(neededVersions(dawn).get('libstdc++.so.6')!.includes('GLIBCXX_3.4.30'));
  assert.throws(() => neededVersions(join(root, 'README.md')), /expected a 64-bit little-endian ELF file/);
});

test('on a system that is too old for WebGPU, doctor says what it lacks, and the CPU mines', {
  skip,
}, async () => {
  const library = readFileSync(dawn);
  // The loader finds no such version in the libraries of this machine, as it finds no 2.34 in those of an older one.
  for (const [name, other] of [['GLIBC_2.34', 'GLIBC_9.99']] as const) {
    const at = library.indexOf(`${name}\0`);
    assert.ok(at > 0);
    library.write(other, at, 'latin1');
  }
  rmSync(dawn);
  writeFileSync(dawn, library);
  const { stdout } = await lesswork(...DOCTOR);
  assert.match(
    stdout,
    /^missing +GPU: .*GLIBC_9\.99' not found.*\n +this system is too old for WebGPU \(it lacks GLIBC_9\.99\), and the CPU mines: .*GLIBCXX_3\.4\.30$/m,
  );
  await mineABlock();
});

for (const [args, words] of [
  [['--level', '10'], /--level expected a number from 1 to 9, got "10"/],
  [['--only', 'linux,windows'], /--only expected some of linux.*, got "windows"/],
  [['--quick'], /Unknown option '--quick'/],
] as const)
  test(`wrong usage: package ${args.join(' ')}`, async () => {
    const error = await packages(...args).then(
      () => assert.fail('it did not fail'),
      (one: Ended) => one,
    );
    assert.equal(error.code, 2);
    assert.match(error.stderr, words);
  });

test('nothing of development is in it', { skip }, (t) => {
  t.after(() => rmSync(root, { recursive: true }));
  for (const path of [
    'lib/lesswork/node_modules/typescript',
    'lib/lesswork/dist/test',
    'deploy/prometheus/tests',
  ])
    assert.ok(!existsSync(join(root, path)), path);
  for (const path of ['LICENSE', 'docs/OPERATIONS.md', 'deploy/systemd/lesswork-pool.service'])
    assert.ok(existsSync(join(root, path)), path);
});
