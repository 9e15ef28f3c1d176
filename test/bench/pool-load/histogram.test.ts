import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from '../../../bench/pool-load/histogram.js';

test('percentiles are at most 2.2 % too high, and never above the highest', () => {
  const histogram = new Histogram();
  for (let us = 1; us <= 10_000; us++) histogram.record(us);
  for (const [share, exact] of [
    [0.5, 5_000],
    [0.99, 9_900],
    [0.001, 10],
  ] as const) {
    const us = histogram.percentileUs(share);
    ok(us >= exact && us <= exact * 1.022, `${share}: ${us}`);
  }
  equal(histogram.percentileUs(1), 10_000);
  equal(histogram.maxUs, 10_000);
  equal(histogram.total, 10_000);
});

test('histograms of several processes add up', () => {
  const [all, a, b] = [new Histogram(), new Histogram(), new Histogram()];
  for (let i = 0; i < 1_000; i++) {
    const us = 1.01 ** i;
    all.record(us);
    (i % 3 === 0 ? a : b).record(us);
  }
  const sum = new Histogram();
  sum.add(a.counts());
  sum.add(JSON.parse(JSON.stringify(b.counts())));
  deepEqual(sum.counts(), all.counts());
  equal(sum.total, 1_000);
});

test('nothing recorded, nothing told', () => {
  const histogram = new Histogram();
  histogram.record(5);
  histogram.clear();
  ok(Number.isNaN(histogram.percentileUs(0.5)));
  equal(histogram.maxUs, 0);
});

test('times below and beyond the buckets count in the outer ones', () => {
  const histogram = new Histogram();
  histogram.record(-3);
  equal(histogram.percentileUs(1), 0);
  histogram.record(1e15);
  equal(histogram.total, 2);
  ok(histogram.percentileUs(1) > 1e10);
});
