import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { CpuDevice, MAX_THREADS_STARTING } from '../../../../miner/backends/cpu/cpu-device.js';
import { NodeThreads } from '../../../../miner/backends/cpu/node-threads.js';
import type { ThreadData } from '../../../../miner/backends/cpu/thread-messages.js';
import type { ThreadEvents, Threads } from '../../../../miner/backends/cpu/thread-port.js';
import type { DeviceEvents, SearchReport, SearchTask } from '../../../../miner/core/device.js';
import { usableCpus } from '../../../../miner/cpus/usable-cpus.js';
import { MAX_TARGET, targetBytes } from '../../../../protocol/target.js';
import { bestCpuKernel } from '../../../../shaders/cpu/kernels.js';
import { HashTable, seededTemplate } from '../../../conformance/hash-table.js';
import { MISSING_NATIVE, NATIVE } from '../../../support/native-kernel.js';
import { skipWhen } from '../../../support/requirement.js';

type Failure = Parameters<DeviceEvents['onFailure']>[0];

/** A device under test, with everything it told, and its workers within reach. */
class Bench {
  readonly reports: SearchReport[] = [];
  readonly failures: Failure[] = [];
  readonly notices: string[] = [];
  readonly workers: Worker[] = [];
  readonly device: CpuDevice;
  readyCount = 0;
  onReport: (report: SearchReport) => void = () => {};
  /** What the next start of a thread throws. */
  startError: Error | undefined;

  constructor(
    threads: number,
    altered: (data: ThreadData) => ThreadData = (data) => data,
    provenMs = 60_000,
  ) {
    const real = new NodeThreads(NATIVE.variant === undefined ? undefined : NATIVE.file);
    const watched: Threads = {
      start: (data, events) => {
        const error = this.startError;
        this.startError = undefined;
        if (error) throw error;
        const thread = real.start(altered(data), events);
        this.workers.push(thread.worker);
        return thread;
      },
      abandon: (chain, generation) => real.abandon(chain, generation),
      setLoad: (load) => real.setLoad(load),
    };
    this.device = new CpuDevice(
      { threads, kernel: bestCpuKernel() },
      { threads: watched, restartDelayMs: (deaths) => (deaths < 3 ? 10 : undefined), provenMs },
    );
  }

  async start(): Promise<void> {
    this.device.start({
      onReport: (report) => {
        this.reports.push(report);
        this.onReport(report);
      },
      onFailure: (failure) => this.failures.push(failure),
      onReady: () => this.readyCount++,
      onNotice: (message) => this.notices.push(message),
    });
    await until(() => this.readyCount > 0 || this.failures.some(({ final }) => final));
  }
}

async function until(condition: () => boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    assert(performance.now() < deadline, 'waited too long');
    await sleep(2);
  }
}

/** Resolves when this process has computed for so long, ms: on a busy machine that takes longer than so long. */
async function computed(ms: number): Promise<void> {
  const before = process.cpuUsage();
  await until(() => process.cpuUsage(before).user >= ms * 1_000);
}

const template = seededTemplate('cpu device');
let nextId = 1;
/** A task without finds. */
function taskOf(count: number, more: Partial<SearchTask> = {}): SearchTask {
  const target = targetBytes(0n);
  return { ...template, id: nextId++, generation: 1, chain: 3, target, start: 0n, count, ...more };
}

let bench: Bench;
afterEach(() => bench.device.close());

test('reports each task once, with the finds that the oracle finds', async () => {
  bench = new Bench(2);
  assert.match(bench.device.name, /^cpu \(.+, 2 threads\)$/);
  await bench.start();
  assert.equal(bench.device.depth, 4);
  const table = new HashTable(template, 2n ** 32n - 5000n, 12_000);
  const target = targetBytes(MAX_TARGET / 8n);
  const parts = [
    [0, 3000],
    [3000, 3001],
    [6001, 1],
    [6002, 5998],
  ] as const;
  const tasks = parts.map(([from, count]) => ({ ...taskOf(count), ...table.range(3, target, from, count) }));
  for (const task of tasks) bench.device.search(task);
  await until(() => bench.reports.length === tasks.length);
  tasks.forEach((task, i) => {
    const report = bench.reports.find(({ taskId }) => taskId === task.id)!;
    assert.deepEqual(report.finds, table.counters(3, target, ...parts[i]!));
    assert.equal(report.hashes, task.count);
    assert.equal(report.staleHashes, 0);
    assert.equal(report.overflow, 0);
  });
  assert.deepEqual(bench.failures, []);
  assert.equal(bench.readyCount, 1);
});

