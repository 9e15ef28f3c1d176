import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { before, test } from 'node:test';
import type { SearchOrder, SearchWindow } from '../../bench/contender.js';
import { type Measurement, measure, measureTogether } from '../../bench/measure.js';
import { type Check, createChecks } from '../../bench/verification.js';
import { describeKernelRatios, describeMeasurement } from '../../bench/words.js';
import type { CpuKernelName } from '../../shaders/cpu/cpu-kernel.js';
import { FakeContender, type FakeContenderModules } from '../support/fake-contender.js';

let checks: readonly [Check, Check];
before(() => {
  checks = createChecks();
});

function measured(parts: FakeContenderModules): Promise<Measurement> {
  return measure(new FakeContender(parts), { seconds: 0.7, checks });
}

test('a right kernel is verified, with its rate and its share of the ceiling', async () => {
  const { result, fault } = await measured({ hashesPerSecond: 900_000 });
  equal(fault, undefined);
  equal(result.verified, true);
  equal(result.hashesPerSecond, 900_000);
  equal(result.spread, 0);
  deepEqual(result.windows, new Array(7).fill(900_000));
  equal(result.ofCeiling, 0.9);
  equal(result.ceilingHashesPerSecond, 1_000_000);
});

test('together: window by window in turns, and one that breaks stops no other', async () => {
  const turns: string[] = [];
  class Watched extends FakeContender {
    readonly #name: string;
    readonly #breaksAt: number;
    #turn = 0;
    constructor(name: string, hashesPerSecond: number, breaksAt = Number.POSITIVE_INFINITY) {
      super({ hashesPerSecond });
      this.#name = name;
      this.#breaksAt = breaksAt;
    }
    override searchFor(order: SearchOrder, windowMs: number): Promise<SearchWindow> {
      turns.push(this.#name);
      if (++this.#turn === this.#breaksAt) throw new Error(`${this.#name} broke`);
      return super.searchFor(order, windowMs);
    }
  }
  const outcomes = await measureTogether(
    [new Watched('a', 900_000), new Watched('b', 500_000, 4), new Watched('c', 800_000)],
    { seconds: 0.7, checks },
  );
  const [a, b, c] = outcomes;
  ok(!(a instanceof Error) && !(c instanceof Error));
  deepEqual(
    [a?.result, c?.result].map((result) => [result?.hashesPerSecond, result?.ofCeiling, result?.verified]),
    [
      [900_000, 0.9, true],
      [800_000, 0.8, true],
    ],
  );
  ok(b instanceof Error);
  equal(b.message, 'b broke');
  // Two to warm up, and then a turn in each window, in changing order.
  deepEqual(turns.join(''), `aabbcc${'abc'}${'cba'}${'acca'.repeat(2)}ac`);
});

test('where a sensor tells power, hashes for that energy are told', async () => {
  const contender = new FakeContender({ hashesPerSecond: 900_000 });
  const measurement = await measure(contender, { seconds: 0.7, checks, meanPowerW: () => 45.04 });
  equal(measurement.result.powerW, 45);
  equal(measurement.result.hashesPerJoule, 19_982);
  ok(describeMeasurement(measurement).includes('  20.0 kH/J at 45 W'));
  const { result } = await measured({ hashesPerSecond: 900_000 });
  deepEqual([result.powerW, result.hashesPerJoule], [null, null]);
});

test('kernels to the fastest of WebAssembly, by CPU time; what is not verified is not compared', async () => {
  const { result } = await measured({});
  const kernel = (name: CpuKernelName, rate: number, verified = true) => ({
    ...result,
    kernel: name,
    cpuWindows: [rate, rate * 3, rate / 2],
    verified,
  });
  const results = [kernel('native-avx512', 18), kernel('wasm', 4), kernel('wasm-relaxed', 5)];
  deepEqual(describeKernelRatios([...results, kernel('native-sse41', 9, false)]), [
    'to wasm-relaxed, per CPU second: native-avx512 3.60, wasm 0.80',
  ]);
  deepEqual(describeKernelRatios([result, kernel('wasm', 4)]), []);
  deepEqual(describeKernelRatios([kernel('native-avx2', 4)]), []);
});

test('a kernel without a ceiling has none', async () => {
  const { result, form } = await measured({ ceilingForms: [] });
  equal(result.verified, true);
  equal(result.ofCeiling, null);
  equal(result.ceilingHashesPerSecond, null);
  equal(form, undefined);
});

const WRONG: [string, FakeContenderModules, RegExp][] = [
  [
    'finds nothing',
    { distort: () => ({ finds: [], overflow: 0 }) },
    /wrong finds: .*\(0 finds.*; 0 finds in 280000 hashes/,
  ],
  [
    'leaves out every other nonce',
    { distort: ({ finds }) => ({ finds: finds.filter((find) => find % 2n === 0n), overflow: 0 }) },
    /wrong finds: .* finds in 280000 hashes, expected/,
  ],
  [
    'leaves out nonces in the measured windows only',
    {
      distort: (result, { count }) =>
        count === 4_000 ? { finds: result.finds.filter((find) => find % 2n === 0n), overflow: 0 } : result,
    },
    /^\d+ finds in 280000 hashes, expected/,
  ],
  [
    'finds what is none',
    { distort: ({ finds }, { start }) => ({ finds: [...finds, start], overflow: 0 }) },
    /wrong finds: .*; a find that is none: counter/,
  ],
  [
    'tells each find twice',
    { distort: ({ finds }) => ({ finds: [...finds, ...finds], overflow: 0 }) },
    /the same nonce was found twice/,
  ],
  [
    'has no room for its finds',
    { distort: ({ finds }) => ({ finds, overflow: 1 }) },
    /wrong finds: .* 1 without room/,
  ],
  [
    'passes its ceiling',
    { hashesPerSecond: 1_021_000 },
    /makes 1\.021 of its ceiling's operations, expected at most 1\.02/,
  ],
  [
    'has a ceiling that does not double',
    { mixFactor: (iterations) => 1 / Math.sqrt(iterations) },
    /twice the work of the ceiling kernel takes 1\.414 times as long/,
  ],
];

for (const [what, parts, words] of WRONG) {
  test(`a kernel fails that ${what}`, async () => {
    const { result, fault } = await measured(parts);
    equal(result.verified, false);
    match(fault ?? '', words);
    ok(result.hashesPerSecond > 0);
  });
}

test('a kernel just within the ceiling passes', async () => {
  equal((await measured({ hashesPerSecond: 1_019_000 })).result.verified, true);
});

test('a kernel that spares operations may pass the ceiling by as much', async () => {
  const { fault } = await measured({ hashesPerSecond: 1_021_000, operationsPerNonce: 5_400 });
  equal(fault, undefined);
});
