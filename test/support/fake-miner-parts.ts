/**
 * A source and a device that do what a test says, for the miner's core.
 * @module
 */

import type { DeviceEvents, SearchDevice, SearchTask } from '../../miner/core/device.js';
import type { JobSource, SourceEvents, SourceKind, SourceSession } from '../../miner/core/source.js';
import type { ChainIndex } from '../../protocol/chain.js';
import type { Job } from '../../protocol/job.js';

export class FakeSource implements JobSource {
  readonly kind: SourceKind;
  events!: SourceEvents;
  readonly submitted: { readonly session: SourceSession; readonly job: Job; readonly header: Uint8Array }[] =
    [];
  /** Sessions that still take submissions. */
  readonly live = new Set<SourceSession>();
  #sessions = 0;

  constructor(kind: SourceKind = 'nodes') {
    this.kind = kind;
  }

  open(events: SourceEvents): void {
    this.events = events;
  }

  submit(session: SourceSession, job: Job, header: Uint8Array): boolean {
    if (!this.live.has(session)) return false;
    this.submitted.push({ session, job, header });
    return true;
  }

  close(): void {}

  /** Announces a new session. */
  begin(name = 'node', noncePrefix = new Uint8Array(0)): SourceSession {
    this.#sessions++;
    const session = { id: this.#sessions, name, noncePrefix };
    this.live.add(session);
    this.events.onSession(session);
    return session;
  }

  /** Ends a session. */
  end(session: SourceSession): void {
    this.live.delete(session);
    this.events.onSessionEnd(session);
  }
}

export class FakeDevice implements SearchDevice {
  readonly kind: 'cpu' | 'gpu' = 'cpu';
  readonly name: string;
  taskSize = 1000;
  readonly depth = 2;
  events!: DeviceEvents;
  readonly tasks: SearchTask[] = [];
  readonly abandoned: { readonly chain: ChainIndex; readonly generation: number }[] = [];

  readonly loads: number[] = [];
  /** Why it was to begin anew, each time. */
  readonly restarts: string[] = [];

  constructor(name = 'fake') {
    this.name = name;
  }

  start(events: DeviceEvents): void {
    this.events = events;
  }

  search(task: SearchTask): void {
    this.tasks.push(task);
  }

  abandon(chain: ChainIndex, generation: number): void {
    this.abandoned.push({ chain, generation });
  }

  setLoad(load: number): void {
    this.loads.push(load);
  }

  restart(why: string): void {
    this.restarts.push(why);
  }

  async close(): Promise<void> {}

  /** Works off the oldest task. @returns it */
  finish(finds: readonly bigint[] = [], hashes?: number): SearchTask {
    const task = this.tasks.shift();
    if (task === undefined) throw new Error('no task to finish');
    this.events.onReport({
      taskId: task.id,
      hashes: hashes ?? task.count,
      staleHashes: 0,
      finds,
      overflow: 0,
    });
    return task;
  }
}
