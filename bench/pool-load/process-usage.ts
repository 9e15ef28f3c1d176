/**
 * What processes take, as Linux says: CPU time of all their threads and of their children, and memory.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the CPU times in /proc/PID/stat: 100 a second on every Linux. They count ended threads, too. */
const TICK_MS = 10;

/** What a process and those that it started have taken. */
export interface ProcessUsage {
  /** User and system time of all threads so far, ms. */
  readonly cpuMs: number;
  /** The part of it that was spent by main threads. */
  readonly mainThreadMs: number;
  /** Time in which the process's own main thread could have run and had to wait for a core. */
  readonly waitMs: number;
  /** Memory in RAM, bytes. */
  readonly rssBytes: number;
  /** `cpuMs` of each process by its id. */
  readonly cpuMsOf: ReadonlyMap<number, number>;
}

/** Looks at a process and its descendants. @throws Error where there is no /proc, or no such process */
export function readUsage(pid: number): ProcessUsage {
  const pids = withDescendants(pid);
  const cpuMsOf = new Map<number, number>();
  let mainThreadMs = 0;
  let rssBytes = 0;
  for (const id of pids) {
    const { ticks, rssPages } = readStat(`/proc/${id}/stat`);
    rssBytes += rssPages * 4096;
    const threads = readdirSync(`/proc/${id}/task`).map((thread) => scheduledMs(id, thread).ran);
    // Both leave something out: the one what is less than a tick, the other threads that have ended.
    const cpuMs = Math.max(
      ticks * TICK_MS,
      threads.reduce((a, b) => a + b, 0),
    );
    cpuMsOf.set(id, cpuMs);
    mainThreadMs += Math.max(
      readStat(`/proc/${id}/task/${id}/stat`).ticks * TICK_MS,
      scheduledMs(id, id).ran,
    );
  }
  const cpuMs = [...cpuMsOf.values()].reduce((a, b) => a + b, 0);
  return { cpuMs, mainThreadMs, waitMs: scheduledMs(pid, pid).waited, rssBytes, cpuMsOf };
}

/** CPU time of a thread, and time in which it waited for a core, ms: the first two figures, in ns; 0 where Linux keeps none. */
function scheduledMs(pid: number, thread: number | string): { ran: number; waited: number } {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
    return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 };
  } catch {
    return { ran: 0, waited: 0 };
  }
}

interface Stat {
  readonly parent: number;
  readonly ticks: number;
  readonly rssPages: number;
}

/** See proc_pid_stat(5); the name in parentheses may hold anything. */
function readStat(path: string): Stat {
  const text = readFileSync(path, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    parent: Number(fields[1]),
    ticks: Number(fields[11]) + Number(fields[12]),
    rssPages: Number(fields[21]),
  };
}

function withDescendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const { parent } = readStat(`/proc/${name}/stat`);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // Ended meanwhile.
    }
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}
