import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NATIVE_VARIANTS, type NativeVariant, nativeKernel } from '../../../shaders/cpu/cpu-kernel.js';
import { createNativeKernel } from '../../../shaders/cpu/native.js';
import { loadNativeAddon } from '../../../shaders/cpu/native-addon.js';
import { createNativeCeiling, NATIVE_CEILING_FORMS } from '../../../shaders/cpu/native-ceiling.js';
import { ceilingCases } from '../../conformance/ceiling-conformance.js';
import { testHeaderHash } from '../../conformance/header-hash-conformance.js';
import { testSearchKernel } from '../../conformance/search-conformance.js';
import { MISSING_NATIVE, NATIVE } from '../../support/native-kernel.js';
import { skipWhen } from '../../support/requirement.js';
import { seededBytes } from '../../support/seeded-bytes.js';

const skip = skipWhen(MISSING_NATIVE);
const file = NATIVE.variant === undefined ? '' : NATIVE.file;
const addon = skip === false ? loadNativeAddon(file) : undefined;
const kernelOf = (variant: NativeVariant) => createNativeKernel(nativeKernel(variant, file));

test('this machine runs a variant', { skip }, () => {
  assert.ok(addon!.variants.length > 0);
  assert.deepEqual(
    addon!.variants,
    NATIVE_VARIANTS.filter((name) => addon!.variants.includes(name)),
    'the fastest first',
  );
});

for (const variant of addon?.variants ?? []) {
  // All are made of one source.
  const options = { runNonces: 2 ** 16 };
  testSearchKernel(`cpu-native-${variant}`, () => kernelOf(variant), options);
  const createCeiling = () => createNativeCeiling(nativeKernel(variant, file));
  for (const { what, run } of ceilingCases(NATIVE_CEILING_FORMS, createCeiling))
    test(`native-${variant}: ${what}`, run);
}
if (addon !== undefined) testHeaderHash('native', () => kernelOf(addon.variants[0]!));

test('kernels do not disturb each other', { skip }, () => {
  const [variant] = addon!.variants;
  const [one, other] = [kernelOf(variant!), kernelOf(variant!)];
  const first = one.hash(seededBytes('first', 326));
  other.hash(seededBytes('second', 326));
  assert.deepEqual(one.hash(seededBytes('first', 326)), first);
});

test('the addon refuses what it is not made for', { skip }, () => {
  const { variants, BYTES, MIX_BYTES, search, hash, mix, pin } = addon!;
  const memory = new Uint8Array(BYTES);
  for (const bad of [
    () => search(variants.length, memory, 0n, 1, 0),
    () => search(0, new Uint8Array(BYTES - 1), 0n, 1, 0),
    () => search(0, new Uint8Array(new ArrayBuffer(BYTES + 8), 1, BYTES), 0n, 1, 0),
    () => search(0, memory, -1n, 1, 0),
    () => search(0, memory, 2n ** 64n, 1, 0),
    () => search(0, memory, 0n, 1, 16),
    () => (search as (...args: unknown[]) => number)(0, memory, 0, 1, 0),
    () => (search as (...args: unknown[]) => number)(0, memory),
    () => (hash as (...args: unknown[]) => void)(),
    () => hash(new Uint8Array(0)),
    () => mix(0, new Uint8Array(MIX_BYTES), 5, 1, 0, 0),
    () => mix(0, memory, 2, 1, 0, 0),
    ...(pin === undefined
      ? []
      : [() => pin(-1), () => pin(8_192), () => (pin as (...args: unknown[]) => number)('0')]),
  ])
    assert.throws(bad, RangeError);
  assert.throws(() => kernelOf('none' as 'avx2'), /does not run the native kernel none/);
});
