/**
 * A share that is a block, on its way from the share desk to the block desk.
 * @module
 */
import type { PoolHeader } from '../jobs/pool-header.js';
import type { LiveWorker } from '../sessions/live-worker.js';

/** A share that turned out to be a block. */
export interface BlockFind {
  readonly header: PoolHeader;
  /** 326 bytes, this block's own. */
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  /** Undefined if no worker has authorized on that connection. */
  readonly worker: LiveWorker | undefined;
  /** Work that the share was credited with; 0 if it does not count as a share. */
  readonly work: bigint;
  /** Whether its chain has another parent by now. */
  readonly stale: boolean;
}
