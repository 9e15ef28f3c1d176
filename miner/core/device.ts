/**
 * The port between the miner and whatever hashes for it. A device holds a short queue of tasks, works them off in
 * order, and reports each one once.
 *
 * ```
 * scheduler --SearchTask--> device (depth tasks at most) --SearchReport--> miner
 * ```
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { NonceRange } from '../../shaders/search.js';

/** A range of nonces for a device to search. */
export interface SearchTask extends NonceRange {
  /** Unique in this process. */
  readonly id: number;
  /** Counts the parents of the task's chain: work of an older generation is stale. */
  readonly generation: number;
}

/** What became of a task. */
export interface SearchReport {
  readonly taskId: number;
  /** Nonces hashed: the task's count, or fewer where it was abandoned as stale. */
  readonly hashes: number;
  /** Those among `hashes` that were under way when the device learnt that the task was stale: a slice, or dispatches. */
  readonly staleHashes: number;
  /** Counters of the finds, as the device says: to be hashed again before they are believed. */
  readonly finds: readonly bigint[];
  /** Finds that the device had no room for. */
  readonly overflow: number;
}

/** What a device tells its owner. */
export interface DeviceEvents {
  /** Exactly once per task that was not lost. */
  onReport(report: SearchReport): void;
  /** The device broke: the tasks it held are lost. It recovers by itself (then `onReady`), or says that it gives up. */
  onFailure(failure: {
    readonly message: string;
    readonly lostTaskIds: readonly number[];
    readonly final: boolean;
  }): void;
  /** Self-test passed: tasks may be given. Again after each recovery. */
  onReady(): void;
}

/** Something that hashes: a GPU, or the CPU with some threads. */
export interface SearchDevice {
  readonly kind: 'cpu' | 'gpu';
  /** What it calls itself, for people. */
  readonly name: string;
  /** Nonces that the next task should have; may change as the device learns its speed. */
  readonly taskSize: number;
  /** Tasks that keep it busy: give no more at once. */
  readonly depth: number;
  /** Begins to set up; `onReady` follows, or a final `onFailure`. Never throws. */
  start(events: DeviceEvents): void;
  /** Takes a task. Only between `onReady` and a failure. */
  search(task: SearchTask): void;
  /** Tasks of this chain with an older generation are stale: start no more work on them, report what was done. */
  abandon(chain: ChainIndex, generation: number): void;
  /** Ends it; nothing is reported any more. */
  close(): Promise<void>;
}
