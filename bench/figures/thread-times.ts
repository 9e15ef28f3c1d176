/**
 * CPU time of this process's threads, as Linux counts it.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Threads of this process. @throws Error off Linux */
export function threadIds(): string[] {
  return readdirSync('/proc/self/task');
}

/** CPU time of a thread of this process, ms. */
export function threadCpuMs(id: string): number {
  return Number(readFileSync(`/proc/self/task/${id}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
}

/** Those that have used most CPU time. */
export function busiest(ids: readonly string[], count: number): string[] {
  return ids.toSorted((a, b) => threadCpuMs(b) - threadCpuMs(a)).slice(0, count);
}
