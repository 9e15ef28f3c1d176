/**
 * The recorder's thread: holds the store and brings journals to it, so that neither ever stops the stratum loop.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Store } from '../ports/store.js';
import { Recorder } from '../recorder/recorder.js';
import {
  type FromRecorder,
  type Guest,
  type RecorderData,
  type StartGuest,
  type StoreMethod,
  sendError,
  type ToRecorder,
} from './messages.js';

const port = parentPort!;
const send = (message: FromRecorder): void => port.postMessage(message);

/** How often the store forgets what its retention is over for, ms. */
const PRUNE_EVERY_MS = 3_600_000;

let pruning: NodeJS.Timeout | undefined;

/** What the main thread names as the store's module. */
interface StoreModule {
  openStore(
    settings: unknown,
    events: { onNotice(notice: { readonly type: string; readonly message?: string }): void },
  ): Promise<Store>;
}

/** Answers a call of the main thread. */
async function answer(
  store: Store,
  id: number,
  method: StoreMethod,
  args: readonly unknown[],
): Promise<void> {
  try {
    const call = store[method] as (...args: unknown[]) => Promise<unknown>;
    send({ type: 'result', id, value: await call.apply(store, [...args]) });
  } catch (error) {
    send({ type: 'error', id, error: sendError(error) });
  }
}

async function close(
  store: Store,
  recorder: Recorder,
  guest: Guest | undefined,
  limitMs: number,
): Promise<void> {
  clearInterval(pruning);
  await guest?.close();
  const flushed = await recorder.flush(limitMs);
  await Promise.race([recorder.close(), new Promise((resolve) => setTimeout(resolve, 1000))]);
  await store.close().catch(() => {});
  send({ type: 'closed', flushed });
  port.close();
}

async function main(): Promise<void> {
  const { storeModule, settings, guest: guestSettings } = workerData as RecorderData;
  const module = (await import(storeModule)) as StoreModule;
  let recorder: Recorder | undefined;
  const store = await module.openStore(settings, {
    onNotice: ({ type, message }) => {
      send({ type: 'recorderEvent', event: { type: 'storeNotice', notice: type, message } });
      if (type === 'back') recorder?.recheck();
    },
  });
  const started = new Recorder({
    store,
    now: Date.now,
    monotonicMs: () => performance.now(),
    random: Math.random,
    onEvent: (event) => send({ type: 'recorderEvent', event }),
    onFigures: (figures) => send({ type: 'figures', figures }),
  });
  recorder = started;
  let guest: Guest | undefined;
  if (guestSettings !== undefined) {
    const { startGuest } = (await import(guestSettings.module)) as { startGuest: StartGuest };
    guest = await startGuest(store, guestSettings.data, (message) => send({ type: 'guest', message }));
  }
  pruning = setInterval(() => {
    store.prune(Date.now()).catch(() => {
      // The store is away: the next time will do.
    });
  }, PRUNE_EVERY_MS);
  store.subscribe((event) => send({ type: 'poolEvent', event }));
  port.on('message', (message: ToRecorder) => {
    switch (message.type) {
      case 'call':
        void answer(store, message.id, message.method, message.args);
        break;
      case 'journal':
        started.add(message.journal);
        break;
      case 'segment':
        started.segmentClosed(message.segment);
        break;
      case 'through':
        started.through(message.journal, message.throughMs, message.number);
        break;
      case 'finish':
        started.finish(message.journal);
        break;
      case 'guest':
        guest?.onMessage(message.message);
        break;
      case 'close':
        void close(store, started, guest, message.limitMs);
        break;
    }
  });
  started.start();
  send({ type: 'opened' });
}

try {
  await main();
} catch (error) {
  send({ type: 'failed', error: sendError(error) });
  port.close();
}