test('takes blobs that are views of something larger', async () => {
  bench = new Bench(1);
  await bench.start();
  const table = new HashTable(template, 0n, 500);
  const target = targetBytes(MAX_TARGET / 4n);
  const headerBlob = Buffer.concat([Buffer.alloc(1000), template.headerBlob]).subarray(1000);
  bench.device.search({ ...taskOf(500), target, headerBlob });
  await until(() => bench.reports.length === 1);
  assert.deepEqual(bench.reports[0]!.finds, table.counters(3, target));
});

test('spreads tasks over its threads, and learns how large they should be', async () => {
  bench = new Bench(2);
  await bench.start();
  const first = bench.device.taskSize;
  // A machine that is busy for a moment makes them smaller again.
  let largest = 0;
  let given = 0;
  const give = (): void => {
    largest = Math.max(largest, bench.device.taskSize);
    if (given >= 60) return;
    bench.device.search(taskOf(bench.device.taskSize, { start: BigInt(given++) << 32n }));
  };
  bench.onReport = give;
  const startedMs = performance.now();
  for (let i = 0; i < bench.device.depth; i++) give();
  await until(() => bench.reports.length === 60);
  const elapsedMs = performance.now() - startedMs;
  assert(largest > first);
  // At 50 ms a task, 60 tasks take 1.5 s on two threads; the first ones are shorter, and this machine may be busy.
  assert(elapsedMs > 150 && elapsedMs < 30_000, `${elapsedMs} ms`);
});

test('stops work that became stale, and only that', async () => {
  bench = new Bench(2);
  await bench.start();
  // Ten minutes of work on a thread, were it not abandoned.
  const stale = [taskOf(2 ** 32 - 1), taskOf(2 ** 32 - 1), taskOf(2 ** 32 - 1, { generation: 2 })];
  for (const task of stale) bench.device.search(task);
  // Both threads are at work, and have made many slices.
  await computed(600);
  bench.device.abandon(4, 9);
  bench.device.abandon(3, 1);
  await sleep(50);
  assert.equal(bench.reports.length, 0);
  const abandonedMs = performance.now();
  bench.device.abandon(3, 3);
  // An older word does not take the newer one back.
  bench.device.abandon(3, 2);
  await until(() => bench.reports.length === 3);
  const tookMs = performance.now() - abandonedMs;
  assert(tookMs < 3_000, `${tookMs} ms`);
  for (const { taskId, hashes, staleHashes } of bench.reports) {
    assert(stale.some(({ id }) => id === taskId));
    assert(hashes < 2 ** 32 - 1);
    // One slice, or nothing at all where the task was still waiting.
    assert(hashes === 0 ? staleHashes === 0 : staleHashes > 0 && staleHashes < hashes / 2);
  }
  assert.equal(bench.reports.filter(({ hashes }) => hashes > 0).length, 2);
  bench.device.search(taskOf(1000, { generation: 3 }));
  bench.device.search(taskOf(1000, { chain: 4, generation: 8 }));
  await until(() => bench.reports.length === 5);
  assert.deepEqual(
    bench.reports
      .slice(3)
      .map(({ hashes }) => hashes)
      .toSorted(),
    [0, 1000],
  );
});

test('a thread that dies loses its tasks, the others go on, and it comes back', async () => {
  bench = new Bench(2);
  await bench.start();
  const tasks = [taskOf(2 ** 32 - 1), taskOf(2 ** 32 - 1), taskOf(2 ** 32 - 1), taskOf(2 ** 32 - 1)];
  for (const task of tasks) bench.device.search(task);
  await sleep(50);
  await bench.workers[0]!.terminate();
  await until(() => bench.failures.length > 0);
  const [failure] = bench.failures;
  assert.equal(failure!.final, false);
  assert.match(failure!.message, /^a thread died: /);
  assert.deepEqual(failure!.lostTaskIds, [tasks[0]!.id, tasks[2]!.id]);
  assert.equal(bench.readyCount, 2);
  assert.equal(bench.device.depth, 2);
  await until(() => bench.readyCount === 3);
  assert.equal(bench.device.depth, 4);
  assert.equal(bench.workers.length, 3);
  bench.device.search(taskOf(5000));
  await until(() => bench.reports.length === 1);
  assert.equal(bench.reports[0]!.hashes, 5000);
  assert.equal(bench.failures.length, 1);
});

