/**
 * CPU time of the thread that asks: what a kernel costs, whatever else runs on the same cores.
 * @module
 */
import { closeSync, openSync, readSync } from 'node:fs';
import process from 'node:process';

/** Where CPU times come from here, for people. */
export type CpuClock = 'schedstat' | 'threadCpuUsage' | 'none';

type ThreadCpuUsage = () => { readonly user: number; readonly system: number };

// Since Node.js 23.9, 22.19.
const threadCpuUsage = (process as { readonly threadCpuUsage?: ThreadCpuUsage }).threadCpuUsage;

const NAP = new Int32Array(new SharedArrayBuffer(4));
const NAP_MS = 0.05;

/** A clock of this very thread. */
export interface ThreadClock {
  readonly source: CpuClock;
  /** CPU time so far, ms; undefined where it can't be read. */
  read(): number | undefined;
}

/**
 * Opens the calling thread's clock: Linux counts in ns (`/proc/thread-self/schedstat`); elsewhere newer versions of
 * Node.js ask the system; else there is none.
 */
export function openThreadClock(): ThreadClock {
  const file = openSchedstat();
  if (file !== undefined) {
    const buffer = Buffer.alloc(128);
    return {
      source: 'schedstat',
      read: () => {
        // Linux brings the count up to date at its ticks, 4 ms apart, and when the thread is switched: hence a nap.
        Atomics.wait(NAP, 0, 0, NAP_MS);
        return Number(buffer.toString('latin1', 0, readSync(file, buffer, 0, 128, 0)).split(' ')[0]) / 1e6;
      },
    };
  }
  if (threadCpuUsage !== undefined) {
    return {
      source: 'threadCpuUsage',
      read: () => {
        const { user, system } = threadCpuUsage();
        return (user + system) / 1000;
      },
    };
  }
  return { source: 'none', read: () => undefined };
}

/** The file stays that of the thread that opened it, and stays open as long as the process. */
function openSchedstat(): number | undefined {
  let file: number | undefined;
  try {
    file = openSync('/proc/thread-self/schedstat', 'r');
    // Kernels without scheduler statistics, and imitations of Linux, show zeros.
    const buffer = Buffer.alloc(128);
    if (Number(buffer.toString('latin1', 0, readSync(file, buffer, 0, 128, 0)).split(' ')[0]) > 0)
      return file;
  } catch {
    // No such file: not Linux.
  }
  if (file !== undefined) closeSync(file);
  return undefined;
}
