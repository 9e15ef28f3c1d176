import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { runCommand } from '../../../miner/watchdog/run-command.js';
import { MadeFiles } from '../../support/made-files.js';
import { waitFor } from '../../support/wait.js';

let files: MadeFiles;
beforeEach(() => {
  files = new MadeFiles();
});
afterEach(() => files.remove());

/** A command that runs a script, with what it writes to `out` beside it. */
function script(text: string, ...args: string[]): readonly [string, ...string[]] {
  files.write({ script: text });
  return ['/bin/sh', `${files.root}/script`, ...args];
}

test('facts come as variables, words as they are; keys of this process do not', async () => {
  process.env.LESSWORK_NODE_API_KEY = 'secret-7';
  try {
    const text = `printf '%s|' "$LESSWORK_TROUBLE" "$LESSWORK_MESSAGE" "$LESSWORK_NODE_API_KEY" "$PATH" "$@" > ${files.root}/out`;
    const facts = { LESSWORK_TROUBLE: 'restarts', LESSWORK_MESSAGE: 'a "b" $(id)' };
    assert.equal(await runCommand(script(text, '$HOME', '; id'), facts).done, undefined);
  } finally {
    delete process.env.LESSWORK_NODE_API_KEY;
  }
  assert.equal(files.read('out'), `restarts|a "b" $(id)||${process.env.PATH}|$HOME|; id|`);
});

test('one that fails says so, with its words', async () => {
  const fault = await runCommand(script('echo "no\\033[2Jsuch card" >&2; exit 3'), {}).done;
  assert.equal(fault, 'has ended by exit status 3: no [2Jsuch card');
});

test('one that is not there', async () => {
  assert.match((await runCommand([`${files.root}/none`], {}).done)!, /can't be started: .*ENOENT/);
});

test('one that takes too long is killed, with what it has started', async () => {
  const text = `sleep 60 & echo $! > ${files.root}/pid; wait`;
  const running = runCommand(script(text), {}, 1_500);
  assert.equal(await running.done, 'was killed after 1.5 s');
  const pid = Number(files.read('pid'));
  assert.ok(pid > 0);
  await waitFor('end of its child', () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
});

test('one that leaves something running behind has ended', async () => {
  const text = `sleep 60 & echo $! > ${files.root}/pid`;
  assert.equal(await runCommand(script(text), {}).done, undefined);
  process.kill(Number(files.read('pid')), 'SIGKILL');
});

test('one that talks without end fills no memory', async () => {
  const fault = await runCommand(script('head -c 3000000 /dev/zero | tr "\\0" x >&2; exit 1'), {}).done;
  assert.match(fault!, /^has ended by exit status 1: x{199}…$/);
});
