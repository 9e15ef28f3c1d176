/**
 * The main thread's end of the recorder's thread: the store as if it were in this thread, and the journals that are brought to it.
 * A thread that dies is started again and is given the same journals: their folders hold their state.
 * @module
 */
import { Worker } from 'node:worker_threads';
import { backoffMs } from '../../node/backoff.js';
import type { ClosedSegment } from '../journal/journal-events.js';
import { type Store, StoreUnavailableError } from '../ports/store.js';
import type { DrainedJournal, RecorderEvent, RecorderFigures } from '../recorder/recorder-events.js';
import { type FromRecorder, type RecorderData, receiveError, type ToRecorder } from './messages.js';
import { PushSign } from './push-sign.js';
import type { ServiceDefinition, ServiceOrder } from './services.js';
import { StoreCalls } from './store-calls.js';

const RESTART = { firstMs: 500, maxMs: 30_000 };

/** Further wait for a thread that should have closed, ms; then it is ended. */
const CLOSE_GRACE_MS = 3000;

export interface StoreThreadOptions extends Omit<RecorderData, 'services' | 'pushes'> {
  readonly services?: readonly ServiceOrder[];
  readonly onEvent: (event: RecorderEvent | ThreadEvent) => void;
  /** For metrics, and for the journal's limit. */
  readonly onFigures: (figures: RecorderFigures) => void;
}

/** The thread died, and is started again. */
export interface ThreadEvent {
  readonly type: 'threadDied';
  readonly message: string;
}

/** A recorder's thread. */
export interface StoreThread {
  readonly store: Store;
  /** To be up while jobs are on their way to miners. */
  readonly pushes: PushSign;
  readonly figures: RecorderFigures;
  /** Requests that the store refused for good. */
  readonly refusals: number;
  /** The embedded store's file is no longer at its path. */
  readonly storeFileGone: boolean;
  /** Takes over a journal that this process has locked. */
  drain(journal: DrainedJournal): void;
  segmentClosed(segment: ClosedSegment): void;
  through(journal: string, throughMs: number, number: number): void;
  /** Tells a service something; lost while the thread is being started again. */
  tell<Data, To, From>(service: ServiceDefinition<Data, To, From>, message: To): void;
  /** A journal is not written any more. */
  finish(journal: string): void;
  /** Brings pending batches to the store within this time, and ends. @returns whether the store has all of them */
  close(limitMs: number): Promise<boolean>;
}

const NO_FIGURES: RecorderFigures = {
  taken: 0,
  unconfirmedBytes: 0,
  pending: 0,
  throughMs: 0,
  confirmed: 0,
  storeAway: false,
};

/** Starts the thread and opens the store in it. @throws what opening the store throws */
export async function openStoreThread(options: StoreThreadOptions): Promise<StoreThread> {
  const thread = new Thread(options);
  await thread.open();
  return thread;
}

class Thread implements StoreThread {
  readonly store: Store;
  readonly pushes = new PushSign();
  readonly #options: StoreThreadOptions;
  readonly #calls: StoreCalls;
  readonly #journals = new Map<string, DrainedJournal>();
  #worker: Worker | undefined;
  #opened = false;
  #failures = 0;
  #restart: NodeJS.Timeout | undefined;
  #figures = NO_FIGURES;
  #refusals = 0;
  #storeFileGone = false;
  #closed: Promise<boolean> | undefined;
  #onClosed: (flushed: boolean) => void = () => {};

