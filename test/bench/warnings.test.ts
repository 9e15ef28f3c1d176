import { deepEqual, match } from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchResult } from '../../bench/measure.js';
import { warningsOf } from '../../bench/warnings.js';

function result(parts: Partial<BenchResult>): BenchResult {
  return {
    backend: 'cpu-wasm',
    device: 'A CPU',
    threads: 1,
    hashesPerSecond: 1_000_000,
    spread: 0.01,
    ceilingHashesPerSecond: null,
    ofCeiling: null,
    verified: true,
    ...parts,
  };
}

test('windows more than 10 % apart are warned of', () => {
  deepEqual(warningsOf(result({ spread: 0.1 }), []), []);
  const [line, ...others] = warningsOf(result({ spread: 0.1652 }), []);
  match(line!, /^cpu-wasm, 1 thread: the fastest and the slowest window are 16\.5 % apart/);
  deepEqual(others, []);
});

test('threads that make less together than one alone are warned of', () => {
  const one = result({});
  const two = (hashesPerSecond: number) => result({ threads: 2, hashesPerSecond });
  deepEqual(warningsOf(two(1_000_000), [one]), []);
  const [line, ...others] = warningsOf(two(900_000), [result({ backend: 'cpu-noble' }), one]);
  match(line!, /^cpu-wasm, 2 threads: 900 kH\/s is less than the 1\.00 MH\/s of one thread/);
  deepEqual(others, []);
});

test('a result is compared with one thread of its own kind only', () => {
  const noble = result({ backend: 'cpu-noble', hashesPerSecond: 5_000_000 });
  deepEqual(warningsOf(result({ threads: 2 }), [noble]), []);
  const card = result({ backend: 'webgpu', hashesPerSecond: 2 });
  deepEqual(warningsOf({ ...card, hashesPerSecond: 1 }, [card]), []);
});
