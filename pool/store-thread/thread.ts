/**
 * The recorder's thread: holds the store and brings journals to it, so that neither ever stops the stratum loop.
 * @module
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type Store, StoreRefusedError, StoreUnavailableError } from '../ports/store.js';
import { Recorder } from '../recorder/recorder.js';
import {
  type FromRecorder,
  type RecorderData,
  type StoreMethod,
  sendError,
  type ToRecorder,
} from './messages.js';
import { PushSign } from './push-sign.js';
import type { Service, ServiceHost, StartService } from './services.js';

const port = parentPort!;
const send = (message: FromRecorder): void => port.postMessage(message);

/** Time between two prunings of the store, ms. */
const PRUNE_EVERY_MS = 3_600_000;

let pruning: NodeJS.Timeout | undefined;

/** The module that the main thread names for the store. */
interface StoreModule {
  openStore(
    settings: unknown,
    events: { onNotice(notice: { readonly type: string; readonly message?: string }): void },
  ): Promise<Store>;
}

/** The store did not do what it was asked to, and is not away: someone has to hear of it. */
function tellRefused(method: StoreMethod, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  send({ type: 'recorderEvent', event: { type: 'storeRefused', method, message } });
}

/** Answers a call of the main thread. */
async function answer(
  store: Store,
  id: number,
  method: StoreMethod,
  args: readonly unknown[],
): Promise<void> {
  try {
    const [part, name] = method.split('.') as ['fund' | 'books', string] | [string, undefined];
    const owner = name === undefined ? store : store[part as 'fund' | 'books'];
    const call = owner[(name ?? part) as keyof typeof owner] as (...args: unknown[]) => Promise<unknown>;
    send({ type: 'result', id, value: await call.apply(owner, [...args]) });
  } catch (error) {
    if (error instanceof StoreRefusedError) tellRefused(method, error);
    send({ type: 'error', id, error: sendError(error) });
  }
}

async function close(
  store: Store,
  recorder: Recorder,
  services: ReadonlyMap<string, Service<unknown>>,
  limitMs: number,
): Promise<void> {
  clearInterval(pruning);
  for (const service of services.values()) await service.close();
  const flushed = await recorder.flush(limitMs);
  await Promise.race([recorder.close(), new Promise((resolve) => setTimeout(resolve, 1000))]);
  await store.close().catch(() => {});
  send({ type: 'closed', flushed });
  port.close();
}

async function main(): Promise<void> {
  const { storeModule, settings, services: wanted, pushes } = workerData as RecorderData;
  const sign = new PushSign(pushes);
  const host: ServiceHost = {
    pushPassed: () =>
      sign.passed(
        () => nextTurn(),
        (ms) => sleep(ms),
      ),
  };
  const module = (await import(storeModule)) as StoreModule;
  let recorder: Recorder | undefined;
  const store = await module.openStore(settings, {
    onNotice: ({ type, message }) => {
      send({ type: 'recorderEvent', event: { type: 'storeNotice', notice: type, message } });
      if (type === 'back' || type === 'fileBack') recorder?.recheck();
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
  const services = new Map<string, Service<unknown>>();
  for (const { name, module: url, data } of wanted) {
    const { startService } = (await import(url)) as { startService: StartService<unknown, unknown, unknown> };
    const say = (message: unknown): void => send({ type: 'service', name, message });
    services.set(name, await startService(store, data, say, host));
  }
  pruning = setInterval(() => {
    store.prune(Date.now()).catch((error: unknown) => {
      // A store that is away is pruned an hour later; the recorder tells of its absence.
      if (!(error instanceof StoreUnavailableError)) tellRefused('prune', error);
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
      case 'service':
        services.get(message.name)?.onMessage(message.message);
        break;
      case 'close':
        void close(store, started, services, message.limitMs);
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
