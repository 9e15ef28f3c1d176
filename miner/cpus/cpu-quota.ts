/**
 * The share of the CPUs' time that a control group leaves this process, as containers set it. Pure, over files that it is handed.
 *
 * ```
 * /proc/self/cgroup        0::/a/b           2:cpu,cpuacct:/a/b          the process's group, in each hierarchy
 * /proc/self/mountinfo     cgroup2           cgroup with the option cpu  where the hierarchy is mounted, and which group is its root
 * MOUNT/a/b, MOUNT/a, ...  cpu.max           cpu.cfs_quota_us, _period_us  each group limits all below it
 * ```
 * @module
 */

/** Reads a file of the system. @returns undefined where it is not there, or can't be read */
export type ReadSystemFile = (path: string) => string | undefined;

/** The tightest limit of a process. */
export interface CpuQuota {
  /** CPUs, all of whose time it comes to: 0.5 is half of one. */
  readonly cpus: number;
  /** The file that says so. */
  readonly file: string;
}

/** The files of a group that limit its time, in each version of control groups. */
type Version = 'v1' | 'v2';

/** Deepest nesting that is followed. */
const MAX_DEPTH = 64;

/** @returns undefined where nothing limits it, or nothing that can be read does */
export function readCpuQuota(read: ReadSystemFile): CpuQuota | undefined {
  const groups = parseProcessGroups(read('/proc/self/cgroup') ?? '');
  const mounts = parseGroupMounts(read('/proc/self/mountinfo') ?? '');
  let least: CpuQuota | undefined;
  for (const { version, root, path } of mounts) {
    const group = groups[version];
    if (group === undefined) continue;
    for (const folder of foldersUp(path, pathBelow(root, group))) {
      const quota = version === 'v2' ? quotaV2(folder, read) : quotaV1(folder, read);
      if (quota !== undefined && quota.cpus < (least?.cpus ?? Number.POSITIVE_INFINITY)) least = quota;
    }
  }
  return least;
}

function quotaV2(folder: string, read: ReadSystemFile): CpuQuota | undefined {
  const file = `${folder}/cpu.max`;
  const cpus = parseCpuMax(read(file) ?? '');
  return cpus === undefined ? undefined : { cpus, file };
}

function quotaV1(folder: string, read: ReadSystemFile): CpuQuota | undefined {
  const file = `${folder}/cpu.cfs_quota_us`;
  const cpus = ratio(read(file)?.trim(), read(`${folder}/cpu.cfs_period_us`)?.trim());
  return cpus === undefined ? undefined : { cpus, file };
}

/** CPUs that `cpu.max` allows: `50000 100000`, both in microseconds, or `max 100000`. @returns undefined for no limit, and for rubbish */
export function parseCpuMax(text: string): number | undefined {
  const [quota, period, ...more] = text.trim().split(/\s+/);
  return more.length > 0 ? undefined : ratio(quota, period);
}

/** A quota of -1 is none. */
function ratio(quota: string | undefined, period: string | undefined): number | undefined {
  if (quota === undefined || period === undefined) return undefined;
  if (!/^\d{1,15}$/.test(quota) || !/^\d{1,15}$/.test(period)) return undefined;
  const cpus = Number(quota) / Number(period);
  return cpus > 0 && Number.isFinite(cpus) ? cpus : undefined;
}

/** The process's group in the hierarchies that limit CPU time. @param text - of /proc/self/cgroup */
export function parseProcessGroups(text: string): Readonly<Partial<Record<Version, string>>> {
  const groups: Partial<Record<Version, string>> = {};
  for (const line of text.split('\n')) {
    const [, id, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (id === '0' && controllers === '') groups.v2 = path;
    else if (controllers!.split(',').includes('cpu')) groups.v1 = path;
  }
  return groups;
}

interface GroupMount {
  readonly version: Version;
  /** The group that is seen at `path`. */
  readonly root: string;
  readonly path: string;
}

/** Where hierarchies that limit CPU time are mounted. @param text - of /proc/self/mountinfo */
export function parseGroupMounts(text: string): readonly GroupMount[] {
  const mounts: GroupMount[] = [];
  for (const line of text.split('\n')) {
    const [before, after] = line.split(' - ');
    const [root, path] = before!.split(' ').slice(3, 5).map(unescaped);
    const [type, , options = ''] = after?.split(' ') ?? [];
    if (root === undefined || path === undefined) continue;
    if (type === 'cgroup2') mounts.push({ version: 'v2', root, path });
    else if (type === 'cgroup' && options.split(',').includes('cpu'))
      mounts.push({ version: 'v1', root, path });
  }
  return mounts;
}

/** Spaces and the like stand as `\040`. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}

/** The group below a mount's root; the root itself where the process's group is not seen there, as in some containers. */
function pathBelow(root: string, group: string): readonly string[] {
  const parts = (path: string) => path.split('/').filter((part) => part !== '');
  const [roots, own] = [parts(root), parts(group)];
  if (own.includes('..') || roots.some((part, i) => own[i] !== part)) return [];
  return own.slice(roots.length);
}

/** The folder of a group, and those of the groups above it, up to the mount. */
function foldersUp(mount: string, below: readonly string[]): readonly string[] {
  const parts = below.slice(0, MAX_DEPTH);
  return [...parts.keys(), parts.length]
    .reverse()
    .map((depth) => [mount, ...parts.slice(0, depth)].join('/'));
}
