import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchRun } from '../../bench/app.js';
import type { BenchResult } from '../../bench/measure.js';
import { benchCsv, benchMarkdown } from '../../bench/tables.js';

/** Of a run of all kernels. */
const KERNEL: BenchResult = {
  ...{ backend: 'cpu-native', kernel: 'native-avx2', device: 'A CPU', threads: 1, hashesPerSecond: 1_000 },
  ...{ windows: [900, 1_000, 1_001], cpuWindows: [1_100, 1_099, 1_200], spread: 0.01 },
  ...{ ceilingHashesPerSecond: 2_000, ofCeiling: 0.5, verified: true },
};

const RUN: BenchRun = {
  machine: {
    ...{ cpu: 'A|B', cores: 1, memoryGiB: 24, os: 'linux 6.1', arch: 'x64', node: '24.0.0' },
    ...{ cpuKernel: 'noble', cpuClock: 'schedstat', adapters: [] },
  },
  results: [
    {
      ...{ backend: 'cpu-noble', device: '=1+1', threads: 1, hashesPerSecond: 80_679, spread: 0.285 },
      ...{ ceilingHashesPerSecond: null, ofCeiling: null, verified: true },
    },
    {
      ...{
        backend: 'webgpu',
        device: 'Card "X", 8 GB | <b>',
        threads: 1,
        hashesPerSecond: 2.5e9,
        spread: 0.01,
      },
      ...{ ceilingHashesPerSecond: 5e9, ofCeiling: 0.5, verified: false },
    },
  ],
};

test('CSV: a line for each result, quoted where it must be, no formulas, unknown is empty', () => {
  assert.equal(
    benchCsv({ ...RUN, results: [...RUN.results, KERNEL] }),
    [
      'backend,device,threads,hashes_per_second,spread,ceiling_hashes_per_second,of_ceiling,verified,kernel,hashes_per_cpu_second',
      "cpu-noble,'=1+1,1,80679,0.285,,,true,,",
      'webgpu,"Card ""X"", 8 GB | <b>",1,2500000000,0.01,5000000000,0.5,false,,',
      'cpu-native,A CPU,1,1000,0.01,2000,0.5,true,native-avx2,1100',
      '',
    ].join('\n'),
  );
});

test('Markdown: a table of six columns more than the name, and names that are no markup', () => {
  const run = { ...RUN, results: [...RUN.results, KERNEL] };
  const [machine, , head, rule, first, second, third] = benchMarkdown(run).split('\n');
  assert.match(machine!, /^A\\\|B, 1 core, 24 GiB/);
  assert.equal(head, '| what | rate | per CPU second | limit | reached | spread | verified |');
  assert.equal(rule, '|---|---|---|---|---|---|---|');
  assert.equal(first, '| cpu-noble, 1 thread | 80.7 kH/s | - | - | - | 28.5 % | yes |');
  assert.equal(
    second,
    '| webgpu, Card "X", 8 GB \\| \\<b\\> | 2.50 GH/s | - | 5.00 GH/s | 50.0 % | 1.0 % | **no** |',
  );
  assert.equal(
    third,
    '| cpu-native-avx2, 1 thread | 1.00 kH/s | 1.10 kH/s | 2.00 kH/s | 50.0 % | 1.0 % | yes |',
  );
});
