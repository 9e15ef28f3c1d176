/**
 * Notices when whoever started this process is gone, however it ended.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const INTERVAL_MS = 500;

/**
 * Calls back once when the parent process has ended. Under `npm run` there is a shell in between, which outlives npm
 * when npm is killed: then npm itself is watched, too.
 * @returns what ends the watch
 */
export function watchParent(onGone: () => void): () => void {
  const parent = process.ppid;
  const npm = process.env.npm_lifecycle_event === undefined ? undefined : parentOfProcess(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isAlive(npm))) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL_MS);
  return () => clearInterval(timer);
}

/** Parent of a process, or undefined where it can't be told (Windows has no `ps`). */
function parentOfProcess(pid: number): number | undefined {
  try {
    const text =
      process.platform === 'linux'
        ? (/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? '')
        : execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'ignore'],
          });
    const parent = Number(text.trim());
    return parent > 1 ? parent : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
