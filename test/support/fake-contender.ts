/**
 * A contender whose speed a test chooses, and which finds what the WASM kernel finds, or what the test makes of it.
 * @module
 */
import type { Contender, SearchOrder, SearchWindow } from '../../bench/contender.js';
import type { Window } from '../../bench/statistics.js';
import {
  CEILING_OPERATIONS_PER_NONCE,
  type CeilingForm,
  GS_PER_ITERATION,
  GS_PER_NONCE,
  type MixTask,
} from '../../shaders/ceiling.js';
import { createWasmKernel } from '../../shaders/cpu/wasm.js';
import type { NonceRange, SearchResult } from '../../shaders/search.js';

/** Nonces that a window holds, whatever its length. */
const WINDOW_NONCES = 40_000;
const PART = 4_000;

export interface FakeContenderModules {
  /** What becomes of a search's result. */
  readonly distort?: (result: SearchResult, range: NonceRange) => SearchResult;
  /** Hashes per second of the search; the ceiling makes a million. */
  readonly hashesPerSecond?: number;
  /** Time that a mix takes to what it should, by its iterations. */
  readonly mixFactor?: (iterations: number) => number;
  readonly ceilingForms?: readonly CeilingForm[];
  /** As many as the ceiling's by default. */
  readonly operationsPerNonce?: number;
}

export class FakeContender implements Contender {
  readonly backend = 'cpu-wasm';
  readonly device = 'fake';
  readonly threads = 1;
  readonly operationsPerNonce: number;
  readonly callNonces = PART;
  readonly repetitionMs = 2;
  readonly turnMs = 100;
  readonly ceilingForms: readonly CeilingForm[];
  readonly #kernel = createWasmKernel();
  readonly #modules: FakeContenderModules;

  constructor(modules: FakeContenderModules = {}) {
    this.#modules = modules;
    this.operationsPerNonce = modules.operationsPerNonce ?? CEILING_OPERATIONS_PER_NONCE;
    this.ceilingForms = modules.ceilingForms ?? [{ chains: 4, crossed: false }];
  }

  async search(range: NonceRange): Promise<SearchResult> {
    const result = this.#kernel.search(range);
    return this.#modules.distort?.(result, range) ?? result;
  }

  async searchFor(order: SearchOrder, _windowMs: number): Promise<SearchWindow> {
    const finds: bigint[] = [];
    let overflow = 0;
    for (let done = 0; done < WINDOW_NONCES; done += PART) {
      const result = await this.search({ ...order, start: order.start + BigInt(done), count: PART });
      finds.push(...result.finds);
      overflow += result.overflow;
    }
    const wallMs = (WINDOW_NONCES * 1000) / (this.#modules.hashesPerSecond ?? 900_000);
    return { hashes: WINDOW_NONCES, wallMs, cpuMs: wallMs, finds, overflow };
  }

  async mix({ iterations, repeats, form }: MixTask): Promise<Window> {
    const hashes = (iterations * repeats * GS_PER_ITERATION * form.chains) / GS_PER_NONCE;
    const wallMs = (hashes / 1_000) * (this.#modules.mixFactor?.(iterations) ?? 1);
    return { hashes, wallMs, cpuMs: wallMs };
  }

  async close(): Promise<void> {}
}
