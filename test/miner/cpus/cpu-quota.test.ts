import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCpuMax, parseProcessGroups, readCpuQuota } from '../../../miner/cpus/cpu-quota.js';

/** What a system with these files, and no others, tells of its quota. */
const quotaOf = (files: Readonly<Record<string, string>>) => readCpuQuota((path) => files[path]);

const V2_MOUNT =
  '24 31 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:14 - proc proc rw\n' +
  '31 25 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n';

test('a container of version 2: its group is the root that it sees', () => {
  const files = {
    '/proc/self/cgroup': '0::/\n',
    '/proc/self/mountinfo': V2_MOUNT,
    '/sys/fs/cgroup/cpu.max': '50000 100000\n',
  };
  assert.deepEqual(quotaOf(files), { cpus: 0.5, file: '/sys/fs/cgroup/cpu.max' });
  assert.equal(quotaOf({ ...files, '/sys/fs/cgroup/cpu.max': 'max 100000\n' }), undefined);
});

test('a service of version 2: the tightest group on the way up limits it', () => {
  const files = {
    '/proc/self/cgroup': '0::/user.slice/user-1000.slice/lesswork.service\n',
    '/proc/self/mountinfo': V2_MOUNT,
    '/sys/fs/cgroup/user.slice/cpu.max': '400000 100000\n',
    '/sys/fs/cgroup/user.slice/user-1000.slice/cpu.max': '150000 100000\n',
    '/sys/fs/cgroup/user.slice/user-1000.slice/lesswork.service/cpu.max': 'max 100000\n',
  };
  const file = '/sys/fs/cgroup/user.slice/user-1000.slice/cpu.max';
  assert.deepEqual(quotaOf(files), { cpus: 1.5, file });
});

const V1_MOUNTS =
  '32 31 0:29 /docker/6bd7 /sys/fs/cgroup/cpu,cpuacct ro,nosuid,relatime master:15 - cgroup cgroup rw,cpu,cpuacct\n' +
  '33 31 0:30 /docker/6bd7 /sys/fs/cgroup/cpuset ro,nosuid,relatime master:16 - cgroup cgroup rw,cpuset\n';

test('a container of version 1: the root of its mount is its own group', () => {
  const folder = '/sys/fs/cgroup/cpu,cpuacct';
  const files = {
    '/proc/self/cgroup': '9:name=systemd:/docker/6bd7\n3:cpuset:/docker/6bd7\n2:cpu,cpuacct:/docker/6bd7\n',
    '/proc/self/mountinfo': V1_MOUNTS,
    [`${folder}/cpu.cfs_quota_us`]: '50000\n',
    [`${folder}/cpu.cfs_period_us`]: '100000\n',
  };
  assert.deepEqual(quotaOf(files), { cpus: 0.5, file: `${folder}/cpu.cfs_quota_us` });
  assert.equal(quotaOf({ ...files, [`${folder}/cpu.cfs_quota_us`]: '-1\n' }), undefined, 'no limit');
  const { [`${folder}/cpu.cfs_period_us`]: _, ...noPeriod } = files;
  assert.equal(quotaOf(noPeriod), undefined);
});

test('both versions at a time: version 1 has the time, version 2 is there beside it', () => {
  // As recorded on such a machine, in a group of its own.
  const files = {
    '/proc/self/cgroup': '3:cpuset:/\n2:cpuacct:/\n1:cpu:/box/inner\n0::/\n',
    '/proc/self/mountinfo':
      '32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n' +
      '33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct\n' +
      '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n',
    '/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us': '25000\n',
    '/sys/fs/cgroup/cpu/box/cpu.cfs_period_us': '50000\n',
    '/sys/fs/cgroup/cpu/box/inner/cpu.cfs_quota_us': '-1\n',
    '/sys/fs/cgroup/cpu/box/inner/cpu.cfs_period_us': '100000\n',
  };
  assert.deepEqual(quotaOf(files), { cpus: 0.5, file: '/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us' });
});

test('a group that is not seen where the hierarchy is mounted: the root of the mount counts', () => {
  const root = { '/sys/fs/cgroup/cpu.max': '200000 100000\n' };
  const mounted = (path: string) =>
    quotaOf({ '/proc/self/cgroup': `0::${path}\n`, '/proc/self/mountinfo': V2_MOUNT, ...root });
  assert.equal(mounted('/../other')?.cpus, 2);
  const elsewhere = V2_MOUNT.replace('0:27 / ', '0:27 /kubepods/a ');
  assert.equal(
    quotaOf({ '/proc/self/cgroup': '0::/kubepods/b/c\n', '/proc/self/mountinfo': elsewhere, ...root })?.cpus,
    2,
  );
});

test('a mount whose path has a space', () => {
  const files = {
    '/proc/self/cgroup': '0::/a\n',
    '/proc/self/mountinfo': V2_MOUNT.replace('/sys/fs/cgroup', '/my\\040groups'),
    '/my groups/a/cpu.max': '100000 100000\n',
  };
  assert.deepEqual(quotaOf(files), { cpus: 1, file: '/my groups/a/cpu.max' });
});

test('what is missing, damaged or unreadable limits nothing', () => {
  assert.equal(quotaOf({}), undefined);
  const whole = {
    '/proc/self/cgroup': '0::/\n',
    '/proc/self/mountinfo': V2_MOUNT,
    '/sys/fs/cgroup/cpu.max': '50000 100000\n',
  };
  for (const path of Object.keys(whole))
    for (const damaged of ['', '\n', '0::', '\0\0\0', 'a b c d e f - g h i'])
      assert.equal(quotaOf({ ...whole, [path]: damaged }), undefined, `${path}: ${JSON.stringify(damaged)}`);
  for (const text of [
    '',
    'max',
    '50000',
    '0 100000',
    '50000 0',
    '-1 100000',
    '1e3 100000',
    '1 2 3',
    'x 100000',
  ])
    assert.equal(parseCpuMax(text), undefined, text);
  assert.equal(parseCpuMax('150000 100000\n'), 1.5);
});

test('groups of a process: version 2, and the hierarchy of version 1 that has CPU time', () => {
  assert.deepEqual(parseProcessGroups('4:cpuacct,cpu:/a:b\n0::/c\n'), { v1: '/a:b', v2: '/c' });
  assert.deepEqual(parseProcessGroups('3:cpuset:/a\n2:cpuacct:/b\nrubbish\n'), {});
});

test('groups that lie deeper than any lie are followed to a limit', () => {
  const deep = '/a'.repeat(1_000);
  let reads = 0;
  const files: Record<string, string> = {
    '/proc/self/cgroup': `0::${deep}\n`,
    '/proc/self/mountinfo': V2_MOUNT,
  };
  assert.equal(
    readCpuQuota((path) => {
      reads++;
      return files[path];
    }),
    undefined,
  );
  assert.ok(reads < 100, `${reads} files`);
});
