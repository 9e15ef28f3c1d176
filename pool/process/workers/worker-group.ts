/**
 * All worker processes of a primary: their start and end, their newest facts, and the sums of these.
 * @module
 */
import cluster from 'node:cluster';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDeferred, type Deferred } from '../../../protocol/deferred.js';
import {
  type ConnectionPage,
  type ConnectionQuery,
  connectionsTogether,
} from '../../domain/connection-facts.js';
import type { PoolServerEvent, PoolStatus } from '../../domain/events.js';
import { LISTEN_ERROR_CODE, ListenError } from '../../domain/listen-error.js';
import type { LiveFacts } from '../../domain/live-facts.js';
import type { PolwAdminModules } from '../../http/admin/polw-routes.js';
import { metricsTogether } from '../../metrics/prometheus.js';
import { StoreUnavailableError } from '../../ports/store.js';
import type { FrontEndFacts } from '../pool-admin.js';
import type { FromWorker } from './messages.js';
import { statusTogether } from './status-together.js';
import { WorkerProcess } from './worker-process.js';

export interface WorkerGroupOptions {
  /** 1 to 64. */
  readonly workers: number;
  /** File of the configuration, which each worker reads. */
  readonly configPath: string;
  /** Version of the program. */
  readonly version: string;
  /** Whether events of level debug are told. */
  readonly detailed: boolean;
}

/** Events of a group. Workers are numbered from 0. */
export interface WorkerGroupEvents {
  /** A worker's event. @param number - undefined for events that all workers tell alike: worker 0 speaks for them */
  onEvent(event: PoolServerEvent, number?: number): void;
  /** A worker's facts, each second. */
  onFacts(number: number, facts: LiveFacts): void;
  /** A worker died. @param retryInMs - until it is started again */
  onDeath(number: number, reason: string, retryInMs: number): void;
}

/** Events that every worker tells alike: worker 0 tells them for all. */
const TOLD_ONCE: ReadonlySet<PoolServerEvent['type']> = new Set(['listening', 'identity', 'node', 'noNode']);

interface Latest {
  readonly status: PoolStatus;
  readonly frontEnd: FrontEndFacts;
}

export class WorkerGroup {
  /** Port of each listener, by its name. */
  readonly ports = new Map<string, number>();
  readonly #events: WorkerGroupEvents;
  readonly #workers: readonly WorkerProcess[];
  /** Resolved when the worker of that number serves miners. */
  readonly #ready: readonly Deferred<void>[];
  readonly #failure = createDeferred<Error>();
  /** The newest facts of each living worker, by its number. */
  readonly #latest = new Map<number, Latest>();
  #started = false;

  constructor(options: WorkerGroupOptions, events: WorkerGroupEvents) {
    const { workers: count, configPath, version, detailed } = options;
    this.#events = events;
    this.#ready = Array.from({ length: count }, () => createDeferred<void>());
    this.#workers = Array.from(
      { length: count },
      (_, number) =>
        new WorkerProcess({
          number,
          configPath: resolve(configPath),
          version,
          detailed,
          onMessage: (message) => this.#receive(number, message),
          onDeath: (reason, retryInMs) => {
            this.#latest.delete(number);
            events.onDeath(number, reason, retryInMs);
          },
        }),
    );
  }

  /** Starts all workers, and resolves when all of them serve miners. @throws Error if a worker can't start */
  async start(): Promise<void> {
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('./worker.js', import.meta.url)),
      args: [],
      serialization: 'advanced',
    });
    for (const worker of this.#workers) worker.start();
    const allReady = Promise.all(this.#ready.map(({ promise }) => promise)).then(() => undefined);
    const early = await Promise.race([allReady, this.#failure.promise]);
    if (early !== undefined) throw early;
    this.#started = true;
  }

  /** Resolves when the pool can't go on: with the reason. */
  get failure(): Promise<Error> {
    return this.#failure.promise;
  }

  frontEnds(): readonly FrontEndFacts[] {
    return [...this.#latest.values()].map(({ frontEnd }) => frontEnd);
  }

  status(): PoolStatus {
    return statusTogether([...this.#latest.values()].map(({ status }) => status));
  }

  /** Metrics of all workers that answer in time, as text for Prometheus. */
  async metrics(): Promise<string> {
    const snapshots = await Promise.all(this.#workers.map((worker) => worker.metrics()));
    return metricsTogether(snapshots.filter((snapshot) => snapshot !== undefined));
  }

  connections(query: ConnectionQuery): Promise<ConnectionPage> {
    const askers = this.#workers.map((worker) => (part: ConnectionQuery) => worker.connections(part));
    return connectionsTogether(askers, query);
  }

  /** Withdrawals from the fund, by the first worker that is there. @throws StoreUnavailableError if it does not tell in time */
  readonly polw: PolwAdminModules = {
    withdraw: async (order) => (await this.#first.withdraw(order)) ?? untold(),
    cancel: async (id) => (await this.#first.cancel(id)) ?? untold(),
  };

  /** Has each worker read certificates again. */
  reload(): void {
    for (const worker of this.#workers) worker.reload();
  }

  /** Has all workers end. @param limitMs - a worker that takes longer is killed */
  async stop(limitMs: number): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop(limitMs)));
  }

  get #first(): WorkerProcess {
    const [number = 0] = this.#latest.keys();
    return this.#workers[number]!;
  }

  #receive(number: number, message: FromWorker): void {
    if (message.type === 'event') {
      if (!TOLD_ONCE.has(message.event.type)) this.#events.onEvent(message.event, number);
      else if (number === 0) this.#events.onEvent(message.event);
    } else if (message.type === 'ready') {
      for (const [name, port] of message.ports) this.ports.set(name, port);
      this.#ready[number]!.resolve();
    } else if (message.type === 'facts') {
      this.#latest.set(number, message);
      this.#events.onFacts(number, message.facts);
    } else if (message.type === 'failed') {
      // At the start any failure ends the pool. Later a worker that fails is started again, and the others go on.
      if (message.fatal || !this.#started) this.#failure.resolve(errorOf(message));
    }
  }
}

function untold(): never {
  throw new StoreUnavailableError('the worker does not answer: it may have done it');
}

/** A worker's failure as an error, a ListenError where it is one. */
function errorOf({ message, code }: FromWorker & { type: 'failed' }): Error {
  return code === LISTEN_ERROR_CODE ? new ListenError(message) : new Error(message);
}
