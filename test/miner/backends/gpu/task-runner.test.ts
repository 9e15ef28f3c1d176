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
  readonly #flights: ((result: DispatchResult | Error) => void)[] = [];

  dispatch({ start, count }: NonceRange): Promise<DispatchResult> {
    this.freeSlots--;
    this.given.push({ start, count });
    return new Promise((resolve, reject) => {
      this.#flights.push((result) => (result instanceof Error ? reject(result) : resolve(result)));
    });
  }

  /** The oldest dispatch ends. */
  async end(result: DispatchResult | Error = { finds: [], overflow: 0 }): Promise<void> {
    this.freeSlots++;
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
    let most = 0;
    while (now() < 20_000) {
      const flying = 2 - dispatcher.freeSlots;
      most = Math.max(most, flying);
      if (flying === 0) {
        pass(1);
        continue;
      }
      pass(30);
      busyMs += 30;
      await dispatcher.end();
    }
    // Long rests come after single dispatches: never half a second.
    strictEqual(most, load === 0.1 ? 1 : 2);
    ok(Math.abs(busyMs / now() - load) < 0.03 * load, `${busyMs / now()} at ${load}`);
    context.mock.timers.reset();
  }
});

test('a new parent ends a rest, and what is owed is rested later', async (context) => {
  const { dispatcher, runner, pass } = setUpLimited(context, 0.5);
  runner.add(task(1, 1_000));
  pass(30);
  await dispatcher.end();
  pass(30);
  await dispatcher.end();
  runner.add(task(2, 200, 2));
  strictEqual(dispatcher.given.length, 2);
  // Other chains' new parents leave it as it is.
  runner.abandon(7, 2);
  strictEqual(dispatcher.given.length, 2);
  pass(10);
  runner.abandon(0, 2);
  strictEqual(dispatcher.given.length, 4);
  pass(30);
  await dispatcher.end();
  pass(30);
  await dispatcher.end();
  runner.add(task(3, 100, 2));
  // 50 ms are left of the first rest, and 60 are due for the second burst.
  pass(109);
  strictEqual(dispatcher.given.length, 4);
  pass(1);
  strictEqual(dispatcher.given.length, 5);
});

test('a limit that is lifted lets work go on at once', async (context) => {
  const { dispatcher, runner, pass } = setUpLimited(context, 0.05);
  runner.add(task(1, 1_000));
  pass(30);
  await dispatcher.end();
  strictEqual(dispatcher.given.length, 1);
  runner.setLoad(1);
  strictEqual(dispatcher.given.length, 3);
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
  // The two in flight end 20 ms and 50 ms after: they are the first burst.
  pass(20);
  await dispatcher.end();
  pass(30);
  await dispatcher.end();
  const { length } = dispatcher.given;
  pass(49);
  strictEqual(dispatcher.given.length, length);
  pass(1);
  strictEqual(dispatcher.given.length, length + 2);
});
