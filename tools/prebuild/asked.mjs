// npm runs a script named prebuild before each `npm run build`, too, and does not tell it why. The one is not meant by the other.
import { readFileSync } from 'node:fs';

/** More steps than there are from a script to npm: a shell, or two. */
const MOST_STEPS = 4;

/** Whether this process was started by `npm run prebuild`, as npm's own process is titled. False where that can't be seen. */
export function askedForByNpm(pid = process.ppid) {
  try {
    for (let at = pid, left = MOST_STEPS; left > 0 && at > 1; left--) {
      const words = readFileSync(`/proc/${at}/cmdline`, 'latin1').split(/[\0 ]+/);
      if (words[0] === 'npm') return words.includes('prebuild');
      at = Number(readFileSync(`/proc/${at}/stat`, 'latin1').split(') ').at(-1).split(' ')[1]);
    }
  } catch {
    // No /proc, or a process that has ended.
  }
  return false;
}
