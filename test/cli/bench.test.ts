import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { BenchRun } from '../../bench/app.js';
import { lesswork } from '../support/lesswork.js';
import { skipWhen } from '../support/requirement.js';
import { noSoftwareGpu } from '../support/software-gpu.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-bench-'));
after(() => rmSync(folder, { recursive: true }));

const RESULT_KEYS = [
  'backend',
  'device',
  'threads',
  'hashesPerSecond',
  'spread',
  'ceilingHashesPerSecond',
  'ofCeiling',
  'verified',
];

/** Whether a machine under load lets a ceiling be measured in such a short time is left open: the exit code says. */
function checkRun(stdout: string, code: number | null): BenchRun {
  equal(stdout.trim().split('\n').length, 1);
  const run = JSON.parse(stdout) as BenchRun;
  deepEqual(Object.keys(run), ['machine', 'results']);
  ok(run.machine.cpu.length > 0 && run.machine.cores >= 1);
  ok(!JSON.stringify(run).includes(`"${hostname()}"`));
  for (const result of run.results) {
    deepEqual(Object.keys(result), RESULT_KEYS);
    ok(result.hashesPerSecond > 0 && result.spread >= 0);
  }
  equal(code, run.results.every(({ verified }) => verified) ? 0 : 1);
  return run;
}

test('bench --json prints one object: the machine, and a result for each CPU kernel', async () => {
  const { code, stdout } = await lesswork(
    ...['bench', '--device', 'cpu', '--threads', '2', '--seconds', '0.4', '--json'],
  );
  const { results } = checkRun(stdout, code);
  deepEqual(
    results.map(({ backend, threads }) => [backend, threads]),
    [
      ['cpu-noble', 1],
      ['cpu-wasm', 1],
      ['cpu-wasm', 2],
    ],
  );
  const [noble, wasm] = results;
  equal(noble?.ofCeiling, null);
  equal(noble?.ceilingHashesPerSecond, null);
  equal(noble?.verified, true);
  // A machine so busy that twice the ceiling's work never took twice its time has none, and then is not verified.
  equal(wasm!.ofCeiling === null, wasm!.ceilingHashesPerSecond === null);
  if (wasm!.ofCeiling === null) equal(wasm!.verified, false);
  else ok(Math.abs(wasm!.hashesPerSecond / wasm!.ceilingHashesPerSecond! / wasm!.ofCeiling - 1) < 0.001);
});

test('bench measures a software adapter that is asked for by name', {
  skip: skipWhen(noSoftwareGpu),
}, async () => {
  const { code, stdout } = await lesswork(
    ...['bench', '--device', 'swiftshader', '--seconds', '0.4', '--json'],
  );
  const { results, machine } = checkRun(stdout, code);
  equal(results.length, 1);
  equal(results[0]?.backend, 'webgpu');
  match(results[0]?.device ?? '', /SwiftShader/);
  equal(machine.adapters[0]?.software, true);
});

for (const [args, words] of [
  [['--seconds', '0'], /expected a number of seconds above 0, at most 2147483, got "0"/],
  [['--threads', 'many'], /expected a whole number from 1/],
  [['--device', 'auto,cpu'], /"device" expected/],
  [['--device', 'no such card'], /adapters here/],
  [['compare', 'one.json'], /missing required argument/],
  [['--quick'], /unknown option/],
] as const) {
  test(`wrong usage: bench ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await lesswork('bench', ...args);
    equal(code, 2);
    equal(stdout, '');
    match(stderr, words);
  });
}

test('bench compare prints the ratios of two files, and names a file that is none', async () => {
  const path = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = (rate: number): string =>
    JSON.stringify({
      machine: {},
      results: [{ backend: 'cpu-wasm', device: 'x', threads: 2, hashesPerSecond: rate, verified: true }],
    });
  const [a, b, bad] = [
    path('a.json', run(2_000_000)),
    path('b.json', run(5_000_000)),
    path('bad.json', '{}'),
  ];
  const good = await lesswork('bench', 'compare', a, b);
  equal(good.code, 0);
  match(good.stdout, /^cpu-wasm, 2 threads +2\.00 MH\/s +5\.00 MH\/s +2\.500\n$/);
  const wrong = await lesswork('bench', 'compare', a, bad);
  equal(wrong.code, 1);
  match(wrong.stderr, /bad\.json: "results" expected a list/);
});
