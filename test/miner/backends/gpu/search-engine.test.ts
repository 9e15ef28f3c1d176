import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import test from 'node:test';
import {
  createSearchEngine,
  HARDWARE_TUNING,
  type KernelTuning,
  type SearchEngine,
  SOFTWARE_TUNING,
} from '../../../../miner/backends/gpu/search-engine.js';
import { bigIntToBytes } from '../../../../protocol/bytes.js';
import { joinHeader } from '../../../../protocol/header.js';
import { blockHash } from '../../../../protocol/pow.js';
import { MAX_TARGET } from '../../../../protocol/target.js';
import { assembleShader } from '../../../../shaders/assemble.js';
import { createNobleKernel } from '../../../../shaders/cpu/noble.js';
import { MAX_FINDS } from '../../../../shaders/layout.js';
import { type NonceRange, nonceOf } from '../../../../shaders/search.js';
import { SEARCH_SHADER } from '../../../../shaders/shader-files.js';
import { testSearchKernel } from '../../../conformance/search-conformance.js';
import { skipWhen } from '../../../support/requirement.js';
import { seededBytes } from '../../../support/seeded-bytes.js';
import { inErrorScopes, noSoftwareGpu, softwareGpu } from '../../../support/software-gpu.js';

const skip = skipWhen(noSoftwareGpu);
const shader = assembleShader(SEARCH_SHADER);
const noble = createNobleKernel(MAX_FINDS);
const template = { headerBlob: seededBytes('kernel', 302), prefix: seededBytes('kernel prefix', 16) };

const engines = new Map<KernelTuning, Promise<SearchEngine>>();

/** An engine of this tuning, compiled once. */
async function engineOf(tuning: KernelTuning): Promise<SearchEngine> {
  const device = await softwareGpu();
  const engine =
    engines.get(tuning) ?? inErrorScopes(device, () => createSearchEngine(device, shader, tuning));
  engines.set(tuning, engine);
  return engine;
}

function hashAt(counter: bigint): Uint8Array {
  return blockHash(joinHeader(nonceOf(template.prefix, counter), template.headerBlob));
}

/** The engine's finds in one dispatch, as counters in order. */
async function findsOf(engine: SearchEngine, range: NonceRange): Promise<bigint[]> {
  const device = await softwareGpu();
  const { finds, overflow } = await inErrorScopes(device, () => engine.dispatch(range));
  strictEqual(overflow, 0);
  for (const { offset, word0 } of finds) {
    const hash = hashAt(BigInt.asUintN(64, range.start + BigInt(offset)));
    strictEqual(word0, new DataView(hash.buffer, hash.byteOffset).getUint32(0, true));
  }
  return finds.map(({ offset }) => BigInt.asUintN(64, range.start + BigInt(offset))).sort(ascending);
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));

const STARTS = [0n, 2n ** 31n - 200n, 2n ** 32n - 200n, 2n ** 33n - 1n, 2n ** 64n - 200n, 2n ** 64n - 1n];

for (const [name, tuning] of [
  ['software', SOFTWARE_TUNING],
  ['hardware', HARDWARE_TUNING],
  ['odd', { workgroupSize: 3, noncesPerInvocation: 5, rotateByMultiplication: false }],
] as const) {
  for (const start of STARTS) {
    test(`${name} tuning finds what the oracle finds from ${start} on`, { skip }, async () => {
      const target = bigIntToBytes(2n ** 254n, 32);
      const range = { ...template, chain: 6, target, start, count: 997 };
      const expected = [...noble.search(range).finds].sort(ascending);
      ok(expected.length > 3);
      deepStrictEqual(await findsOf(await engineOf(tuning), range), expected);
    });
  }
}

test('finds beyond the room are counted, and those returned are true', { skip }, async () => {
  const engine = await engineOf(SOFTWARE_TUNING);
  const range = { ...template, chain: 3, target: bigIntToBytes(MAX_TARGET, 32), start: 0n, count: 4000 };
  const expected = createNobleKernel(4000).search(range).finds;
  ok(expected.length > MAX_FINDS);
  const { finds, overflow } = await engine.dispatch(range);
  strictEqual(finds.length, MAX_FINDS);
  strictEqual(new Set(finds.map(({ offset }) => offset)).size, MAX_FINDS);
  for (const { offset } of finds) ok(expected.includes(BigInt(offset)));
  strictEqual(finds.length + overflow, expected.length);
});

test('dispatches beyond the ring and ranges of a wrong form are refused', { skip }, async () => {
  const engine = await engineOf(SOFTWARE_TUNING);
  const range = { ...template, chain: 0, target: new Uint8Array(32), start: 0n, count: 100 };
  await rejects(async () => engine.dispatch({ ...range, count: 0 }), RangeError);
  await rejects(async () => engine.dispatch({ ...range, count: 2 ** 31 + 1 }), RangeError);
  await rejects(async () => engine.dispatch({ ...range, prefix: new Uint8Array(15) }), RangeError);
  const flying = [engine.dispatch(range), engine.dispatch(range)];
  strictEqual(engine.freeSlots, 0);
  await rejects(async () => engine.dispatch(range), /at most 2 dispatches in flight/);
  await Promise.all(flying);
  strictEqual(engine.freeSlots, 2);
});

test('only dispatches amidst others tell how fast the device is while it never waits', { skip }, async () => {
  const device = await softwareGpu();
  const engine = await createSearchEngine(device, shader, SOFTWARE_TUNING);
  const range = { ...template, chain: 0, target: new Uint8Array(32), start: 0n, count: 100 };
  for (let i = 0; i < 3; i++) await Promise.all([engine.dispatch(range), engine.dispatch(range)]);
  strictEqual(engine.busyMs(1, 1e12), 1e12);
  const [first, second] = [engine.dispatch(range), engine.dispatch(range)];
  await first;
  await Promise.all([second, engine.dispatch(range)]);
  ok(engine.busyMs(1, 1e12) < 1e12);
});

test('thirds of dispatches teach how long dispatches should be, where the device did not wait', {
  skip,
}, async () => {
  const device = await softwareGpu();
  const engine = await createSearchEngine(device, shader, SOFTWARE_TUNING);
  const first = engine.dispatchNonces;
  const count = Math.ceil(first / 3);
  const third = () =>
    engine.dispatch({ ...template, chain: 0, target: new Uint8Array(32), start: 0n, count });
  for (let i = 0; i < 5; i++) await Promise.all([third(), third()]);
  strictEqual(engine.dispatchNonces, first);
  // One is enough, unless the machine is so busy that it seems to be a long one.
  for (let i = 0; i < 500 && engine.dispatchNonces === first; i++) {
    const [before, amidst] = [third(), third()];
    await before;
    await Promise.all([amidst, third()]);
  }
  ok(engine.dispatchNonces > first);
});

testSearchKernel('webgpu, laid out for software drivers', () => engineOf(SOFTWARE_TUNING), {
  skip,
  runNonces: 2 ** 15,
  hitRateNonces: 400_000,
});

// The rate of finds has been measured above; here it is the layout that differs.
testSearchKernel('webgpu, laid out for cards', () => engineOf(HARDWARE_TUNING), {
  skip,
  runNonces: 2 ** 14,
  hitRateNonces: 100_000,
});