test('a kernel that fails the self-test ends the device', async () => {
  bench = new Bench(2, (data) => ({
    ...data,
    selfTest: { ...data.selfTest, find: data.selfTest.find + 1n },
  }));
  await bench.start();
  assert.equal(bench.readyCount, 0);
  assert.equal(bench.failures.length, 1);
  assert.equal(bench.failures[0]!.final, true);
  assert.match(bench.failures[0]!.message, /^self-test: expected to find/);
  await sleep(100);
  assert.equal(bench.failures.length, 1);
});

test('threads that die again and again, without a report between, are given up', async () => {
  // A thread without its self-test stumbles over it.
  bench = new Bench(2, (data) => ({ ...data, selfTest: undefined as unknown as ThreadData['selfTest'] }));
  await bench.start();
  assert.equal(bench.readyCount, 0);
  assert.equal(bench.workers.length, 6);
  assert.equal(bench.failures.length, 6);
  assert.deepEqual(
    bench.failures.map(({ final }) => final),
    [false, false, false, false, false, true],
  );
  assert.match(bench.failures[5]!.message, /^all threads died again and again: /);
});

for (const { provenMs, what, deaths } of [
  { provenMs: 60_000, what: 'is given up all the same', deaths: 3 },
  { provenMs: 0, what: 'after long work is not', deaths: 5 },
]) {
  test(`a thread that dies after each report ${what}`, async () => {
    bench = new Bench(1, undefined, provenMs);
    await bench.start();
    for (let death = 1; death <= deaths; death++) {
      bench.device.search(taskOf(1000));
      await until(() => bench.reports.length === death);
      await bench.workers.at(-1)!.terminate();
      await until(() => bench.failures.length === death);
      assert.equal(bench.failures.at(-1)!.final, provenMs > 0 && death === deaths);
      if (death < deaths) await until(() => bench.readyCount > death);
    }
  });
}

