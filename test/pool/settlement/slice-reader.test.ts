import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredSlice } from '../../../pool/ports/store.js';
import { NO_LATE_WORK } from '../../../pool/settlement/late-work.js';
import { SliceReader } from '../../../pool/settlement/slice-reader.js';
import { Turns } from '../../../pool/settlement/turns.js';

const SLICE_MS = 10_000;

/** Reads of a store with these slices, by number, each of so many entries. */
function readerOf(sizes: ReadonlyMap<number, number>) {
  const read: { readonly slices: number; readonly entries: number }[] = [];
  const entry = { worker: 1, chain: 0, shares: 1, work: 1n, workSquared: 1n };
  const slices = async (fromMs: number, toMs: number): Promise<StoredSlice[]> => {
    const numbers = [...sizes].filter(([n]) => n * SLICE_MS >= fromMs && n * SLICE_MS < toMs);
    const parts = numbers.map(([n, size]) => ({
      startMs: n * SLICE_MS,
      journal: 'a',
      number: n,
      entries: Array.from({ length: size }, () => entry),
      targets: [],
    }));
    const entries = numbers.reduce((sum, [, size]) => sum + size, 0);
    read.push({ slices: (toMs - fromMs) / SLICE_MS, entries });
    return parts;
  };
  const turns = new Turns(
    () => 0,
    async () => {},
  );
  const reader = new SliceReader({ slices }, NO_LATE_WORK, turns);
  const back = async (from: number, to: number): Promise<number[]> => {
    const starts: number[] = [];
    for await (const { startMs } of reader.back(from * SLICE_MS, to * SLICE_MS))
      starts.push(startMs / SLICE_MS);
    return starts;
  };
  return { read, back };
}

test('slices of a large pool are read one by one, also behind a gap and in a second pass', async () => {
  const sizes = new Map(
    [...Array(5).keys(), ...Array(5).keys()].map((n, i) => [n + (i < 5 ? 100 : 900), 10_000]),
  );
  const { read, back } = readerOf(sizes);
  const wanted = [904, 903, 902, 901, 900, 104, 103, 102, 101, 100];
  assert.deepEqual(await back(0, 1_000), wanted);
  assert.deepEqual(await back(90, 905), wanted);
  // Of what comes first nothing is known: a few slices are read at once then.
  assert.ok(read.every(({ entries }) => entries <= 50_000));
  assert.deepEqual(
    read.filter(({ entries }) => entries > 10_000),
    read.filter(({ entries }) => entries > 10_000).slice(0, 1),
  );
});

test('those of a small pool are read by the hour', async () => {
  const { read, back } = readerOf(new Map([...Array(5_000).keys()].map((n) => [n, 1])));
  assert.equal((await back(0, 5_000)).length, 5_000);
  assert.equal(Math.max(...read.map(({ slices }) => slices)), 360);
  assert.ok(read.length < 30);
});
