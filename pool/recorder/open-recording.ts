/**
 * Everything between an accepted share and the store: the store in its thread, its clock, the journal of this
 * process, and the journals of dead processes.
 * @module
 */

import { type AdoptedJournal, adoptJournals } from '../journal/adopt-journals.js';
import type { JournalEvent } from '../journal/journal-events.js';
import type { JournalFiles } from '../journal/journal-files.js';
import { listJournalFiles } from '../journal/journal-folder.js';
import { type Journal, type JournalFigures, openJournal } from '../journal/open-journal.js';
import type { Store } from '../ports/store.js';
import type { PushSign } from '../store-thread/push-sign.js';
import type { ServiceDefinition, ServiceOrder } from '../store-thread/services.js';
import { createStoreClock, measureOffset, type StoreClock } from '../store-thread/store-clock.js';
import { openStoreThread, type StoreThread, type ThreadEvent } from '../store-thread/store-thread.js';
import type { RecorderEvent, RecorderFigures } from './recorder-events.js';

/** Time between two corrections of the clock, and two looks for journals of dead processes, ms. */
const EVERY_MS = 60_000;

export interface RecordingOptions {
  /** The pool's data folder. */
  readonly folder: string;
  readonly maxUnconfirmedBytes: number;
  /** URL of a module that exports `openStore(settings, events): Promise<Store>`. */
  readonly storeModule: string;
  /** The settings for `openStore`; cloned into the thread. */
  readonly settings: unknown;
  /** Services that run in the recorder's thread. */
  readonly services?: readonly ServiceOrder[];
}

/** An event that the operator should know of. */
export type RecordingEvent =
  | JournalEvent
  | RecorderEvent
  | ThreadEvent
  /** The store's clock is ahead of this machine's by this much, ms. Told at the start and each minute. */
  | { readonly type: 'clockOffset'; readonly offsetMs: number }
  /** Journals of dead processes were taken over that hold what the store had not confirmed. */
  | { readonly type: 'adopted'; readonly journals: readonly string[] }
  | { readonly type: 'adoptionFailed'; readonly message: string };

export interface RecordingModules {
  readonly onEvent: (event: RecordingEvent) => void;
  /** File operations of the journal; tests hand in their own. */
  readonly files?: JournalFiles;
}

/** A pool's memory. */
export interface Recording {
  readonly store: Store;
  readonly journal: Journal;
  /** To be up while jobs are on their way to miners. */
  readonly pushes: Pick<PushSign, 'during'>;
  /** The store's time, ms since the epoch. */
  readonly clock: StoreClock;
  /** How much the store's clock was ahead of this machine's at the start, ms. Some seconds mean that one of them is wrong. */
  readonly offsetMs: number;
  readonly figures: JournalFigures &
    Pick<RecorderFigures, 'pending' | 'throughMs' | 'confirmed' | 'storeAway'> & {
      /** Requests that the store refused for good. */
      readonly storeRefusals: number;
      /** The embedded store's file is no longer at its path. */
      readonly storeFileGone: boolean;
    };
  /** Tells a service something; lost while the thread is being started again. */
  tell<Data, To, From>(service: ServiceDefinition<Data, To, From>, message: To): void;
  /** Closes the journal, brings it to the store within this time, and ends everything. @returns whether the store has all of it */
  close(limitMs: number): Promise<boolean>;
}

/** Opens the store and a journal. @throws what opening the store throws, StoreUnavailableError, or the error of the operating system */
export async function openRecording(
  options: RecordingOptions,
  modules: RecordingModules,
): Promise<Recording> {
  const { onEvent, files } = modules;
  const adopted = new Map<string, AdoptedJournal>();
  let journal: Journal | undefined;
  const thread = await openStoreThread({
    storeModule: options.storeModule,
    settings: options.settings,
    services: options.services ?? [],
    onEvent: (event) => {
      if (event.type === 'emptied') {
        adopted.get(event.journal)?.remove();
        adopted.delete(event.journal);
      }
      onEvent(event);
    },
    onFigures: (figures) => journal?.progress(figures),
  });
  try {
    const offsetMs = await measureOffset(thread.store);
    const clock = createStoreClock(Date.now() + offsetMs, () => performance.now());
    onEvent({ type: 'clockOffset', offsetMs });
    const opened = openJournal(options, {
      clock: clock.now,
      onSegmentClosed: (segment) => thread.segmentClosed(segment),
      onThrough: (throughMs, number) => thread.through(opened.id, throughMs, number),
      onEvent,
      ...(files === undefined ? {} : { files }),
    });
    journal = opened;
    thread.drain({ id: opened.id, path: opened.path, live: true, closedNumber: 0 });
    const adoptNow = (): void => adopt(options.folder, opened.id, adopted, thread, onEvent);
    adoptNow();
    const timer = setInterval(() => {
      adoptNow();
      void correct(thread.store, clock, onEvent);
    }, EVERY_MS).unref();
    return {
      store: thread.store,
      journal: opened,
      pushes: thread.pushes,
      clock,
      offsetMs,
      get figures() {
        const { figures, refusals, storeFileGone } = thread;
        return { ...figures, ...opened.figures, storeRefusals: refusals, storeFileGone };
      },
      tell: (service, message) => thread.tell(service, message),
      close: async (limitMs) => {
        clearInterval(timer);
        opened.close();
        thread.finish(opened.id);
        const flushed = await thread.close(limitMs);
        for (const { release } of adopted.values()) release();
        opened.release();
        return flushed;
      },
    };
  } catch (error) {
    journal?.release();
    await thread.close(0);
    throw error;
  }
}

function adopt(
  folder: string,
  own: string,
  adopted: Map<string, AdoptedJournal>,
  thread: StoreThread,
  onEvent: (event: RecordingEvent) => void,
): void {
  try {
    const journals = adoptJournals(folder, new Set([own, ...adopted.keys()]));
    for (const journal of journals) {
      adopted.set(journal.id, journal);
      thread.drain({ id: journal.id, path: journal.path, live: false, closedNumber: 0 });
    }
    // A journal that the store has confirmed is kept for a while, and no news at each start.
    const waiting = journals.filter(({ path }) => listJournalFiles(path).some(({ kind }) => kind !== 'done'));
    if (waiting.length > 0) onEvent({ type: 'adopted', journals: waiting.map(({ id }) => id) });
  } catch (error) {
    onEvent({ type: 'adoptionFailed', message: (error as Error).message });
  }
}

async function correct(
  store: Store,
  clock: StoreClock,
  onEvent: (event: RecordingEvent) => void,
): Promise<void> {
  try {
    clock.correct(await measureOffset(store, clock.now));
    onEvent({ type: 'clockOffset', offsetMs: clock.now() - Date.now() });
  } catch {
    // The store is away: the recorder says so.
  }
}
