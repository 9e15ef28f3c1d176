/**
 * An owner of a search device, as the miner is one: keeps it busy with tasks and writes down what it says.
 * @module
 */
import type { SearchDevice, SearchReport, SearchTask } from '../../miner/core/device.js';
import { seededBytes } from './seeded-bytes.js';

/** What the device said when it broke. */
export interface Failure {
  readonly message: string;
  readonly lostTaskIds: readonly number[];
  readonly final: boolean;
}

/** Owns one device from its start on. */
export class DeviceOwner {
  readonly device: SearchDevice;
  readonly reports: SearchReport[] = [];
  readonly failures: Failure[] = [];
  readonly held = new Set<number>();
  readyCount = 0;
  /** Whether to give tasks as long as the device takes some. */
  feeding = false;
  #nextId = 1;
  #wake: (() => void)[] = [];

  constructor(device: SearchDevice) {
    this.device = device;
    device.start({
      onReady: () => this.#changed(() => this.readyCount++),
      onReport: (report) =>
        this.#changed(() => {
          if (!this.held.delete(report.taskId)) throw new Error(`task ${report.taskId} was not held`);
          this.reports.push(report);
        }),
      onFailure: (failure) =>
        this.#changed(() => {
          this.feeding = false;
          for (const id of failure.lostTaskIds) this.held.delete(id);
          this.failures.push(failure);
        }),
    });
  }

  /** Gives a task: one in which nothing is to be found, unless told otherwise. Returns its id. */
  give(task: Partial<SearchTask> = {}): number {
    const id = this.#nextId++;
    this.held.add(id);
    this.device.search({
      headerBlob: seededBytes('device owner', 302),
      prefix: seededBytes('device owner prefix', 16),
      target: new Uint8Array(32),
      chain: 0,
      start: 0n,
      count: this.device.taskSize,
      generation: 1,
      ...task,
      id,
    });
    return id;
  }

  /** Begins to keep the device busy. */
  feed(): void {
    this.feeding = true;
    this.#changed(() => {});
  }

  /** Resolves when the condition holds. @throws Error if it does not within the time */
  async until(what: string, condition: () => boolean, timeoutMs = 60_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0)
        throw new Error(`${what}: not within ${timeoutMs} ms; failures: ${JSON.stringify(this.failures)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #changed(change: () => void): void {
    change();
    while (this.feeding && this.held.size < this.device.depth) this.give();
    for (const wake of this.#wake.splice(0)) wake();
  }
}
