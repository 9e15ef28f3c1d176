/**
 * A share that is a block, on its way from the share desk to the block desk.
 * @module
 */
import type { PoolHeader } from '../jobs/pool-header.js';
import type { LiveWorker } from '../sessions/live-worker.js';

/** A block that a share turned out to be. */
export interface BlockFind {
  readonly header: PoolHeader;
  /** 326 bytes, this block's own. */
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  /** Undefined: nobody has authorized on that connection. */
  readonly worker: LiveWorker | undefined;
  /** Work that it was credited as a share; 0 where it is none. */
  readonly work: bigint;
  /** Whether its chain has another parent by now. */
  readonly stale: boolean;
}
