import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { blocksOfDemo } from '../support/demo-summary.js';
import { LessworkRun, PROJECT_ROOT } from '../support/lesswork.js';
import { processesWith } from '../support/processes.js';
import { waitFor } from '../support/wait.js';

test('the demo mines for some seconds and ends with a summary', async () => {
  await blocksOfDemo(new LessworkRun(['demo', '--seconds', '6', '--json']));
});

test('on a terminal or in a log the demo says first that nothing in it is real', async () => {
  const { code, stdout, stderr } = await new LessworkRun(['demo', '--seconds', '2']).end();
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^lesswork demo: a simulated Alephium network .*\nThe pool pays its miner\.\nIts blocks and coins are worthless\./,
  );
  const quiet = await new LessworkRun(['demo', '--seconds', '2', '--quiet']).end();
  assert.doesNotMatch(quiet.stdout, /worthless/);
});

for (const [signal, target] of [
  ['SIGTERM', 'npm run demo'],
  ['SIGKILL', 'npm run demo'],
] as const) {
  const skip = process.platform === 'linux' ? false : 'processes are found by /proc, which only Linux has';
  test(`${signal} to ${target} leaves nothing behind`, { skip }, async () => {
    const mark = randomUUID();
    const npm = spawn('npm', ['run', 'demo', '--', '--json'], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, LESSWORK_TEST_MARK: mark },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    await waitFor('the first block', () => stdout.includes('"verdict"'), 60_000);
    assert.ok(processesWith('LESSWORK_TEST_MARK', mark).length >= 2);
    npm.kill(signal);
    await once(npm, 'close');
    await waitFor('all gone', () => processesWith('LESSWORK_TEST_MARK', mark).length === 0, 30_000);
  });
}
