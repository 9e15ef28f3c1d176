/**
 * The ceiling kernel's numbers, buffers and CPU twin: `ceiling.wgsl` mixes and does nothing else, so that its speed
 * bounds what a search can reach on a device.
 * @module
 */
import { mix, mixColumns, mixDiagonals } from './blake3.js';

/** Gs of one nonce: 7 compressions of 7 rounds of 8. */
export const GS_PER_NONCE = 7 * 7 * 8;

/** Operations of one G: 6 additions, 4 xors, 4 rotations. */
export const OPERATIONS_PER_G = 6 + 4 + 4;

/** Operations that the ceiling counts as one nonce, although a kernel may save some of them. */
export const CEILING_OPERATIONS_PER_NONCE = GS_PER_NONCE * OPERATIONS_PER_G;

/** Gs of one iteration in each chain. */
export const GS_PER_ITERATION = 8;

/** Numbers of independent chains in an invocation; each has an entry point `chains_N`. */
export const CHAIN_COUNTS = [1, 2, 4, 8] as const;

/** The forms of `ceiling.wgsl`. */
export const WGSL_CEILING_FORMS: readonly CeilingForm[] = [
  ...CHAIN_COUNTS.map((chains) => ({ chains, crossed: false })),
  { chains: 4, crossed: true },
];

/** Entry point of a form. */
export function entryPointOf({ chains, crossed }: CeilingForm): string {
  return `${crossed ? 'crossed' : 'chains'}_${chains}`;
}

/** Bytes of a chain in the buffers of seeds and results: words a, b, c, d. */
export const CHAIN_BYTES = 16;

/** The content of the uniform buffer. */
export interface CeilingTask {
  /** 0 to 2^32 - 1. */
  readonly iterations: number;
  /** Message words, u32. */
  readonly x: number;
  readonly y: number;
}

/** A form of a ceiling kernel. */
export interface CeilingForm {
  /** Chains of each invocation, or of each lane of a thread. */
  readonly chains: number;
  /** Whether four chains exchange words, as columns and diagonals do; else they are independent. */
  readonly crossed: boolean;
}

/** A task of a ceiling kernel. */
export interface MixTask extends CeilingTask {
  readonly form: CeilingForm;
  /** How often, each time from the seeds on: 1 to 2^32 - 1. */
  readonly repeats: number;
}

/** The 16 bytes of the uniform buffer. */
export function packCeilingTask(task: CeilingTask): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, task.iterations, true);
  view.setUint32(4, task.x, true);
  view.setUint32(8, task.y, true);
  return bytes;
}

/** The final state of a chain. @param seed - 4 words @returns 4 words */
export function mixChain(seed: ArrayLike<number>, task: CeilingTask): Uint32Array {
  const s = Uint32Array.from(seed);
  for (let i = 0; i < task.iterations * GS_PER_ITERATION; i++) mix(s, 0, 1, 2, 3, task.x, task.y);
  return s;
}

/**
 * What four crossed chains end as.
 * @param seeds - 4 words of each chain, one chain after the other
 * @returns 16 words in the same order
 */
export function mixCrossed(seeds: ArrayLike<number>, task: CeilingTask): Uint32Array {
  const transposed = (words: ArrayLike<number>): Uint32Array =>
    Uint32Array.from({ length: 16 }, (_, i) => words[(i & 3) * 4 + (i >> 2)]!);
  const s = transposed(seeds);
  const m = Uint32Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? task.x : task.y));
  for (let i = 0; i < task.iterations * GS_PER_ITERATION; i += 2) {
    mixColumns(s, m);
    mixDiagonals(s, m);
  }
  return transposed(s);
}
