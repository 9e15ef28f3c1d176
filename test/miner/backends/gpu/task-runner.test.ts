import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Dispatcher, TaskRunner } from '../../../../miner/backends/gpu/task-runner.js';
import type { SearchReport, SearchTask } from '../../../../miner/core/device.js';
import type { DispatchResult } from '../../../../shaders/layout.js';
import type { NonceRange } from '../../../../shaders/search.js';

/** A dispatcher with two slots whose dispatches end when the test says so, in order. */
class FakeDispatcher implements Dispatcher {
  freeSlots = 2;
  dispatchNonces = 100;
  readonly given: { start: bigint; count: number }[] = [];
  #ended = 0;
  readonly #flights: ((result: DispatchResult | Error) => void)[] = [];
  /** Nonces a ms of a device that never waits; as fast as it looks from here where it is undefined. */
  fullSpeed: number | undefined;

  busyMs(nonces: number, ms: number): number {
    return this.fullSpeed === undefined ? ms : Math.min(ms, nonces / this.fullSpeed);
  }

  dispatch({ start, count }: NonceRange): Promise<DispatchResult> {
    this.freeSlots--;
    this.given.push({ start, count });
    return new Promise((resolve, reject) => {
      this.#flights.push((result) => (result instanceof Error ? reject(result) : resolve(result)));
    });
  }

