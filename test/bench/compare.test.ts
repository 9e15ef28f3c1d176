import { deepEqual, equal, match, throws } from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchRun } from '../../bench/app.js';
import { compareRuns, describeComparison, parseBenchRun } from '../../bench/compare.js';
import { describeMachine } from '../../bench/machine.js';
import type { BenchResult } from '../../bench/measure.js';

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

function run(...results: BenchResult[]): BenchRun {
  return { machine: describeMachine([]), results };
}

test('CPU results pair by backend and threads, whatever the CPU', () => {
  const a = run(result({}), result({ threads: 2 }), result({ backend: 'cpu-noble' }));
  const b = run(
    result({ threads: 2, device: 'Another', hashesPerSecond: 3_000_000 }),
    result({ threads: 8 }),
  );
  deepEqual(
    compareRuns(a, b).map(({ name, ratio }) => [name, ratio]),
    [
      ['cpu-wasm, 1 thread', undefined],
      ['cpu-wasm, 2 threads', 3],
      ['cpu-noble, 1 thread', undefined],
      ['cpu-wasm, 8 threads', undefined],
    ],
  );
});

test('cards pair by name, or as the only ones', () => {
  const card = (device: string, hashesPerSecond: number) =>
    result({ backend: 'webgpu', device, hashesPerSecond });
  equal(compareRuns(run(card('x', 100)), run(card('y', 50)))[0]?.ratio, 0.5);
  const several = compareRuns(run(card('x', 100), card('y', 100)), run(card('y', 50)));
  deepEqual(
    several.map(({ ratio }) => ratio),
    [undefined, 0.5],
  );
});

test('what is not verified says so', () => {
  const lines = describeComparison(compareRuns(run(result({})), run(result({ verified: false }))));
  match(lines[0] ?? '', /1\.00 MH\/s +1\.00 MH\/s +1\.000 +not verified/);
});

test('a file is read back as it was written, and refused with the place of the fault', () => {
  const good = run(result({}));
  deepEqual(parseBenchRun(JSON.stringify(good)), JSON.parse(JSON.stringify(good)));
  throws(() => parseBenchRun('{'), SyntaxError);
  for (const text of ['null', '[]', '{}', '{"results":7}']) throws(() => parseBenchRun(text), /"results"/);
  for (const [key, value] of Object.entries({ backend: 1, device: null, threads: '2', hashesPerSecond: 0 })) {
    const bad = { results: [result({}), { ...result({}), [key]: value }] };
    throws(() => parseBenchRun(JSON.stringify(bad)), new RegExp(`"results\\[1\\].${key}" expected`));
  }
});
