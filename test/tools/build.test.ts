import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { after, test } from 'node:test';
import { TinyProject } from '../support/tiny-project.js';

const project = new TinyProject();
after(() => project.remove());

const build = (...args: string[]) => project.run('tools/build.mjs', ...args);
const changedMs = (path: string) => statSync(project.path(path)).mtimeMs;

/** Paths in dist/, with the time at which each was written. */
function distTimes(): Record<string, number> {
  const paths = readdirSync(project.path('dist'), { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(paths.sort().map((path) => [path, changedMs(`dist/${path}`)]));
}

test('a build says what it does and why, and makes scripts and kernels', async () => {
  const { code, stdout, stderr } = await build();
  assert.equal(code, 0, stderr);
  assert.equal(stdout, '', 'stdout belongs to the command that is built for');
  assert.match(stderr, /^lesswork: building \(not built yet\): TypeScript, WASM kernels, checking types\n/);
  assert.match(stderr, /\nlesswork: built in [\d.]+ s\n$/);
  assert.equal((await project.run('dist/cli/main.js')).stdout, '2\n');
  assert.ok(existsSync(project.path('dist/shaders/cpu/one.wasm')));
  assert.match(
    project.read('dist/cli/main.js.map'),
    /"\.\.\/\.\.\/cli\/main\.ts"/,
    'maps lead to the source',
  );
});

test('nothing is done when the build is up to date, and that is said', async () => {
  const before = distTimes();
  const { code, stderr } = await build();
  assert.equal(code, 0);
  assert.equal(stderr, 'lesswork: the build is up to date\n');
  assert.equal((await build('--quick')).stderr, '');
  assert.deepEqual(distTimes(), before);
});

test('only what has changed is written: whatever runs from dist keeps its other files', async () => {
  const before = distTimes();
  project.write('protocol/two.ts', 'export const two: number = 4;\n');
  const { stderr } = await build();
  assert.match(stderr, /building \(sources changed\): TypeScript, checking types/);
  assert.equal((await project.run('dist/cli/main.js')).stdout, '4\n');
  const now = distTimes();
  const changed = Object.keys(now).filter((path) => now[path] !== before[path] && path.includes('.'));
  assert.deepEqual(changed, ['.built', 'protocol/two.js']);
});

test('while it builds every file of dist is there', async () => {
  project.write('protocol/two.ts', 'export const two: number = 6;\n');
  const paths = Object.keys(distTimes());
  const child = project.start('tools/build.mjs');
  let looked = 0;
  while (child.exitCode === null) {
    assert.deepEqual(
      paths.filter((path) => !existsSync(project.path(`dist/${path}`))),
      [],
    );
    looked++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(child.exitCode, 0);
  assert.ok(looked > 10);
});

test('a build that fails says why and leaves dist as it was, and nothing beside it', async () => {
  const good = project.read('protocol/two.ts');
  const before = distTimes();
  project.write('protocol/two.ts', "export const two: number = 'two';\n");
  const { code, stderr } = await build();
  assert.equal(code, 1);
  assert.match(stderr, /protocol\/two\.ts\(1,14\): error TS2322: /);
  assert.match(stderr, /lesswork: the build failed; dist is as it was\n$/);
  assert.deepEqual(distTimes(), before);
  assert.deepEqual(
    readdirSync(project.folder).filter((name) => name.startsWith('dist')),
    ['dist'],
  );
  project.write('protocol/two.ts', good);
});

test('a build without a check of types is no build for the tests, and what is missing is made up for', async () => {
  project.write('protocol/two.ts', "export const two: number = 'two';\n");
  assert.equal((await build('--quick')).code, 0);
  assert.equal((await project.run('dist/cli/main.js')).stdout, 'two\n');
  const { code, stderr } = await build();
  assert.equal(code, 1, 'the same sources, whose types were not checked');
  assert.match(stderr, /building \(not checked yet\): checking types\n/);
  project.write('protocol/two.ts', 'export const two: number = 8;\n');
  assert.equal((await build()).code, 0);
});

test('a file of the build that is gone or cut is made again, and one without a source goes', async () => {
  rmSync(project.path('dist/shaders/cpu/one.wasm'));
  project.write('dist/cli/main.js', '');
  project.write('dist/cli/stale.js', '');
  assert.match((await build('--quick')).stderr, /building \(incomplete\): TypeScript, WASM kernels\n/);
  assert.ok(statSync(project.path('dist/shaders/cpu/one.wasm')).size > 0);
  assert.equal((await project.run('dist/cli/main.js')).stdout, '8\n');
  assert.ok(!existsSync(project.path('dist/cli/stale.js')));
});

test('what a killed build has left beside dist is removed, but not that of one that lives', async () => {
  for (const pid of [2 ** 22 + 1, process.pid]) mkdirSync(project.path(`dist.new-${pid}`));
  project.write('protocol/two.ts', 'export const two: number = 10;\n');
  assert.equal((await build('--quick')).code, 0);
  assert.deepEqual(
    readdirSync(project.folder).filter((name) => name.startsWith('dist.new')),
    [`dist.new-${process.pid}`],
  );
});

test('kernels of machine code are tried again with another compiler, and their want fails no build', async () => {
  project.write('shaders/cpu/native/kernel.c', '');
  process.env.CC = '/bin/false';
  const first = await build();
  assert.equal(first.code, 0);
  assert.match(first.stderr, /no native CPU kernel: the C compiler "\/bin\/false" could not be used: /);
  assert.equal((await build()).stderr, 'lesswork: the build is up to date\n');
  process.env.CC = '/bin/true';
  const second = await build();
  assert.equal(second.code, 0);
  assert.match(second.stderr, /^lesswork: building \(sources changed\): native kernels\n/);
  assert.match(
    second.stderr,
    /the C compiler "\/bin\/true" could not be used: it made no file; the CPU mines/,
  );
  rmSync(project.path('shaders/cpu/native'), { recursive: true });
  delete process.env.CC;
});
