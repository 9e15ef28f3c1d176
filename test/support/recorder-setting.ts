/**
 * A recorder between a journal's writer and a store in memory.
 * @module
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { difficultyOfWork } from '../../pool/domain/difficulty.js';
import { Recorder } from '../../pool/recorder/recorder.js';
import type { RecorderEvent, RecorderFigures } from '../../pool/recorder/recorder-events.js';
import {
  JOURNAL_ID,
  testAccount,
  testFolder,
  testHash,
  type WriterHarness,
  writerHarness,
} from './journal-writing.js';
import { type MemoryStore, memoryStore } from './memory-store.js';

/** The least difficulty. */
export const EASY = difficultyOfWork(16n);

/** A writer, a recorder and a store, with clocks that are put ahead by hand. */
export class RecorderSetting {
  readonly store: MemoryStore = memoryStore();
  readonly events: RecorderEvent[] = [];
  readonly harness: WriterHarness;
  recorder!: Recorder;
  figures: RecorderFigures | undefined;
  /** Put ahead of both clocks of the recorder, ms. */
  aheadMs = 0;
  #handed = 0;
  #told = 0;

  constructor(t: TestContext) {
    this.harness = writerHarness(testFolder(t));
    this.start(true);
    t.after(() => this.recorder.close());
  }

  get folder(): string {
    return this.harness.folder;
  }

  /** A recorder over the folder as it is. */
  start(live: boolean, closedNumber = 0): void {
    this.recorder = new Recorder({
      store: this.store,
      now: () => Date.now() + this.aheadMs,
      monotonicMs: () => performance.now() + this.aheadMs,
      random: () => 0,
      onEvent: (event) => this.events.push(event),
      onFigures: (figures) => {
        this.figures = figures;
      },
    });
    this.recorder.add({ id: JOURNAL_ID, path: this.folder, live, closedNumber });
    this.recorder.start();
  }

  /** Closes segments of one share each. */
  write(segments: number): void {
    const { writer } = this.harness;
    for (let n = 0; n < segments; n++) {
      writer.share(writer.worker(testAccount(1), 'rig'), 0, EASY, testHash(1));
      assert.equal(writer.commit(), true);
      this.harness.nowMs += 10_000;
      writer.tick();
    }
    this.hand();
  }

  /** Hands the recorder what the writer has told. */
  hand(): void {
    const { closed, through } = this.harness;
    for (; this.#handed < closed.length; this.#handed++) this.recorder.segmentClosed(closed[this.#handed]!);
    for (; this.#told < through.length; this.#told++)
      this.recorder.through(JOURNAL_ID, through[this.#told]!.throughMs, through[this.#told]!.number);
  }

  /** Names of the journal's numbered files. */
  files(): string[] {
    return readdirSync(this.folder)
      .filter((name) => /^\d/.test(name))
      .sort();
  }

  async flushed(): Promise<void> {
    assert.equal(await this.recorder.flush(10_000), true);
  }

  numbers(): number[] {
    return this.store.state.get(JOURNAL_ID)?.batches.map(({ number }) => number) ?? [];
  }

  told(type: RecorderEvent['type']): RecorderEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  /** Puts the recorder's time ahead and wakes it. */
  ahead(ms: number): void {
    this.aheadMs += ms;
    this.recorder.through(JOURNAL_ID, 0, 0);
  }
}
