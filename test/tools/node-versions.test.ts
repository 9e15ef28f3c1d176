import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { importTool } from '../support/import-tool.js';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { TinyProject } from '../support/tiny-project.js';

const { NODE_VERSIONS, findNodeVersion } = await importTool<{
  NODE_VERSIONS: readonly string[];
  findNodeVersion(text: string): string | undefined;
}>('node-versions');

test('the least version that is tested is the least that engines allows, and README names them all', () => {
  const { engines } = JSON.parse(readFileSync(`${PROJECT_ROOT}/package.json`, 'utf8')) as {
    engines: { node: string };
  };
  assert.equal(`>=${NODE_VERSIONS[0]!.replace(/\.0$/, '')}`, engines.node);
  const readme = readFileSync(`${PROJECT_ROOT}/README.md`, 'utf8');
  const [least, ...others] = NODE_VERSIONS.map((version) => version.split('.'));
  const names = [least!.slice(0, 2).join('.'), ...others.map(([major]) => major!)];
  assert.ok(readme.includes(`tested on ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`));
});

test('a version is named by its beginning', () => {
  assert.equal(findNodeVersion('20.19'), NODE_VERSIONS[0]);
  for (const version of NODE_VERSIONS) assert.equal(findNodeVersion(version.split('.')[0]!), version);
  assert.equal(findNodeVersion('2'), undefined);
  assert.equal(findNodeVersion('18'), undefined);
});

test('each part of the fast part is there', async () => {
  const { FAST_TESTS } = await importTool<{ FAST_TESTS: readonly string[] }>('fast-tests');
  const { testFiles } = await importTool<{ testFiles(names: readonly string[]): unknown[] }>('run-tests');
  for (const part of FAST_TESTS) assert.ok(testFiles([part]).length > 0, `no test file for ${part}`);
});

test('wrong versions and names beside --fast are wrong usage', async () => {
  const project = new TinyProject();
  try {
    const unknown = await project.run('tools/test.mjs', '--node', '18');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /--node expected one of 20\.19\.0, .*, got "18"/);
    const both = await project.run('tools/test.mjs', '--fast', 'two');
    assert.equal(both.code, 2);
  } finally {
    project.remove();
  }
});

test('without a name the fast part runs on each other version, and what it says follows the tests on this one', async () => {
  const project = new TinyProject();
  try {
    // Other versions that are this one: the second is not to be had.
    project.write(
      'tools/node-versions.mjs',
      `export const NODE_VERSIONS = ['1.0.0', '2.0.0', process.versions.node];
      export const findNodeVersion = () => undefined;
      export const CACHE_FOLDER = 'cache';
      export function provideNode(version) {
        if (version === '2.0.0') throw new Error('it is not to be had');
        return process.execPath;
      }\n`,
    );
    project.write('tools/fast-tests.mjs', "export const FAST_TESTS = ['fast'];\n");
    const fast = (body: string) =>
      project.write(
        'test/fast.test.ts',
        `import { test } from 'node:test';\ntest('fast', () => { ${body} });\n`,
      );
    const run = async (requireAll: '' | '1') => {
      const build = await project.run('tools/build.mjs', '--quick');
      assert.equal(build.code, 0, build.stderr);
      return await project.runWith(
        { LESSWORK_REQUIRE_ALL: requireAll, LESSWORK_PORTS_HELD: '1' },
        'tools/test.mjs',
      );
    };
    fast('');
    const passed = await run('');
    assert.equal(passed.code, 0, passed.stdout + passed.stderr);
    assert.match(
      passed.stdout,
      /two is even[\s\S]*tests 2\n[\s\S]*the fast part on Node\.js 1\.0\.0\n[\s\S]*tests 1\n[\s\S]*on Node\.js 2\.0\.0\n/,
    );
    assert.match(passed.stderr, /left out on Node\.js 2\.0\.0: it is not to be had\n/);
    // What is left out fails where nothing may be.
    assert.equal((await run('1')).code, 1);
    // Of the two runs of it only the one beside fails.
    fast("if (process.ppid !== Number(process.env.MAIN)) throw new Error('fails');");
    project.write('tools/main.mjs', "process.env.MAIN = String(process.pid);\nawait import('./test.mjs');\n");
    const build = await project.run('tools/build.mjs', '--quick');
    assert.equal(build.code, 0, build.stderr);
    const failed = await project.run('tools/main.mjs');
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /FAILED on Node\.js 1\.0\.0 \(npm test -- --node 1\.0\.0 --fast\)/);
  } finally {
    project.remove();
  }
});
