/**
 * The ceiling of a native kernel: chains of the same instructions, held in registers.
 * @module
 */
import type { CeilingForm } from '../ceiling.js';
import type { CpuCeiling } from './cpu-ceiling.js';
import type { NativeCpuKernel } from './cpu-kernel.js';
import { loadNativeAddon, type NativeAddon } from './native-addon.js';

/** The forms that the kernel comes in. */
export const NATIVE_CEILING_FORMS: readonly CeilingForm[] = [2, 3, 4, 6].map((chains) => ({
  chains,
  crossed: false,
}));

/** @throws Error if the addon can't be loaded, or this machine does not run the variant */
export function createNativeCeiling(
  { variant, file }: NativeCpuKernel,
  addon: NativeAddon = loadNativeAddon(file),
): CpuCeiling {
  const index = addon.variants.indexOf(variant);
  const lanes = addon.lanes[index];
  if (lanes === undefined) throw new Error(`this machine does not run the native kernel ${variant}`);
  const { buffer } = new BigUint64Array(addon.MIX_BYTES / BigUint64Array.BYTES_PER_ELEMENT);
  const words = (addon.RESULTS - addon.SEEDS) / Uint32Array.BYTES_PER_ELEMENT;
  const memory = new Uint8Array(buffer);
  return {
    lanes,
    seeds: new Uint32Array(buffer, addon.SEEDS, words),
    results: new Uint32Array(buffer, addon.RESULTS, words),
    mix({ form, iterations, x, y }) {
      addon.mix(index, memory, form.chains, iterations, x, y);
    },
  };
}
