import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { describeUsableCpus, findUsableCpus, usableCpus } from '../../../miner/cpus/usable-cpus.js';
import { checkThreads } from '../../../miner/doctor.js';

const MOUNT = '31 25 0:27 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw\n';

/** Four cores with two threads each: CPUs n and n + 4 are one core. */
function linux(mask: string, cpuMax = 'max 100000'): Record<string, string> {
  const siblings = Object.fromEntries(
    [0, 1, 2, 3, 4, 5, 6, 7].map((cpu) => [
      `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`,
      `${cpu % 4},${(cpu % 4) + 4}\n`,
    ]),
  );
  return {
    '/proc/self/status': `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${mask}\nMems_allowed:\t1\n`,
    '/sys/devices/system/cpu/online': '0-7\n',
    '/proc/self/cgroup': '0::/\n',
    '/proc/self/mountinfo': MOUNT,
    '/sys/fs/cgroup/cpu.max': `${cpuMax}\n`,
    ...siblings,
  };
}

const find = (files: Readonly<Record<string, string>>, available = 8, platform: NodeJS.Platform = 'linux') =>
  findUsableCpus({ platform, read: (path) => files[path], online: 8, available });

test('nothing limits the process: a thread for each CPU', () => {
  const cpus = find(linux('0-7'));
  assert.deepEqual(cpus.allowed, [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([cpus.count, cpus.cores, cpus.quota, cpus.threads], [8, 4, undefined, 8]);
  assert.equal(
    describeUsableCpus(cpus),
    '8 CPUs; 4 cores with hyper-threads, each of which counts as a CPU: 8 threads by default',
  );
});

test('an affinity mask: its CPUs that are there', () => {
  const cpus = find(linux('1-2,64-127'));
  assert.deepEqual([cpus.allowed, cpus.cores, cpus.threads], [[1, 2], 2, 2]);
  assert.equal(
    checkThreads(cpus).detail,
    '8 CPUs; this process may run on 2 of them (affinity mask: 1-2): 2 threads by default',
  );
});

test('a quota: half a CPU takes a thread, one and a half take two, one above what there is means nothing', () => {
  const threads = (cpuMax: string) => find(linux('0-7', cpuMax)).threads;
  assert.deepEqual(
    ['1000 100000', '50000 100000', '100000 100000', '150000 100000', '790000 100000', '9900000 100000'].map(
      threads,
    ),
    [1, 1, 1, 2, 8, 8],
  );
  assert.equal(find(linux('0-7', '800000 100000')).quota, undefined);
  assert.match(
    describeUsableCpus(find(linux('0-7', '50000 100000'))),
    /a quota allows the time of 0\.5 CPUs \(\/sys\/fs\/cgroup\/cpu\.max\): 1 thread by default$/,
  );
  assert.equal(find(linux('0,4', '700000 100000')).threads, 2, 'the mask is tighter');
});

test('what can not be read limits nothing: as many as Node.js counts', () => {
  for (const files of [
    {},
    { ...linux('0-7'), '/proc/self/status': 'Name:\tnode\n' },
    { ...linux('0-7'), '/sys/devices/system/cpu/online': 'x' },
    { ...linux('8-9') },
  ]) {
    const { allowed, count, cores, threads } = find(files, 3);
    assert.deepEqual([allowed, count, cores, threads], [undefined, 3, undefined, 3]);
  }
  const { '/sys/devices/system/cpu/cpu3/topology/thread_siblings_list': _, ...files } = linux('0-7');
  assert.equal(find(files).cores, undefined);
});

test('elsewhere Node.js counts, and no file is read', () => {
  const { allowed, count, quota, threads } = find(linux('0', '50000 100000'), 6, 'darwin');
  assert.deepEqual([allowed, count, quota, threads], [undefined, 6, undefined, 6]);
  assert.equal(
    describeUsableCpus(find({}, 6, 'win32')),
    '8 CPUs; this process may run on 6 of them (as Node.js counts): 6 threads by default',
  );
});

test('this machine', () => {
  const { count, threads, online } = usableCpus();
  assert.ok(threads >= 1 && threads <= count && count <= online);
  assert.ok(availableParallelism() <= count, `Node.js counts ${availableParallelism()}`);
});
