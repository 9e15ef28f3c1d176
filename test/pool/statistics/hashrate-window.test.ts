import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  HASHRATE_WINDOW_NAMES,
  HASHRATE_WINDOWS,
  HashrateWindows,
  summableMs,
  windowReachMs,
} from '../../../pool/statistics/hashrate-window.js';
import { poisson, seededRandom } from '../../support/seeded-random.js';

const SLICE = 10_000;
const HOUR = 3_600_000;
/** At no boundary of any bucket but the slices'. */
const START = 1_760_000_000_000 - (1_760_000_000_000 % HOUR) + 17 * SLICE;

/** Fills whole slices up to a time with shares of the same work. */
function fill(windows: HashrateWindows, fromMs: number, untilMs: number, shares: bigint, work: bigint): void {
  for (let ms = fromMs; ms < untilMs; ms += SLICE) windows.add(ms, shares * work, shares * work * work);
}

test('a steady rate is the same over all windows, wherever their buckets begin', () => {
  const windows = new HashrateWindows();
  const work = 3n << 70n;
  let filledMs = START;
  for (const untilMs of [26, 26.4, 27.1, 49].map(
    (hours) => START + Math.round((hours * HOUR) / SLICE) * SLICE,
  )) {
    fill(windows, filledMs, untilMs, 4n, work);
    filledMs = untilMs;
    const figures = windows.read(untilMs);
    for (const name of HASHRATE_WINDOW_NAMES) {
      const { rate } = figures[name];
      assert.ok(Math.abs(rate / (Number(4n * work) / 10) - 1) < 1e-12, `${name} ${rate}`);
    }
  }
});

test('work is summed exactly: a day at 10^18 hashes a second', () => {
  const windows = new HashrateWindows();
  const inSlice = 10n ** 19n + 1n;
  // Beginning and end on the hour: exactly 25 buckets of the day.
  const from = START - 17 * SLICE;
  for (let ms = from; ms < from + 25 * HOUR; ms += SLICE) windows.add(ms, inSlice, inSlice * inSlice);
  const { day, hour, tenMinutes, minute } = windows.read(from + 25 * HOUR);
  assert.equal(day.work, inSlice * 25n * 360n);
  assert.equal(hour.work, inSlice * 390n);
  assert.equal(tenMinutes.work, inSlice * 66n);
  assert.equal(minute.work, inSlice * 7n);
  assert.equal(minute.rate, Number(minute.work) / 70);
});

test('windows are as long as they say, and at most one bucket longer', () => {
  for (const [name, lengthMs, bucketMs] of [
    ['minute', 60_000, 10_000],
    ['tenMinutes', 600_000, 60_000],
    ['hour', HOUR, 300_000],
    ['day', 24 * HOUR, HOUR],
  ] as const) {
    for (let offset = 0; offset < 2 * HOUR; offset += 13 * SLICE) {
      const until = START + offset;
      const has = (ageMs: number): boolean => {
        const windows = new HashrateWindows();
        windows.add(until - ageMs, 1n, 1n);
        return windows.read(until)[name].work === 1n;
      };
      assert.ok(has(SLICE) && has(lengthMs), `${name} ${offset}`);
      assert.ok(!has(lengthMs + bucketMs + SLICE), `${name} ${offset}`);
    }
  }
});

test('slices may come late, in parts, and in any order', () => {
  const random = seededRandom(3);
  const slices = Array.from({ length: 9000 }, (_, i) => ({
    startMs: START + i * SLICE,
    work: BigInt(i + 1),
  }));
  const until = START + 9000 * SLICE;
  const [inOrder, anyhow] = [new HashrateWindows(), new HashrateWindows()];
  for (const { startMs, work } of slices) inOrder.add(startMs, work * 2n, work * work * 2n);
  // Two front ends, one of which comes hours late.
  for (const { startMs, work } of slices) anyhow.add(startMs, work, work * work);
  for (const { startMs, work } of slices.toSorted(() => random() - 0.5))
    anyhow.add(startMs, work, work * work);
  assert.deepEqual(anyhow.read(until), inOrder.read(until));
});

test('what is older than a window does not come back into it', () => {
  const windows = new HashrateWindows();
  windows.add(START, 5n, 25n);
  windows.add(START - 70_000, 7n, 49n);
  const { minute, tenMinutes } = windows.read(START + SLICE);
  assert.deepEqual([minute.work, tenMinutes.work], [5n, 12n]);
});

