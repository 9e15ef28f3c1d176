// Loaded into the process of each test file before the file itself. A test that fails leaves its processes, servers and
// connections behind, and these would keep the file's process alive until its time is over: here they are named and ended.
import { ChildProcess } from 'node:child_process';
import { after } from 'node:test';
import { isMainThread } from 'node:worker_threads';

/** Time in which what was closed has to be gone, ms. */
const GRACE_MS = Number(process.env.LESSWORK_TEST_GRACE_MS ?? 15_000);

/** Processes that were started here and have not ended. */
const alive = new Set();

function watchChildren() {
  const { spawn } = ChildProcess.prototype;
  ChildProcess.prototype.spawn = function (...args) {
    const result = spawn.apply(this, args);
    if (this.pid !== undefined) {
      alive.add(this);
      this.once('exit', () => alive.delete(this));
    }
    return result;
  };
}

function killChildren() {
  for (const child of alive) child.kill('SIGKILL');
}

function endAfterGrace() {
  // Not waited for: a process that nothing keeps alive ends before.
  setTimeout(() => {
    const names = [...alive].map(
      ({ pid, spawnargs }) => `process ${pid} (${spawnargs.join(' ').slice(0, 200)})`,
    );
    const kept = [...names, ...process.getActiveResourcesInfo().filter((name) => name !== 'TTYWrap')];
    process.stderr.write(`${process.argv[1]}: kept alive after its tests by ${kept.join(', ')}\n`);
    process.exit(1);
  }, GRACE_MS).unref();
}

// Worker threads and child processes of a test inherit the option that loads this.
if (
  isMainThread &&
  process.env.NODE_TEST_CONTEXT !== undefined &&
  /\.test\.js$/.test(process.argv[1] ?? '')
) {
  watchChildren();
  process.on('exit', killChildren);
  // A file that takes too long is ended so.
  process.on('SIGTERM', () => process.exit(1));
  after(endAfterGrace);
}