  constructor(options: StoreThreadOptions) {
    this.#options = options;
    this.#calls = new StoreCalls((id, method, args) => this.#send({ type: 'call', id, method, args }));
    this.store = this.#calls.store(async () => {
      await this.close(0);
    });
  }

  get figures(): RecorderFigures {
    return this.#figures;
  }

  get storeFileGone(): boolean {
    return this.#storeFileGone;
  }

  get refusals(): number {
    return this.#refusals;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => this.#start(resolve, reject));
  }

  drain(journal: DrainedJournal): void {
    this.#journals.set(journal.id, journal);
    this.#send({ type: 'journal', journal });
  }

  segmentClosed(segment: ClosedSegment): void {
    const journal = this.#journals.get(segment.journal);
    if (journal !== undefined) this.#journals.set(journal.id, { ...journal, closedNumber: segment.number });
    this.#send({ type: 'segment', segment });
  }

  through(journal: string, throughMs: number, number: number): void {
    this.#send({ type: 'through', journal, throughMs, number });
  }

  tell<Data, To, From>({ name }: ServiceDefinition<Data, To, From>, message: To): void {
    this.#send({ type: 'service', name, message });
  }

  finish(id: string): void {
    const journal = this.#journals.get(id);
    if (journal !== undefined) this.#journals.set(id, { ...journal, live: false });
    this.#send({ type: 'finish', journal: id });
  }

  close(limitMs: number): Promise<boolean> {
    this.#closed ??= this.#end(limitMs);
    return this.#closed;
  }

  async #end(limitMs: number): Promise<boolean> {
    clearTimeout(this.#restart);
    const worker = this.#worker;
    let flushed = false;
    if (worker !== undefined && this.#send({ type: 'close', limitMs })) {
      flushed = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), limitMs + CLOSE_GRACE_MS);
        this.#onClosed = (done) => {
          clearTimeout(timer);
          resolve(done);
        };
      });
    }
    await worker?.terminate();
    this.#worker = undefined;
    this.#calls.rejectAll('store: closed');
    return flushed;
  }

  #start(onOpened: () => void, onFailed: (error: Error) => void): void {
    const { storeModule, settings, services = [] } = this.#options;
    const ordered = services.map((service) => service.settings);
    const data: RecorderData = { storeModule, settings, services: ordered, pushes: this.pushes.buffer };
    const worker = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: data,
      name: 'recorder',
    });
    this.#worker = worker;
    this.#opened = false;
    let reason = new StoreUnavailableError('store: its thread ended') as Error;
    worker.on('message', (message: FromRecorder) => {
      if (message.type === 'opened') {
        this.#opened = true;
        this.#storeFileGone = false;
        this.#failures = 0;
        for (const journal of this.#journals.values()) this.#send({ type: 'journal', journal });
        onOpened();
      } else if (message.type === 'failed') {
        reason = receiveError(message.error);
        // A half-opened store may keep the thread alive.
        void worker.terminate();
      } else {
        this.#receive(message);
      }
    });
    worker.on('error', (error) => {
      reason = error;
    });
    worker.on('exit', () => {
      const opened = this.#opened;
      this.#opened = false;
      this.#calls.rejectAll(reason.message);
      this.#onClosed(false);
      if (this.#closed === undefined && this.#worker === worker) {
        this.#worker = undefined;
        if (opened) this.#startAgain(reason);
        else onFailed(reason);
      }
    });
  }

  #startAgain(reason: Error): void {
    this.#options.onEvent({ type: 'threadDied', message: reason.message });
    this.#failures += 1;
    const waitMs = backoffMs(this.#failures, Math.random, RESTART);
    this.#restart = setTimeout(
      () =>
        this.#start(
          () => {},
          (error) => this.#startAgain(error),
        ),
      waitMs,
    ).unref();
  }

  #receive(message: FromRecorder): void {
    switch (message.type) {
      case 'result':
        this.#calls.resolve(message.id, message.value);
        break;
      case 'error':
        this.#calls.reject(message.id, message.error);
        break;
      case 'poolEvent':
        this.#calls.tell(message.event);
        break;
      case 'recorderEvent':
        if (message.event.type === 'storeRefused') this.#refusals++;
        if (message.event.type === 'storeNotice' && /^file(Gone|Back)$/.test(message.event.notice))
          this.#storeFileGone = message.event.notice === 'fileGone';
        if (message.event.type === 'emptied') this.#journals.delete(message.event.journal);
        this.#options.onEvent(message.event);
        break;
      case 'figures':
        this.#figures = message.figures;
        this.#options.onFigures(message.figures);
        break;
      case 'service':
        for (const { settings, hear } of this.#options.services ?? [])
          if (settings.name === message.name) hear(message.message);
        break;
      case 'closed':
        this.#onClosed(message.flushed);
        break;
    }
  }

  #send(message: ToRecorder): boolean {
    if (!this.#opened || this.#worker === undefined) return false;
    this.#worker.postMessage(message);
    return true;
  }
}
