import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TinyProject } from '../support/tiny-project.js';
import { waitFor } from '../support/wait.js';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A test that fails, and leaves a process, a server and a thread behind. */
const LEAVING = `
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { test } from 'node:test';
test('leaves behind', () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  createServer().listen(0, '127.0.0.1');
  console.log('child', child.pid);
  throw new Error('fails');
});
`;

test('a test that failed keeps its file alive for no longer than a moment, and none of its processes', async () => {
  const project = new TinyProject();
  try {
    project.write('test/leaving.test.ts', LEAVING);
    const build = await project.run('tools/build.mjs', '--quick');
    assert.equal(build.code, 0, build.stderr);
    process.env.LESSWORK_TEST_GRACE_MS = '500';
    const { code, stdout } = await project.run('tools/test.mjs', 'leaving');
    assert.equal(code, 1);
    assert.match(
      stdout,
      /leaving\.test\.js: kept alive after its tests by process \d+ \(.*setInterval.*TCPServerWrap/s,
    );
    const pid = Number(/child (\d+)/.exec(stdout)![1]);
    await waitFor('the process is gone', () => !isAlive(pid));
  } finally {
    delete process.env.LESSWORK_TEST_GRACE_MS;
    project.remove();
  }
});
