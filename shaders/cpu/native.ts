/**
 * The search in machine code, 4 to 32 nonces at once: the kernel of native/. find-native.ts says whether there is one for this machine,
 * and that it is right.
 * @module
 */
import { HASH_BYTES, HEADER_BYTES, NONCE_BYTES } from '../../protocol/header.js';
import type { HashingKernel } from '../search.js';
import type { NativeCpuKernel } from './cpu-kernel.js';
import { loadNativeAddon, type NativeAddon } from './native-addon.js';

/**
 * A kernel with a memory of its own.
 * @throws Error if the addon can't be loaded, or this machine does not run the variant
 */
export function createNativeKernel(
  { variant, file }: NativeCpuKernel,
  addon: NativeAddon = loadNativeAddon(file),
): HashingKernel {
  const index = addon.variants.indexOf(variant);
  if (index === -1) throw new Error(`this machine does not run the native kernel ${variant}`);
  // BigUint64Array: its bytes lie as the kernel needs them.
  const words = new BigUint64Array(addon.BYTES / BigUint64Array.BYTES_PER_ELEMENT);
  const memory = new Uint8Array(words.buffer);
  const header = memory.subarray(addon.HEADER, addon.HEADER + HEADER_BYTES);
  const target = memory.subarray(addon.TARGET, addon.TARGET + HASH_BYTES);
  const hash = memory.subarray(addon.HASH, addon.HASH + HASH_BYTES);
  const finds = new BigUint64Array(words.buffer, addon.FINDS, addon.MAX_FINDS);
  return {
    name: `cpu-native-${variant}`,
    maxFinds: addon.MAX_FINDS,
    search(range) {
      header.set(range.prefix);
      header.set(range.headerBlob, NONCE_BYTES);
      target.set(range.target);
      const count = addon.search(index, memory, range.start, range.count, range.chain);
      return {
        finds: Array.from(finds.subarray(0, Math.min(count, addon.MAX_FINDS))),
        overflow: Math.max(0, count - addon.MAX_FINDS),
      };
    },
    hash(bytes) {
      if (bytes.length !== HEADER_BYTES)
        throw new RangeError(`"header" expected ${HEADER_BYTES} bytes, got ${bytes.length}`);
      header.set(bytes);
      addon.hash(memory);
      return hash.slice();
    },
  };
}
