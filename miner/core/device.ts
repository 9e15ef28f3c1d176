/**
 * The port between the miner and the devices that hash for it. A device holds a short queue of tasks, works them off in
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

/** The outcome of a task. */
export interface SearchReport {
  readonly taskId: number;
  /** Nonces hashed: the task's count, or fewer where it was abandoned as stale. */
  readonly hashes: number;
  /** The part of `hashes` that was under way when the device learnt that the task was stale: a slice, or dispatches. */
  readonly staleHashes: number;
  /** Counters of the finds, as the device says: to be hashed again before they are believed. */
  readonly finds: readonly bigint[];
  /** Finds that the device had no room for. */
  readonly overflow: number;
}

/** Events of a device. */
export interface DeviceEvents {
  /** Exactly once per task that was not lost. */
  onReport(report: SearchReport): void;
  /** The device broke: the tasks it held are lost. It recovers by itself (then `onReady` is called), or gives up. */
  onFailure(failure: {
    readonly message: string;
    readonly lostTaskIds: readonly number[];
    readonly final: boolean;
  }): void;
  /** Self-test passed: tasks may be given. Again after each recovery. */
  onReady(): void;
  /** Something that a user should know, and that keeps nobody from mining. */
  onNotice?(message: string): void;
}

/** What is known of the card that a device is. */
export interface DeviceHardware {
  /** As WebGPU names it: `nvidia`, `amd`, `intel`, ... */
  readonly vendor: string;
  /** Place on the PCI bus, as `0000:01:00.0`; undefined where it is not certain. */
  readonly pci: string | undefined;
}

/** Something that hashes: a GPU, or the CPU with some threads. */
export interface SearchDevice {
  readonly kind: 'cpu' | 'gpu';
  /** The device's name, for people. */
  readonly name: string;
  /** Of a card; missing for the CPU, and for what the CPU does for a card. */
  readonly hardware?: DeviceHardware | undefined;
  /** CPUs that its threads are bound to, one each, in their order; missing where the system chooses, and for cards. */
  readonly cpus?: readonly number[] | undefined;
  /** Nonces that the next task should have; may change as the device learns its speed. */
  readonly taskSize: number;
  /** Most tasks to give at once: enough to keep the device busy. */
  readonly depth: number;
  /** Begins to set up; `onReady` follows, or a final `onFailure`. Never throws. */
  start(events: DeviceEvents): void;
  /** Takes a task. To be called only between `onReady` and a failure. */
  search(task: SearchTask): void;
  /** Tasks of this chain with an older generation are stale: start no more work on them, report what was done. */
  abandon(chain: ChainIndex, generation: number): void;
  /** The part of its time that the device may be busy for, from now on: above 0, at most 1, which is what it starts with. */
  setLoad(load: number): void;
  /**
   * What it finds is not to be believed: it begins anew, with its self-test, as after a breakdown; `onFailure` follows. Missing where
   * that would change nothing. @param why - in words
   */
  restart?(why: string): void;
  /** Ends the device; nothing is reported any more. */
  close(): Promise<void>;
}
