import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchRun } from '../../bench/app.js';
import { benchCsv, benchMarkdown } from '../../bench/tables.js';

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
    benchCsv(RUN),
    [
      'backend,device,threads,hashes_per_second,spread,ceiling_hashes_per_second,of_ceiling,verified',
      "cpu-noble,'=1+1,1,80679,0.285,,,true",
      'webgpu,"Card ""X"", 8 GB | <b>",1,2500000000,0.01,5000000000,0.5,false',
      '',
    ].join('\n'),
  );
});

test('Markdown: a table of five columns more than the name, and names that are no markup', () => {
  const [machine, , head, rule, first, second] = benchMarkdown(RUN).split('\n');
  assert.match(machine!, /^A\\\|B, 1 core, 24 GiB/);
  assert.equal(head, '| what | rate | limit | reached | spread | verified |');
  assert.equal(rule, '|---|---|---|---|---|---|');
  assert.equal(first, '| cpu-noble, 1 thread | 80.7 kH/s | - | - | 28.5 % | yes |');
  assert.equal(
    second,
    '| webgpu, Card "X", 8 GB \\| \\<b\\> | 2.50 GH/s | 5.00 GH/s | 50.0 % | 1.0 % | **no** |',
  );
});
