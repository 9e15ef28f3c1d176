/**
 * The ceiling of a CPU kernel, whatever it is made of: the same instructions, and nothing but mixing.
 * @module
 */
import type { MixTask } from '../ceiling.js';

/** A ceiling kernel with a memory of its own. */
export interface CpuCeiling {
  /** Words that are mixed side by side. */
  readonly lanes: number;
  /** Words a, b, c, d of each chain, a vector each: to be filled before `mix`. */
  readonly seeds: Uint32Array;
  /** The results of `mix`, in the same order. */
  readonly results: Uint32Array;
  /** Mixes all lanes of the form's chains. @param task - crossed chains take an even number of iterations */
  mix(task: Omit<MixTask, 'repeats'>): void;
}