test('a thread for which there is no room is started again later', async () => {
  bench = new Bench(1);
  await bench.start();
  bench.startError = new Error('ENOMEM');
  await bench.workers[0]!.terminate();
  await until(() => bench.readyCount === 2);
  assert.deepEqual(
    bench.failures.map(({ message, final }) => [/can't start: ENOMEM/.test(message), final]),
    [
      [false, false],
      [true, false],
    ],
  );
});

test('mines with the reference where there is no WASM kernel', async () => {
  bench = new Bench(1, (data) => ({ ...data, kernel: { name: 'noble' } }));
  await bench.start();
  const table = new HashTable(template, 0n, 1000);
  const target = targetBytes(MAX_TARGET / 8n);
  bench.device.search({ ...taskOf(1000), target });
  await until(() => bench.reports.length === 1);
  assert.deepEqual(bench.reports[0]!.finds, table.counters(3, target));
});

test('closes in the middle of work, and says nothing afterwards', async () => {
  bench = new Bench(2);
  await bench.start();
  for (let i = 0; i < 4; i++) bench.device.search(taskOf(2 ** 32 - 1));
  await sleep(50);
  const ended = bench.workers.map((worker) => once(worker, 'exit'));
  const startedMs = performance.now();
  await bench.device.close();
  const tookMs = performance.now() - startedMs;
  assert(tookMs < 3_000, `${tookMs} ms`);
  await Promise.all(ended);
  await sleep(50);
  assert.deepEqual(bench.reports, []);
  assert.deepEqual(bench.failures, []);
});

test('can be closed before it started', async () => {
  bench = new Bench(1);
  const started = bench.start();
  await bench.device.close();
  await Promise.race([started, sleep(100)]);
  assert.equal(bench.readyCount, 0);
  assert.equal(bench.workers.length, 0);
  bench.readyCount = 1;
  await started;
});

/** A device of so many threads that start only when they are told to. */
function startedByHand(threads: number, affinity?: readonly number[]) {
  const workers: ThreadEvents[] = [];
  /** What each was started with. */
  const started: ThreadData[] = [];
  const notices: string[] = [];
  let readyCount = 0;
  const byHand: Threads = {
    start: (data, events) => {
      started.push(data);
      workers.push(events);
      return { search: () => {}, end: async () => {} };
    },
    abandon: () => {},
    setLoad: () => {},
  };
  const device = new CpuDevice(
    { threads, kernel: { name: 'noble' }, affinity },
    { threads: byHand, restartDelayMs: () => 60_000 },
  );
  device.start({
    onReport: () => {},
    onFailure: () => {},
    onReady: () => readyCount++,
    onNotice: (message) => notices.push(message),
  });
  return { device, workers, started, notices, ready: () => readyCount };
}

test('each thread is told the CPU that it is bound to, and what it says of it is told', async () => {
  const { device, workers, started, notices } = startedByHand(2, [5, 3, 7]);
  await until(() => workers.length === 2);
  assert.deepEqual(
    started.map(({ cpu }) => cpu),
    [5, 3],
  );
  assert.deepEqual(device.cpus, [5, 3]);
  workers[1]!.onMessage({ type: 'notice', message: 'EINVAL' });
  assert.deepEqual(notices, ['EINVAL']);
  await device.close();
  const free = startedByHand(1);
  await until(() => free.workers.length === 1);
  assert.deepEqual([free.started[0]!.cpu, free.device.cpus], [undefined, undefined]);
  await free.device.close();
});

/** CPUs that the threads of this process may run on, as Linux lists them. */
const boundTo = (): string[] =>
  readdirSync('/proc/self/task').flatMap((task) => {
    try {
      const status = readFileSync(`/proc/self/task/${task}/status`, 'utf8');
      return /^Cpus_allowed_list:\t(.+)$/m.exec(status)?.slice(1) ?? [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });

const { allowed } = usableCpus();
const MISSING_CPUS =
  MISSING_NATIVE ?? (allowed === undefined || allowed.length < 2 ? 'two CPUs of Linux' : undefined);

test('a thread runs on the CPU that it is bound to', { skip: skipWhen(MISSING_CPUS) }, async () => {
  const cpu = allowed!.at(-1)!;
  assert.ok(!boundTo().includes(`${cpu}`));
  bench = new Bench(1, (data) => ({ ...data, cpu }));
  await bench.start();
  assert.equal(boundTo().filter((cpus) => cpus === `${cpu}`).length, 1);
  bench.device.search(taskOf(4_000));
  await until(() => bench.reports.length === 1);
  assert.deepEqual(bench.notices, []);
});

test('a CPU that is gone: the thread says so, and mines on any', async () => {
  bench = new Bench(1, (data) => ({ ...data, cpu: 8_191 }));
  await bench.start();
  assert.match(bench.notices.join(), /^a thread could not be bound to CPU 8191: .+; it mines on any$/);
  bench.device.search(taskOf(4_000));
  await until(() => bench.reports.length === 1);
});

test('many threads start some at a time, each after one before it has started or died', async () => {
  const threads = 3 * MAX_THREADS_STARTING;
  const { device, workers, ready } = startedByHand(threads);
  await until(() => workers.length > 0);
  assert.equal(workers.length, MAX_THREADS_STARTING);
  for (let settled = 0; settled < threads; settled++) {
    assert.equal(workers.length, Math.min(threads, settled + MAX_THREADS_STARTING));
    assert.equal(ready(), 0);
    if (settled === 5) workers[settled]!.onEnd('ended with exit code 1');
    else workers[settled]!.onMessage({ type: 'ready' });
  }
  assert.equal(ready(), 1);
  assert.equal(device.depth, 2 * (threads - 1));
  await device.close();
});

test('closed while its threads start, it starts no more', async () => {
  const { device, workers } = startedByHand(3 * MAX_THREADS_STARTING);
  await until(() => workers.length > 0);
  const closed = device.close();
  workers[0]!.onMessage({ type: 'ready' });
  await closed;
  assert.equal(workers.length, MAX_THREADS_STARTING);
});

test('under a limit of the load all is still searched, and a rest ends with a new parent', async () => {
  bench = new Bench(1);
  bench.device.setLoad(0.05);
  await bench.start();
  const done = taskOf(4_000);
  bench.device.search(done);
  await until(() => bench.reports.length === 1);
  assert.equal(bench.reports[0]!.hashes, 4_000);
  // A minute of work: it would rest for many more.
  const long = taskOf(2 ** 30);
  bench.device.search(long);
  await computed(20);
  bench.device.abandon(long.chain, 2);
  await until(() => bench.reports.length === 2);
  assert.ok(bench.reports[1]!.hashes < long.count / 10);
});
