import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../support/lesswork.js';

function list(name: string): { readonly status: number | null; readonly paths: readonly string[] } {
  const { status, stdout } = spawnSync(process.execPath, ['tools/test.mjs', '--list', name], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  return { status, paths: stdout.split('\n').filter((line) => line !== '') };
}

test('a name of a test file finds it alone', () => {
  assert.deepEqual(list('bounded-map'), { status: 0, paths: ['test/protocol/bounded-map.test.ts'] });
});

test('a name that only a source has finds the tests nearest to it', () => {
  const { status, paths } = list('dispatcher');
  assert.equal(status, 0);
  assert.ok(paths.length > 0 && paths.every((path) => path.endsWith('.test.ts')), paths.join(', '));
});

test('a name that nothing has is wrong usage', () => {
  assert.deepEqual(list('no-such-name'), { status: 2, paths: [] });
});