  /** Nonces of the oldest dispatch in flight. */
  get ahead(): number | undefined {
    return this.given[this.#ended]?.count;
  }

  /** The oldest dispatch ends. */
  async end(result: DispatchResult | Error = { finds: [], overflow: 0 }): Promise<void> {
    this.freeSlots++;
    this.#ended++;
    this.#flights.shift()!(result);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function task(id: number, count: number, generation = 1, chain = 0, start = 0n): SearchTask {
  const bytes = new Uint8Array(32);
  return { id, count, generation, chain, start, headerBlob: bytes, prefix: bytes, target: bytes };
}

function setUp(nowMs?: () => number) {
  const dispatcher = new FakeDispatcher();
  const reports: SearchReport[] = [];
  const errors: unknown[] = [];
  const events = {
    onReport: (report: SearchReport) => reports.push(report),
    onError: (error: unknown) => errors.push(error),
  };
  const runner = new TaskRunner(dispatcher, events, nowMs);
  return { dispatcher, reports, errors, runner };
}

test('tasks of one dispatch each keep two in flight, and are reported in order', async () => {
  const { dispatcher, reports, runner } = setUp();
  for (const id of [1, 2, 3, 4]) runner.add(task(id, 110));
  strictEqual(dispatcher.given.length, 2);
  for (let i = 0; i < 4; i++) await dispatcher.end();
  deepStrictEqual(
    reports.map(({ taskId, hashes, staleHashes }) => [taskId, hashes, staleHashes]),
    [1, 2, 3, 4].map((id) => [id, 110, 0]),
  );
});

test('a long task is cut, and its finds come together with their counters, past 2^64', async () => {
  const { dispatcher, reports, runner } = setUp();
  runner.add(task(1, 220, 1, 0, 2n ** 64n - 50n));
  await dispatcher.end({ finds: [{ offset: 60, word0: 0 }], overflow: 2 });
  await dispatcher.end({ finds: [{ offset: 5, word0: 0 }], overflow: 1 });
  deepStrictEqual(dispatcher.given, [
    { start: 2n ** 64n - 50n, count: 100 },
    { start: 50n, count: 120 },
  ]);
  deepStrictEqual(reports, [{ taskId: 1, hashes: 220, staleHashes: 0, finds: [10n, 55n], overflow: 3 }]);
});

test('stale tasks get no more dispatches; only what was in flight counts as stale', async () => {
  const { dispatcher, reports, runner } = setUp();
  runner.add(task(1, 500));
  runner.add(task(2, 100));
  runner.add(task(3, 100, 1, 7));
  runner.add(task(4, 100, 2));
  // Not stale when they came back, and so never.
  await dispatcher.end();
  await dispatcher.end();
  runner.abandon(0, 2);
  runner.abandon(0, 2);
  deepStrictEqual(reports, [{ taskId: 2, hashes: 0, staleHashes: 0, finds: [], overflow: 0 }]);
  await dispatcher.end({ finds: [{ offset: 1, word0: 0 }], overflow: 0 });
  await dispatcher.end();
  await dispatcher.end();
  await dispatcher.end();
  deepStrictEqual(
    reports.slice(1).map(({ taskId, hashes, staleHashes, finds }) => [taskId, hashes, staleHashes, finds]),
    [
      [1, 400, 200, [201n]],
      [3, 100, 0, []],
      [4, 100, 0, []],
    ],
  );
});

test('a dispatch that fails is told', async () => {
  const { dispatcher, errors, reports, runner } = setUp();
  runner.add(task(1, 100));
  const error = new Error('lost');
  await dispatcher.end(error);
  deepStrictEqual([errors, reports], [[error], []]);
});

/** A runner whose dispatches and rests take what the test says, on its own clock. */
function setUpLimited(context: TestContext, load: number) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  const parts = setUp(() => now);
  parts.runner.setLoad(load);
  const pass = (ms: number): void => {
    now += ms;
    context.mock.timers.tick(ms);
  };
  return { ...parts, pass, now: () => now };
}

test('under a limit it rests after each burst, and is busy for its part of the time', async (context) => {
  for (const load of [0.9, 0.6, 0.1]) {
    const { dispatcher, runner, pass, now } = setUpLimited(context, load);
    runner.add(task(1, 1_000_000));
    let busyMs = 0;
    let longestRestMs = 0;
    let restMs = 0;
    while (now() < 20_000) {
      if (dispatcher.freeSlots === 2) {
        pass(1);
        longestRestMs = Math.max(longestRestMs, ++restMs);
        continue;
      }
      restMs = 0;
      const nonces = dispatcher.ahead!;
      pass(nonces * 0.3);
      busyMs += nonces * 0.3;
      await dispatcher.end();
    }
    // At low loads dispatches are pieces of whole ones: no rest is half a second.
    ok(longestRestMs < 500, `${longestRestMs} ms at ${load}`);
    ok(Math.abs(busyMs / now() - load) < 0.03 * load, `${busyMs / now()} at ${load}`);
    context.mock.timers.reset();
  }
});

test('what the way to the device and back takes is rest: the rate is its part of the rate without a limit', async (context) => {
  for (const load of [0.8, 0.6, 0.3]) {
    const { dispatcher, runner, pass, now } = setUpLimited(context, load);
    dispatcher.fullSpeed = 100 / 30;
    runner.add(task(1, 1_000_000));
    let nonces = 0;
    let rested = true;
    while (now() < 20_000) {
      if (dispatcher.freeSlots === 2) {
        pass(1);
        rested = true;
        continue;
      }
      // A device that was at rest begins late.
      pass(rested ? 42 : 30);
      rested = false;
      nonces += dispatcher.ahead!;
      await dispatcher.end();
    }
    const part = (nonces / now()) * 0.3;
    ok(Math.abs(part - load) < 0.02 * load, `${part} at ${load}`);
    context.mock.timers.reset();
  }
});

test('a new parent ends a rest, and what is owed is rested later', async (context) => {
  const { dispatcher, runner, pass } = setUpLimited(context, 0.5);
  const burst = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      pass(30);
      await dispatcher.end();
    }
  };
  runner.add(task(1, 1_000));
  await burst();
  runner.add(task(2, 300, 2));
  strictEqual(dispatcher.given.length, 3);
  // Other chains' new parents leave it as it is.
  runner.abandon(7, 2);
  strictEqual(dispatcher.given.length, 3);
  pass(10);
  runner.abandon(0, 2);
  strictEqual(dispatcher.given.length, 5);
  await burst();
  runner.add(task(3, 100, 2));
  // 80 ms are left of the first rest, and 90 are due for the second burst.
  pass(169);
  strictEqual(dispatcher.given.length, 6);
  pass(1);
  strictEqual(dispatcher.given.length, 7);
});

test('a limit that is lifted lets work go on at once', async (context) => {
  const { dispatcher, runner, pass } = setUpLimited(context, 0.05);
  runner.add(task(1, 1_000));
  for (let i = 0; i < 3; i++) {
    pass(10);
    await dispatcher.end();
  }
  strictEqual(dispatcher.given.length, 3);
  runner.setLoad(1);
  strictEqual(dispatcher.given.length, 5);
});

test('a limit that is set at work owes rest for what follows alone', async (context) => {
  const { dispatcher, runner, pass } = setUpLimited(context, 1);
  runner.add(task(1, 10_000));
  // More than three seconds without a pause.
  for (let i = 0; i < 60; i++) {
    pass(30);
    await dispatcher.end();
    pass(30);
  }
  pass(10);
  runner.setLoad(0.5);
  // The two in flight and one more are the first burst: it ends 80 ms after.
  pass(20);
  await dispatcher.end();
  for (let i = 0; i < 2; i++) {
    pass(30);
    await dispatcher.end();
  }
  const { length } = dispatcher.given;
  pass(79);
  strictEqual(dispatcher.given.length, length);
  pass(1);
  strictEqual(dispatcher.given.length, length + 2);
});