test('nothing is left after a day of silence', () => {
  const windows = new HashrateWindows();
  const empty = (seconds: number) => ({ work: 0n, rate: 0, seconds, error99: undefined });
  assert.ok(windows.isEmpty(START));
  windows.add(START, 1000n, 1000n);
  assert.ok(!windows.isEmpty(START + 20 * HOUR));
  assert.ok(windows.isEmpty(START + 26 * HOUR));
  assert.deepEqual(windows.read(START + 26 * HOUR), {
    minute: empty(70),
    tenMinutes: empty(650),
    hour: empty(3770),
    day: empty(86570),
  });
  assert.deepEqual(new HashrateWindows().read(0).minute, empty(70));
});

test('coarse sums of a chart count where they fit', () => {
  const windows = new HashrateWindows();
  windows.add(START - (START % 600_000), 600n, 600n, 600_000);
  const { minute, tenMinutes, hour, day } = windows.read(START + HOUR / 2);
  assert.deepEqual([minute.work, tenMinutes.work, hour.work, day.work], [0n, 0n, 0n, 600n]);
});

test('the true rate is within the error in 99 of 100 cases, also with shares of very different work', () => {
  const random = seededRandom(9);
  const rate = 1000;
  // Eleven whole minutes: all buckets of the window.
  const until = START - (START % 60_000);
  const slices = 66;
  let within = 0;
  const runs = 4000;
  for (let run = 0; run < runs; run++) {
    const windows = new HashrateWindows();
    for (let slice = 1; slice <= slices; slice++) {
      // Half of the time at one difficulty, half at one four times as high.
      const work = slice % 2 === 0 ? 500n : 2000n;
      const shares = BigInt(poisson((rate * 10) / Number(work), random));
      windows.add(until - slice * SLICE, shares * work, shares * work * work);
    }
    const measured = windows.read(until).tenMinutes;
    if (Math.abs(measured.rate - rate) <= measured.rate * measured.error99!) within++;
  }
  assert.ok(within / runs > 0.98 && within / runs < 0.998, `${within / runs}`);
});

test('no window is longer than the time since the first share, nor less than a minute', () => {
  const windows = new HashrateWindows();
  const work = 1_000n;
  const rate = Number(4n * work) / 10;
  let filledMs = START;
  for (const [ageMs, daySeconds] of [
    [5 * 60_000, 300],
    [30 * 60_000, 1_800],
    [3 * HOUR, 10_800],
  ] as const) {
    const untilMs = START + ageMs;
    fill(windows, filledMs, untilMs, 4n, work);
    filledMs = untilMs;
    const figures = windows.read(untilMs);
    for (const name of HASHRATE_WINDOW_NAMES) {
      const { rate: measured, seconds, error99, work: counted } = figures[name];
      assert.ok(Math.abs(measured / rate - 1) < 1e-12, `${name} ${measured}`);
      assert.ok(seconds <= daySeconds, `${name} ${seconds}`);
      // The error is that of the shares that were counted, however long the window is by its name.
      assert.ok(Math.abs(error99! * Math.sqrt(Number(counted / work)) - 2.58) < 1e-9, name);
    }
    assert.equal(figures.day.seconds, daySeconds);
  }
  const young = new HashrateWindows();
  young.add(START, work, work * work);
  assert.equal(young.read(START + SLICE).day.seconds, 60, 'one share in ten seconds is no fast miner');
});

test('slices that are summed as long as they may be are in every window that reaches back to them', () => {
  const from = START - 17 * SLICE;
  for (let ageMs = 0; ageMs <= windowReachMs('day'); ageMs += 23 * SLICE) {
    const untilMs = from + 26 * HOUR;
    const startMs = untilMs - ageMs - SLICE;
    const lengthMs = summableMs(ageMs);
    const [single, summed] = [new HashrateWindows(), new HashrateWindows()];
    single.add(startMs, 1n, 1n);
    summed.add(Math.floor(startMs / lengthMs) * lengthMs, 1n, 1n, lengthMs, startMs);
    assert.deepEqual(summed.read(untilMs), single.read(untilMs), `age ${ageMs}, summed over ${lengthMs}`);
  }
  // The buckets of a longer window are whole ones of each shorter window, so that a sum lies in one bucket.
  const lengths = HASHRATE_WINDOW_NAMES.map((name) => HASHRATE_WINDOWS[name].bucketMs);
  for (const [i, length] of lengths.entries()) assert.equal(length % (lengths[i - 1] ?? SLICE), 0);
});
