/**
 * What a store says of itself to somebody who only looks: nothing is made, claimed or migrated.
 * @module
 */
import type { NotedNodeIdentity } from '../ports/store.js';

/** What a store holds, as far as it tells whose it is. */
export interface StoreContent {
  readonly schema: number;
  /** Undefined where the store keeps it by its place. */
  readonly poolId: string | undefined;
  readonly extranonceBytes: number;
  readonly nodes: NotedNodeIdentity;
}

/** One server of a store in Redis. */
export interface RedisServerFacts {
  readonly version: string;
  readonly replicas: number;
  /** Append-only file. */
  readonly appendOnly: boolean;
  /** Why it refuses writes at the moment, or might; in its own words. */
  readonly troubles: readonly string[];
  /** What makes it unsafe to rely on, in words. */
  readonly warnings: readonly string[];
}

export interface RedisLook {
  readonly servers: readonly RedisServerFacts[];
  /** Why what is written may be lost by a power cut; undefined if that is not known of it. */
  readonly durableFault?: string;
  /** Undefined where the pool was never there. */
  readonly content: StoreContent | undefined;
  /** Its clock less this machine's, ms. */
  readonly offsetMs: number;
}
