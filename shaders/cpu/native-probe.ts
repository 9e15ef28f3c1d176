/**
 * Tries one variant of the native kernels, in a process of its own: an addon that is damaged, or a processor that lacks what it says it has,
 * would end the process. Run as `node native-probe.js FILE INDEX`: prints the variants of this machine as JSON, and `right` once that
 * variant has proved so.
 * @module
 */
import { HEADER_BYTES } from '../../protocol/header.js';
import { blockHash } from '../../protocol/pow.js';
import { createSelfTest } from '../create-self-test.js';
import { selfTestFault } from '../self-test.js';
import { nativeKernel } from './cpu-kernel.js';
import { createNativeKernel } from './native.js';
import { loadNativeAddon } from './native-addon.js';

const [file, index] = process.argv.slice(2);
const addon = loadNativeAddon(file!);
console.log(JSON.stringify(addon.variants));
const variant = addon.variants[Number(index)];
if (variant !== undefined) {
  const kernel = createNativeKernel(nativeKernel(variant, file!), addon);
  const selfTest = createSelfTest();
  const header = new Uint8Array(HEADER_BYTES).map((_, i) => i * 13 + 5);
  const fault = selfTestFault(selfTest, kernel.search(selfTest.range));
  if (fault !== undefined) throw new Error(fault);
  if (Buffer.compare(kernel.hash(header), blockHash(header)) !== 0)
    throw new Error('self-test: a header has another hash');
  console.log('right');
}
