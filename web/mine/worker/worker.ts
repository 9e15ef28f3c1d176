/**
 * Entry point of the workers that mine. Each plays one part, by its name.
 *
 * ```
 * page <--> miner --+--> thread, thread ...   WASM SIMD
 *                   +--> card                 WebGPU
 * ```
 * @module
 */
import { playCard } from './card-part.js';
import { playMiner } from './miner-part.js';
import { type Part, scope } from './scope.js';
import { playThread } from './thread-part.js';

const PARTS: Readonly<Record<Part, () => void>> = {
  miner: playMiner,
  thread: playThread,
  card: playCard,
};

PARTS[scope.name as Part]();
