/**
 * The facts of a front end that no store holds: who is connected, and its state at this moment. Plain data, for the
 * thread that serves the API; only changes are sent.
 * @module
 */

import type { NodeStanding } from './events.js';
import type { PolwFacts } from './polw-facts.js';

/** A worker that is connected, or that has just left. */
export interface LiveWorkerFacts {
  /** `Account.key`. */
  readonly account: string;
  readonly name: string;
  /** Address to pay, canonical text. */
  readonly address: string;
  /** 0: it is gone. */
  readonly connections: number;
  /** Software, cleaned; empty where it named none. */
  readonly agent: string;
  /** Hashes a second as its miners say; shown, never summed. */
  readonly reportedHashrate: number | undefined;
}

/** A front end as a whole. Chains are indices of the lists. */
export interface LivePoolFacts {
  readonly connections: number;
  readonly workers: number;
  /** Node that leads, or undefined. */
  readonly node: string | undefined;
  /** Where each node stands, in order of preference. */
  readonly nodes: readonly NodeStanding['state'][];
  /** Port of each listener, by its name. */
  readonly ports: Readonly<Record<string, number>>;
  /** Chains on which it stands still, 0 to 16. */
  readonly standing: number;
  /** Alephium's network id, once a node has told it. */
  readonly networkId: number | undefined;
  /** Whether shares can be recorded. */
  readonly journalWritable: boolean;
  /** Whether miners can connect. */
  readonly listening: boolean;
  /** Whether the store can be reached; its absence stops nothing. */
  readonly storeUp: boolean;
  /** The embedded store's file was removed or replaced, and is not open anew yet. */
  readonly storeFileGone: boolean;
  /** Height of the block to be found on each chain. */
  readonly heights: readonly (number | undefined)[];
  /** Block target of each chain, 32 bytes. */
  readonly targets: readonly (Uint8Array | undefined)[];
  /** When a chain last had another height, ms since the epoch. */
  readonly newHeightMs: number | undefined;
  /** Undefined where the pool supplies no coins for Proof of Less Work. */
  readonly polw: PolwFacts | undefined;
}

export interface LiveFacts {
  readonly pool: LivePoolFacts;
  /** Those that changed, in this order. */
  readonly workers: readonly LiveWorkerFacts[];
}

/** What only the program around the pool knows. */
export type SurroundingFacts = Pick<
  LivePoolFacts,
  'networkId' | 'nodes' | 'ports' | 'listening' | 'storeUp' | 'storeFileGone' | 'polw'
>;

/** How often facts are told, ms. */
export const FACTS_MS = 1_000;
