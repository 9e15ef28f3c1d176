import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import {
  hashesPerBusySecond,
  hashesPerSecond,
  joinWindows,
  median,
  percentile,
  spread,
} from '../../bench/statistics.js';

test('the median is the middle value, or the mean of the two in the middle, in whatever order', () => {
  equal(median([5]), 5);
  equal(median([9, 1, 5]), 5);
  equal(median([4, 1, 3, 2]), 2.5);
  throws(() => median([]), RangeError);
});

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  equal(percentile(values, 0.99), 99);
  equal(percentile(values, 0.5), 50);
  equal(percentile([7], 0.01), 7);
  throws(() => percentile([], 0.5), RangeError);
});

test('the spread is highest less lowest by the median', () => {
  equal(spread([90, 100, 130]), 0.4);
  equal(spread([3, 3, 3]), 0);
});

test('rates are by CPU time where it is known, and by the clock where it is not', () => {
  equal(hashesPerSecond({ hashes: 50, wallMs: 100, cpuMs: 25 }), 500);
  equal(hashesPerBusySecond({ hashes: 50, wallMs: 100, cpuMs: 25 }), 2000);
  equal(hashesPerBusySecond({ hashes: 50, wallMs: 100, cpuMs: undefined }), 500);
});

test('windows add up; CPU time only if all have it', () => {
  const a = { hashes: 1, wallMs: 10, cpuMs: 4 };
  deepEqual(joinWindows([a, a]), { hashes: 2, wallMs: 20, cpuMs: 8 });
  deepEqual(joinWindows([a, { ...a, cpuMs: undefined }]), { hashes: 2, wallMs: 20, cpuMs: undefined });
});
