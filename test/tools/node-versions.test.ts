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
