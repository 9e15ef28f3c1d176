import { deepEqual, equal, match, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { describeMachine } from '../../../bench/machine.js';
import { type Figures, type Measurement, parsePoolLoadRun } from '../../../bench/pool-load/result.js';
import { compareScenarios, compareSides, isKept } from '../../../bench/pool-load/summary.js';
import { describeRows } from '../../../bench/pool-load/words.js';

function measured(scenario: string, target: string, repetition: number, figures: Figures): Measurement {
  return { scenario, target, repetition, figures, rejected: {}, failures: {} };
}

/** Costs of a share in three repetitions. */
function costs(target: string, values: readonly number[]): Measurement[] {
  return values.map((cpuUsPerShare, i) => measured('shares', target, i, { cpuUsPerShare }));
}

test('ratios are taken pair by pair: a machine that was slow for both changes nothing', () => {
  const [row] = compareSides(costs('bare', [10, 100, 10]), costs('lesswork', [15, 150, 15]));
  deepEqual([row?.a, row?.b, row?.ratio], [10, 15, 1.5]);
  const [uneven] = compareSides(costs('bare', [10, 12]), costs('lesswork', [33]));
  equal(uneven?.ratio, 3);
});

test('promises are judged by ratio or by value, and not without one', () => {
  const rows = compareSides(
    [measured('shares', 'bare', 0, { cpuUsPerShare: 10, sharesPerSecond: 1_000, jobsPerSecond: 5 })],
    [
      measured('shares', 'lesswork', 0, {
        cpuUsPerShare: 18,
        sharesPerSecond: 600,
        jobsPerSecond: 5,
        redisCpuUsPerShare: 0.5,
      }),
    ],
  );
  deepEqual(
    rows.map((row) => [row.figure, isKept(row)]),
    [
      ['cpuUsPerShare', false],
      ['sharesPerSecond', true],
      ['jobsPerSecond', undefined],
      ['redisCpuUsPerShare', true],
    ],
  );
  const lines = describeRows(rows, ['bare', 'lesswork']);
  match(lines[1]!, /cpuUsPerShare +10\.00 +18\.00 +1\.800 +MISSED: ratio at most 1\.7$/);
  match(lines[4]!, /redisCpuUsPerShare +- +0\.50 +- +ok: at most 1$/);
});

test('what could not be measured is passed over', () => {
  const [row] = compareSides(
    [
      measured('latency', 'bare', 0, { jobMsP99: Number.NaN }),
      measured('latency', 'bare', 1, { jobMsP99: 4 }),
    ],
    [measured('latency', 'lesswork', 0, { jobMsP99: 8 })],
  );
  equal(row?.ratio, 2);
});

test('a run is read back as it was written, and refused with the place of the fault', () => {
  const run = { machine: describeMachine([]), measurements: costs('bare', [1, 2]) };
  deepEqual(parsePoolLoadRun(JSON.stringify(run)), JSON.parse(JSON.stringify(run)));
  throws(() => parsePoolLoadRun('{'), SyntaxError);
  for (const text of ['null', '[]', '{}', '{"measurements":7}'])
    throws(() => parsePoolLoadRun(text), /"measurements" expected/);
  for (const [key, value] of Object.entries({ scenario: 1, target: null, figures: 'x' })) {
    const bad = { measurements: [run.measurements[0], { ...run.measurements[1], [key]: value }] };
    throws(() => parsePoolLoadRun(JSON.stringify(bad)), new RegExp(`"measurements\\[1\\].${key}" expected`));
  }
  const bad = { measurements: [measured('a', 'b', 0, { x: 'y' as unknown as number })] };
  throws(() => parsePoolLoadRun(JSON.stringify(bad)), /"measurements\[0\]\.figures\.x" expected a number/);
});

test('scenarios with hostile clients are held against peace, and against the same clients at a sink', () => {
  const measurements = [
    measured('calm', 'lesswork', 0, { answerMsP99: 10 }),
    measured('rubbish-elsewhere', 'lesswork', 0, { answerMsP99: 20 }),
    measured('rubbish', 'lesswork', 0, { answerMsP99: 21 }),
  ];
  deepEqual(
    compareScenarios(measurements).map((row) => [row.scenario, row.ratio, isKept(row)]),
    [
      ['rubbish/calm', 2.1, false],
      ['rubbish-elsewhere/calm', 2, undefined],
      ['rubbish/rubbish-elsewhere', 1.05, true],
    ],
  );
});

test('a pool that burns coins is held against the same without', () => {
  const rows = compareScenarios([
    measured('polw-few-off', 'lesswork', 0, { jobMsP50: 10, cpuUsPerJob: 20 }),
    measured('polw-few', 'lesswork', 0, { jobMsP50: 10.9, cpuUsPerJob: 23 }),
  ]);
  deepEqual(
    rows.map((row) => [row.scenario, row.figure, isKept(row)]),
    [
      ['polw-few/polw-few-off', 'jobMsP50', true],
      ['polw-few/polw-few-off', 'cpuUsPerJob', false],
    ],
  );
});

test('a pool that credits its miners is held against the same without, and a run that credited nothing fails', () => {
  const measure = (blocksCredited: number) =>
    compareScenarios([
      measured('settled-shares-off', 'lesswork', 0, {
        mainCpuUsPerShare: 20,
        jobMsP50: 10,
        blocksCredited: 0,
      }),
      measured('settled-shares', 'lesswork', 0, { mainCpuUsPerShare: 20.9, jobMsP50: 11, blocksCredited }),
    ]).map((row) => [row.figure, isKept(row)]);
  deepEqual(measure(40), [
    ['mainCpuUsPerShare', true],
    ['jobMsP50', false],
    ['blocksCredited', true],
  ]);
  deepEqual(measure(0).at(-1), ['blocksCredited', false]);
});
