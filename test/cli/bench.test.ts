import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { BenchRun } from '../../bench/app.js';
import { median } from '../../bench/statistics.js';
import { warningsOf } from '../../bench/warnings.js';
import { allFastKernels } from '../../shaders/cpu/kernels.js';
import { lesswork } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';
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
  'windows',
  'cpuWindows',
  'ceilingHashesPerSecond',
  'ofCeiling',
  'powerW',
  'hashesPerJoule',
  'verified',
];

/** Whether a machine under load lets a ceiling be measured in such a short time is left open: the exit code says. */
function checkRun({ stdout, stderr, code }: Awaited<ReturnType<typeof lesswork>>): BenchRun {
  equal(stdout.trim().split('\n').length, 1);
  const run = JSON.parse(stdout) as BenchRun;
  deepEqual(Object.keys(run), ['machine', 'results']);
  ok(run.machine.cpu.length > 0 && run.machine.cores >= 1);
  ok(!JSON.stringify(run).includes(`"${hostname()}"`));
  for (const result of run.results) {
    deepEqual(Object.keys(result), RESULT_KEYS);
    ok(result.hashesPerSecond > 0 && result.spread >= 0);
    equal(result.windows?.length, 7);
    equal(median(result.windows), result.hashesPerSecond);
    // A software adapter hashes on the CPU, too; a card has no CPU time.
    if (result.backend !== 'webgpu') {
      if (run.machine.cpuClock === 'none') equal(result.cpuWindows, null);
      else equal(result.cpuWindows?.length, 7);
    }
  }
  // Warnings depend on the machine; that each is told does not.
  for (const [i, result] of run.results.entries())
    for (const warning of warningsOf(result, run.results.slice(0, i)))
      ok(stderr.includes(`warning: ${warning}\n`), stderr);
  equal(code, run.results.every(({ verified }) => verified) ? 0 : 1);
  return run;
}

test('bench --json prints one object: the machine, and a result for each CPU kernel', async () => {
  const ended = await lesswork(
    ...['bench', '--device', 'cpu', '--threads', '2', '--seconds', '0.4', '--json'],
  );
  const { results } = checkRun(ended);
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

test('bench --all-kernels: each kernel that is faster than the reference, one thread each, by its name', async () => {
  const ended = await lesswork('bench', '--all-kernels', '--seconds', '0.4', '--csv');
  const [head, ...rows] = ended.stdout.trimEnd().split('\n');
  const columns = head!.split(',');
  const column = (name: string) => rows.map((row) => row.split(',')[columns.indexOf(name)]);
  deepEqual(
    column('kernel'),
    allFastKernels().map(({ name }) => name),
  );
  deepEqual(new Set(column('threads')), new Set(['1']));
  // The exit code says whether a machine under load let all of them be measured.
  equal(ended.code, column('verified').every((verified) => verified === 'true') ? 0 : 1, ended.stderr);
});

test('bench measures a software adapter that is asked for by name', {
  skip: skipWhen(noSoftwareGpu),
}, async () => {
  const ended = await lesswork(...['bench', '--device', 'swiftshader', '--seconds', '0.4', '--json']);
  const { results, machine } = checkRun(ended);
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
  [['compare', '--fail-below', '95', 'a.json', 'b.json'], /expected a ratio above 0, at most 1/],
  [['--quick'], /unknown option/],
  [['--all-kernels', '--device', 'cpu'], /--all-kernels' cannot be used with option '--device/],
  [['--all-kernels', '--threads', '1'], /--all-kernels' cannot be used with option '--threads/],
  [['--json', '--csv'], /--json' cannot be used with option '--csv'/],
  [['--csv', '--markdown'], /--csv' cannot be used with option '--markdown'/],
] as const) {
  test(`wrong usage: bench ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await inOneProcess(['bench', ...args]);
    equal(code, 2);
    equal(stdout, '');
    match(stderr, words);
  });
}

test('a picture that can not be written is told before anything is measured', async () => {
  for (const [path, words] of [
    [
      join(folder, 'no such folder/a.svg'),
      /^lesswork: --svg .*a\.svg: expected a file that can be written: /,
    ],
    [folder, /it is a folder/],
  ] as const) {
    const { code, stdout, stderr } = await inOneProcess(['bench', '--svg', path, '--device', 'cpu']);
    equal(code, 1);
    equal(stdout, '');
    match(stderr, words);
  }
});

test('bench --csv --svg: a table on stdout and a picture in its file, of the same run', async () => {
  const path = join(folder, 'picture.svg');
  const args = ['bench', '--device', 'cpu', '--threads', '1', '--seconds', '0.1', '--csv', '--svg', path];
  const { stdout } = await lesswork(...args);
  const [head, ...rows] = stdout.trimEnd().split('\n');
  match(head!, /^backend,device,threads,hashes_per_second,/);
  deepEqual(
    rows.map((row) => row.split(',')[0]),
    ['cpu-noble', 'cpu-wasm'],
  );
  const svg = readFileSync(path, 'utf8');
  match(svg, /^<svg .*>cpu-noble, 1 thread<.*>cpu-wasm, 1 thread<.*<\/svg>\n$/s);
});

test('bench compare prints two files side by side, fails for a loss if told to, and names a file that is none', async () => {
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
  const good = await inOneProcess(['bench', 'compare', a, b]);
  equal(good.code, 0);
  match(good.stdout, /^result .*a\.json .*b\.json +change +per CPU s\n/);
  match(good.stdout, /\ncpu-wasm, 2 threads +2\.00 MH\/s +5\.00 MH\/s +\+150\.0 % +- +noise unknown/);
  equal((await inOneProcess(['bench', 'compare', '--fail-below', '0.95', a, b])).code, 0);
  equal((await inOneProcess(['bench', 'compare', b, a])).code, 0);
  const loss = await inOneProcess(['bench', 'compare', '--fail-below', '0.95', b, a]);
  equal(loss.code, 1);
  match(loss.stdout, /-60\.0 %/);
  match(
    loss.stderr,
    /^loss: cpu-wasm, 2 threads: 0\.400 of the first run's rate, expected at least 0\.95\n$/,
  );
  const wrong = await inOneProcess(['bench', 'compare', a, bad]);
  equal(wrong.code, 1);
  match(wrong.stderr, /bad\.json: "results" expected a list/);
});
