/**
 * A worker of the primary: started again when it dies.
 * @module
 */
import cluster, { type Worker } from 'node:cluster';
import { backoffMs } from '../../../node/backoff.js';
import type { MetricsSnapshot } from '../../metrics/prometheus.js';
import {
  CONFIG_VARIABLE,
  DETAILED_VARIABLE,
  type FromWorker,
  NUMBER_VARIABLE,
  type ToWorker,
  VERSION_VARIABLE,
} from './messages.js';

const RESTART = { firstMs: 500, maxMs: 30_000 };

/** A worker that lived for so long starts its backoff anew, ms. */
const STEADY_MS = 60_000;

/** How long a worker may take to tell its metrics, ms. */
const METRICS_MS = 2_000;

export interface WorkerProcessOptions {
  /** From 0. */
  readonly number: number;
  readonly configPath: string;
  /** Of the program. */
  readonly version: string;
  /** Whether events of level debug are told. */
  readonly detailed: boolean;
  readonly onMessage: (message: FromWorker) => void;
  /** It died. @param retryInMs - until it is started again */
  readonly onDeath: (reason: string, retryInMs: number) => void;
}

export class WorkerProcess {
  readonly #options: WorkerProcessOptions;
  readonly #asked = new Map<number, (snapshot: MetricsSnapshot) => void>();
  #worker: Worker | undefined;
  #startedMs = 0;
  #failures = 0;
  #ids = 0;
  #reason: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #onExit: () => void = () => {};

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
  }

  get number(): number {
    return this.#options.number;
  }

  start(): void {
    const { number, configPath, version, detailed, onMessage } = this.#options;
    this.#startedMs = performance.now();
    this.#reason = undefined;
    const worker = cluster.fork({
      [CONFIG_VARIABLE]: configPath,
      [NUMBER_VARIABLE]: String(number),
      [VERSION_VARIABLE]: version,
      [DETAILED_VARIABLE]: detailed ? '1' : '0',
    });
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'metrics') this.#asked.get(message.id)?.(message.snapshot);
      else {
        if (message.type === 'failed') this.#reason = message.message;
        // Before this it hears nothing: what it was told then is lost.
        if (message.type === 'ready' && this.#stopping) this.#send({ type: 'stop' });
        onMessage(message);
      }
    });
    // What could not be started or told: its end follows, or has been.
    worker.on('error', () => {});
    worker.on('exit', (code, signal) =>
      this.#exited(this.#reason ?? `ended with ${signal ?? `code ${code}`}`),
    );
  }

  reload(): void {
    this.#send({ type: 'reload' });
  }

  /** The values of its metrics now, or undefined if it does not tell them in time. */
  metrics(): Promise<MetricsSnapshot | undefined> {
    this.#ids++;
    const id = this.#ids;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        resolve(undefined);
      }, METRICS_MS);
      this.#asked.set(id, (snapshot) => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(snapshot);
      });
      this.#send({ type: 'metrics', id });
    });
  }

  /** Lets it end in good order; kills it if it takes longer. */
  async stop(limitMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    await new Promise<void>((resolve) => {
      this.#onExit = resolve;
      const timer = setTimeout(() => worker.process.kill('SIGKILL'), limitMs);
      worker.on('exit', () => clearTimeout(timer));
      this.#send({ type: 'stop' });
    });
  }

  #send(message: ToWorker): void {
    if (this.#worker?.isConnected()) this.#worker.send(message, undefined, () => {});
  }

  #exited(reason: string): void {
    this.#worker = undefined;
    this.#onExit();
    if (this.#stopping) return;
    if (performance.now() - this.#startedMs > STEADY_MS) this.#failures = 0;
    this.#failures++;
    const retryInMs = backoffMs(this.#failures, Math.random, RESTART);
    this.#options.onDeath(reason, retryInMs);
    this.#timer = setTimeout(() => this.start(), retryInMs);
  }
}
