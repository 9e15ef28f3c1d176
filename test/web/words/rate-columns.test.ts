import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, timeRange } from '../../../web/words/rate-columns.js';

const MINUTE = 60_000;
const point = (startMs: number, hashrate: number, sharesPerSecond = 1) => ({
  startMs,
  hashrate,
  sharesPerSecond,
});

test('intervals without a share are there with a rate of 0', () => {
  const [times, rates] = columnsOf([point(0, 5), point(3 * MINUTE, 7)], MINUTE, 5 * MINUTE);
  assert.deepEqual(times, [0, 60, 120, 180, 240]);
  assert.deepEqual(rates, [5, 0, 0, 7, 0]);
});

test('an interval that has just begun is left out, but not the only one', () => {
  const young = [point(0, 5), point(MINUTE, 1)];
  assert.deepEqual(columnsOf(young, MINUTE, MINUTE + 5_000)[1], [5]);
  assert.deepEqual(columnsOf(young, MINUTE, MINUTE + 6_000)[1], [5, 1]);
  assert.deepEqual(columnsOf([point(0, 5)], MINUTE, 1_000)[1], [5]);
});

test('the error shrinks with the number of shares, and of very few nothing is said', () => {
  const [, , low, high] = columnsOf(
    [point(0, 100, 100 / 60), point(MINUTE, 100, 3 / 60)],
    MINUTE,
    2 * MINUTE,
  );
  assert.ok(Math.abs(high[0]! - 125.76) < 0.01 && Math.abs(low[0]! - 74.24) < 0.01);
  assert.deepEqual([low[1], high[1]], [null, null]);
});

test('no points, and a clock that is far off, end', () => {
  assert.deepEqual(columnsOf([], MINUTE, 5), [[], [], [], []]);
  assert.equal(columnsOf([point(0, 1)], MINUTE, 1e15)[0].length, 1_000);
});

test('a chart of one point ends with it, and shows some time before', () => {
  assert.deepEqual(timeRange([7_200], 600_000), [0, 7_200]);
  assert.deepEqual(timeRange([7_200, 7_800], 600_000), [600, 7_800]);
  assert.deepEqual(timeRange([0, 10_000], 600_000), [0, 10_000]);
});
