import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { after, test } from 'node:test';
import { LessworkRun, PROJECT_ROOT } from '../support/lesswork.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-broken-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (path: string) => join(folder, path);
const inProject = (path: string) => join(PROJECT_ROOT, path);

cpSync(inProject('dist'), inFolder('dist'), {
  recursive: true,
  filter: (path) => !path.includes(`dist${sep}test`) && !path.endsWith('.map'),
});
cpSync(inProject('package.json'), inFolder('package.json'));
symlinkSync(inProject('node_modules'), inFolder('node_modules'));

/** Runs a command with a file of the build out of its place. */
async function runWithout(path: string, ...args: string[]) {
  renameSync(inFolder(path), inFolder('aside'));
  try {
    return await new LessworkRun(args, {}, inFolder('dist/cli/main.js')).end();
  } finally {
    renameSync(inFolder('aside'), inFolder(path));
  }
}

const DEMO = ['demo', '--seconds', '5', '--device', 'cpu'];

for (const path of ['dist/cli/program.js', 'dist/pool/app.js', 'dist/shaders/cpu/kernel.wasm']) {
  test(`a build without ${path} says what to do`, async () => {
    const { code, stderr } = await runWithout(path, ...DEMO);
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`${path} is missing: the build is not complete; install the package again`),
    );
    assert.doesNotMatch(stderr, /ENOENT|Cannot find module/);
  });
}

test('in a checkout that is to build', async () => {
  writeFileSync(inFolder('tsconfig.json'), '{}');
  const { stderr } = await runWithout('dist/cli/program.js', '--version');
  assert.match(stderr, /the build is not complete; run "npm run build"\n$/);
});
