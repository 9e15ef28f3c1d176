/**
 * The port between the bench and what it measures: some CPU threads, or a card.
 * @module
 */
import type { CeilingForm, MixTask } from '../shaders/ceiling.js';
import type { NonceRange, SearchResult } from '../shaders/search.js';
import type { Window } from './statistics.js';

/** Kinds of kernels. */
export type Backend = 'cpu-native' | 'cpu-noble' | 'cpu-wasm' | 'webgpu';

/** What is searched for a while, from counter `start` on. */
export type SearchOrder = Omit<NonceRange, 'count'>;

/** A window of the real search, with what it found: all of it. */
export interface SearchWindow extends Window {
  readonly finds: readonly bigint[];
  /** Finds that no kernel had room for. */
  readonly overflow: number;
}

/** Something that hashes, ready to work. Does one thing at a time. */
export interface Contender {
  readonly backend: Backend;
  /** For people. */
  readonly device: string;
  /** Threads that hash, or that feed the card. */
  readonly threads: number;
  /** Operations of its kernel for one nonce, beside the ceiling's; undefined for a kernel without a ceiling. */
  readonly operationsPerNonce: number | undefined;
  /** Nonces of one call of the kernel: finds of one call share its room. */
  readonly callNonces: number;
  /** Forms that its ceiling kernel comes in; none if it has no ceiling kernel. */
  readonly ceilingForms: readonly CeilingForm[];
  /** Time that one repetition of the ceiling kernel should take, ms: as much as the CPU can check, and the device bears. */
  readonly repetitionMs: number;
  /** Time after which search and ceiling should take turns, ms. */
  readonly turnMs: number;
  /** Searches the whole of a range. */
  search(range: NonceRange): Promise<SearchResult>;
  /** Searches for about `windowMs`. */
  searchFor(order: SearchOrder, windowMs: number): Promise<SearchWindow>;
  /**
   * Runs the ceiling kernel, `repeats` times on each thread, or `repeats` dispatches.
   * @throws Error if it does not mix as the CPU does
   */
  mix(task: MixTask): Promise<Window>;
  close(): Promise<void>;
}
