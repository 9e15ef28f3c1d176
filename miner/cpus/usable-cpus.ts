/**
 * Which CPUs this process may use, how much of their time, and how many threads that is worth.
 *
 * | what limits it | where it is told |
 * |---|---|
 * | the affinity mask (`taskset`, a cpuset of a container) | Linux: /proc/self/status; Node.js counts by it everywhere |
 * | a quota of CPU time (`docker run --cpus`, limits of Kubernetes, `CPUQuota=` of systemd) | control groups: cpu-quota.ts |
 *
 * Node.js 20 does not know of quotas; later ones do in some hierarchies, and round them down.
 * @module
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { counted } from '../../protocol/quantity-text.js';
import { cpuListText, parseCpuList } from './cpu-list.js';
import { type CpuQuota, type ReadSystemFile, readCpuQuota } from './cpu-quota.js';

export interface UsableCpus {
  /** CPUs of the machine: hardware threads. */
  readonly online: number;
  /** Numbers of those that this process may run on, in order; undefined where the system does not tell. */
  readonly allowed: readonly number[] | undefined;
  /** How many these are. */
  readonly count: number;
  /** Cores that they belong to; undefined where the system does not tell. */
  readonly cores: number | undefined;
  /** What limits their time; undefined where nothing does, or to more than all of it. */
  readonly quota: CpuQuota | undefined;
  /** Threads that keep busy all that may be used: a part of a CPU takes one, too. */
  readonly threads: number;
}

/** What a system tells of its CPUs. */
export interface CpuSystem {
  readonly platform: NodeJS.Platform;
  readonly read: ReadSystemFile;
  /** CPUs of the machine, and those that Node.js counts for this process. */
  readonly online: number;
  readonly available: number;
}

let found: UsableCpus | undefined;

/** Those of this process, as they were when it was first asked. */
export function usableCpus(): UsableCpus {
  found ??= findUsableCpus({
    platform: process.platform,
    read: readSystemFile,
    online: cpus().length,
    available: availableParallelism(),
  });
  return found;
}

/** What a system allows. Never throws: what can't be read limits nothing. */
export function findUsableCpus({ platform, read, online, available }: CpuSystem): UsableCpus {
  const linux = platform === 'linux';
  const allowed = linux ? allowedCpus(read) : undefined;
  const count = allowed?.length ?? available;
  const limit = linux ? readCpuQuota(read) : undefined;
  const quota = limit !== undefined && limit.cpus < count ? limit : undefined;
  return {
    online: Math.max(online, count),
    allowed,
    count,
    cores: allowed === undefined ? undefined : countCores(allowed, read),
    quota,
    threads: Math.max(1, Math.min(count, Math.ceil(quota?.cpus ?? count))),
  };
}

/** CPUs of the affinity mask that are there: it may name some that are not. */
function allowedCpus(read: ReadSystemFile): readonly number[] | undefined {
  const mask = /^Cpus_allowed_list:\s*(\S+)$/m.exec(read('/proc/self/status') ?? '')?.[1];
  const [allowed, online] = [mask, read('/sys/devices/system/cpu/online')].map(listIn);
  if (allowed === undefined || online === undefined) return undefined;
  const there = new Set(online);
  const both = allowed.filter((cpu) => there.has(cpu));
  return both.length === 0 ? undefined : both;
}

/** Hyper-threads of a core name each other. */
function countCores(allowed: readonly number[], read: ReadSystemFile): number | undefined {
  const cores = new Set<string>();
  for (const cpu of allowed) {
    const siblings = read(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`)?.trim();
    if (listIn(siblings) === undefined) return undefined;
    cores.add(siblings!);
  }
  return cores.size;
}

function listIn(text: string | undefined): readonly number[] | undefined {
  try {
    return text === undefined ? undefined : parseCpuList(text);
  } catch {
    return undefined;
  }
}

function readSystemFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The quota in words: `0.5 CPUs (/sys/fs/cgroup/cpu.max)`. */
export function quotaText({ cpus, file }: CpuQuota): string {
  const rounded = Number(cpus.toPrecision(3));
  return `${counted(rounded, 'CPU')} (${file})`;
}

/** In words, what there is, what may be used, and why. */
export function describeUsableCpus({ online, allowed, count, cores, quota, threads }: UsableCpus): string {
  const parts = [counted(online, 'CPU')];
  if (count < online)
    parts.push(
      `this process may run on ${count} of them (${allowed === undefined ? 'as Node.js counts' : `affinity mask: ${cpuListText(allowed)}`})`,
    );
  if (cores !== undefined && cores < count)
    parts.push(`${counted(cores, 'core')} with hyper-threads, each of which counts as a CPU`);
  if (quota !== undefined) parts.push(`a quota allows the time of ${quotaText(quota)}`);
  return `${parts.join('; ')}: ${counted(threads, 'thread')} by default`;
}
