/**
 * A stand-in for the native kernels' addon, in JavaScript, and what the build says of one.
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from './lesswork.js';

/** Longest time of a try where none hangs, ms: the machine may have much else to do. */
export const PATIENT_MS = 60_000;

export function sha256OfFile(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Describes a file as the build does: native.json beside it. */
export function describeCompiled(file: string): void {
  const text = JSON.stringify({ built: true, sha256: sha256OfFile(file) });
  writeFileSync(join(dirname(file), 'native.json'), text);
}

/**
 * Text of a module of CommonJS.
 * @param faults - what it does before it answers, by the index of the variant
 */
export function nativeStandIn(faults: readonly string[]): string {
  return `const { createRequire } = require('node:module');
const load = createRequire(${JSON.stringify(pathToFileURL(join(PROJECT_ROOT, 'package.json')).href)});
const { blake3 } = load('@noble/hashes/blake3.js');
const HEADER = 0, TARGET = 384, HASH = 416, FINDS = 448, MAX_FINDS = 16, BYTES = 576;
const hashOf = (memory) => blake3(blake3(memory.subarray(HEADER, HEADER + 326)));
const faults = ${JSON.stringify(faults)};
module.exports = {
  variants: ['avx512', 'avx2', 'sse41'].slice(0, faults.length),
  lanes: [16, 8, 4],
  HEADER, TARGET, HASH, FINDS, MAX_FINDS, BYTES,
  hash: (memory) => memory.set(hashOf(memory), HASH),
  search: (variant, memory, start, count, chain) => {
    eval(faults[variant]);
    let found = 0;
    const view = new DataView(memory.buffer);
    for (let i = 0n; i < BigInt(count); i++) {
      view.setBigUint64(HEADER + 16, start + i, true);
      const hash = hashOf(memory);
      if ((hash[31] & 15) !== chain || Buffer.compare(hash, memory.subarray(TARGET, TARGET + 32)) > 0) continue;
      view.setBigUint64(FINDS + 8 * found++, start + i, true);
    }
    return found;
  },
};
`;
}
