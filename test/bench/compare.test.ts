import { deepEqual, equal, match, throws } from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchRun } from '../../bench/app.js';
import {
  type Comparison,
  compareRuns,
  describeComparison,
  lossesOf,
  parseBenchRun,
  verdictOf,
} from '../../bench/compare.js';
import { describeMachine } from '../../bench/machine.js';
import type { BenchResult } from '../../bench/measure.js';
import type { CpuKernelName } from '../../shaders/cpu/cpu-kernel.js';

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

test('kernels pair with themselves, and with no result of a run that measured the fastest alone', () => {
  const kernel = (name: CpuKernelName, hashesPerSecond: number) =>
    result({ backend: 'cpu-native', kernel: name, hashesPerSecond });
  const a = run(kernel('native-avx2', 100), kernel('native-avx512', 200));
  const b = run(kernel('native-avx512', 400), kernel('native-avx2', 150));
  deepEqual(
    compareRuns(a, b).map(({ name, ratio }) => [name, ratio]),
    [
      ['cpu-native-avx2, 1 thread', 1.5],
      ['cpu-native-avx512, 1 thread', 2],
    ],
  );
  equal(compareRuns(a, run(result({ backend: 'cpu-native' })))[0]?.ratio, undefined);
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

/** Windows whose median is a rate, some per mille apart. */
function around(rate: number): BenchResult {
  const windows = [-3, -2, -1, 0, 1, 2, 3].map((step) => rate * (1 + step / 1000));
  return result({ hashesPerSecond: rate, windows });
}

/** The only comparison of two results. */
function compared(a: BenchResult, b: BenchResult): Comparison {
  return compareRuns(run(a), run(b))[0]!;
}

test('a difference is told from noise by the windows, not by its size', () => {
  equal(verdictOf(compared(around(1_000_000), around(990_000))), 'slower');
  equal(verdictOf(compared(around(1_000_000), around(1_010_000))), 'faster');
  equal(verdictOf(compared(around(1_000_000), around(1_000_500))), 'noise');
  const wild = { windows: [100_000, 500_000, 700_000, 800_000, 1_000_000, 1_100_000, 1_200_000] };
  equal(verdictOf(compared(around(1_000_000), result({ ...wild, hashesPerSecond: 800_000 }))), 'noise');
});

test('a run beside other programs is slower on the clock, and not per CPU second', () => {
  const { windows } = around(1_000_000);
  const quiet = { ...around(1_000_000), cpuWindows: windows! };
  const busy = { ...around(500_000), cpuWindows: windows!.map((rate) => rate + 100) };
  const comparison = compared(quiet, busy);
  deepEqual([comparison.ratio, comparison.cpuRatio], [0.5, 1.0001]);
  equal(verdictOf(comparison), 'noise');
  deepEqual(lossesOf([comparison], 0.95), []);
  const slow = { ...around(1_000_000), cpuWindows: windows!.map((rate) => rate * 0.9) };
  equal(verdictOf(compared(quiet, slow)), 'slower');
  deepEqual(lossesOf([compared(quiet, slow)], 0.95), [
    "cpu-wasm, 1 thread: 0.900 of the first run's rate per CPU second, expected at least 0.95",
  ]);
  // Without CPU time on one side the clock is all there is.
  equal(verdictOf(compared(quiet, { ...busy, cpuWindows: null })), 'slower');
});

test('nothing is said of noise without windows, or with too few of them', () => {
  equal(verdictOf(compared(around(1_000_000), result({}))), 'untested');
  const few = result({ windows: [1, 2, 3, 4] });
  equal(verdictOf(compared(few, around(1_000_000))), 'untested');
  // 5 beside 5 are the fewest that can differ by more than chance.
  equal(
    verdictOf(compared(result({ windows: [1, 2, 3, 4, 5] }), result({ windows: [6, 7, 8, 9, 10] }))),
    'faster',
  ); // the rate of both is the same here: only the windows count
});

test('the table has a header, percent, and what is noise', () => {
  const comparisons = compareRuns(
    run(around(1_000_000), result({ threads: 2 }), result({ backend: 'cpu-noble', threads: 1 })),
    run(around(1_250_000), result({ threads: 2, hashesPerSecond: 999_990, verified: false })),
  );
  const lines = describeComparison(comparisons, ['a.json', '/a/path/that/is/long/enough/to/be/cut/b.json']);
  match(lines[0]!, /^result +a\.json +\.\.\.ough\/to\/be\/cut\/b\.json +change +per CPU s$/);
  match(lines[1]!, /^cpu-wasm, 1 thread +1\.00 MH\/s +1\.25 MH\/s +\+25\.0 % +- +faster \(p < 0\.001\)$/);
  match(lines[2]!, / 0\.0 % +- +noise unknown: a file has no windows, not verified$/);
  match(lines[3]!, /^cpu-noble, 1 thread +1\.00 MH\/s +- +- +- +only in the first$/);
  equal(lines[4], '');
  match(lines[5]!, /^p: .*Mann-Whitney/);
  equal(describeComparison(compareRuns(run(result({})), run(result({}))), ['a', 'b']).length, 2);
});

test('a loss is a rate too low beyond noise, a result that is missing, or one that is wrong', () => {
  const losses = (a: readonly BenchResult[], b: readonly BenchResult[], least = 0.95) =>
    lossesOf(compareRuns(run(...a), run(...b)), least);
  deepEqual(losses([around(1_000_000)], [around(960_000)]), []);
  deepEqual(losses([around(1_000_000)], [around(940_000)]), [
    "cpu-wasm, 1 thread: 0.940 of the first run's rate, expected at least 0.95",
  ]);
  deepEqual(losses([around(1_000_000)], [around(2_000_000)]), []);
  const wild = result({
    hashesPerSecond: 800_000,
    windows: [100_000, 500_000, 700_000, 800_000, 1_000_000, 1_100_000, 1_200_000],
  });
  deepEqual(losses([around(1_000_000)], [wild]), []);
  // Without windows nobody can say that it is noise.
  equal(losses([result({})], [result({ hashesPerSecond: 900_000 })]).length, 1);
  match(losses([around(1_000_000)], [])[0]!, /the second run has no such result/);
  deepEqual(losses([around(1_000_000)], [around(1_000_000), result({ threads: 2 })]), []);
  match(losses([around(1_000_000)], [{ ...around(1_000_000), verified: false }])[0]!, /not verified/);
  deepEqual(losses([], [around(1_000_000)]), ['the first run has no results']);
});

test('a file is read back as it was written, and refused with the place of the fault', () => {
  const good = run(result({}));
  deepEqual(parseBenchRun(JSON.stringify(good)), JSON.parse(JSON.stringify(good)));
  throws(() => parseBenchRun('{'), /expected JSON, as bench --json prints it/);
  for (const text of ['null', '[]', '{}', '{"results":7}']) throws(() => parseBenchRun(text), /"results"/);
  for (const [key, value] of Object.entries({ backend: 1, device: null, threads: '2', hashesPerSecond: 0 })) {
    const bad = { results: [result({}), { ...result({}), [key]: value }] };
    throws(() => parseBenchRun(JSON.stringify(bad)), new RegExp(`"results\\[1\\].${key}" expected`));
  }
  for (const windows of [7, ['1'], [1, 0], new Array(65).fill(1)]) {
    const bad = { results: [{ ...result({}), windows }] };
    throws(() => parseBenchRun(JSON.stringify(bad)), /"results\[0\].windows" expected a list/);
    const worse = { results: [{ ...result({}), cpuWindows: windows }] };
    throws(() => parseBenchRun(JSON.stringify(worse)), /"results\[0\].cpuWindows" expected a list/);
  }
});
