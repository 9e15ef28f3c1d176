/**
 * A worker process of the primary, which is started again when it dies.
 * @module
 */
import cluster, { type Worker } from 'node:cluster';
import { backoffMs } from '../../../node/backoff.js';
import type { ConnectionPage, ConnectionQuery } from '../../domain/connection-facts.js';
import type { PolwWithdrawalOrder, PolwWithdrawalOutcome } from '../../domain/polw-withdrawal.js';
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

/** A worker that lived this long starts its backoff anew, ms. */
const STEADY_MS = 60_000;

/** How long a worker may take to answer what it is asked, ms. */
const ANSWER_MS = 2_000;

/** The same where it asks the store. */
const STORE_ANSWER_MS = 10_000;

/** A worker's answer. */
type Answer = Extract<FromWorker, { readonly id: number }>;

export interface WorkerProcessOptions {
  /** From 0. */
  readonly number: number;
  readonly configPath: string;
  /** Of the program. */
  readonly version: string;
  /** Whether events of level debug are told. */
  readonly detailed: boolean;
  readonly onMessage: (message: FromWorker) => void;
  /** The worker died. @param retryInMs - until it is started again */
  readonly onDeath: (reason: string, retryInMs: number) => void;
}

export class WorkerProcess {
  readonly #options: WorkerProcessOptions;
  readonly #asked = new Map<number, (answer: Answer) => void>();
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
      if ('id' in message) this.#asked.get(message.id)?.(message);
      else {
        if (message.type === 'failed') this.#reason = message.message;
        // The worker hears nothing before this: earlier messages are lost.
        if (message.type === 'ready' && this.#stopping) this.#send({ type: 'stop' });
        onMessage(message);
      }
    });
    // The worker could not be started or told something: its exit follows, or has already come.
    worker.on('error', () => {});
    worker.on('exit', (code, signal) =>
      this.#exited(this.#reason ?? `ended with ${signal ?? `code ${code}`}`),
    );
  }

  reload(): void {
    this.#send({ type: 'reload' });
  }

  /** The present values of its metrics; undefined if it does not tell them in time. */
  async metrics(): Promise<MetricsSnapshot | undefined> {
    const answer = await this.#ask((id) => ({ type: 'metrics', id }));
    return answer?.type === 'metrics' ? answer.snapshot : undefined;
  }

  /** Some of its connections, or undefined if it does not tell them in time. */
  async connections(query: ConnectionQuery): Promise<ConnectionPage | undefined> {
    const answer = await this.#ask((id) => ({ type: 'connections', id, query }));
    return answer?.type === 'connections' ? answer.page : undefined;
  }

  /** Has it set coins aside; undefined if it does not tell in time. */
  async withdraw(order: PolwWithdrawalOrder): Promise<PolwWithdrawalOutcome | undefined> {
    const answer = await this.#ask((id) => ({ type: 'withdraw', id, order }), STORE_ANSWER_MS);
    return answer?.type === 'withdraw' ? answer.outcome : undefined;
  }

  /** Has it give them back; undefined if it does not tell in time. */
  async cancel(withdrawal: string): Promise<boolean | undefined> {
    const answer = await this.#ask((id) => ({ type: 'cancel', id, withdrawal }), STORE_ANSWER_MS);
    return answer?.type === 'cancel' ? answer.cancelled : undefined;
  }

  #ask(question: (id: number) => ToWorker, limitMs = ANSWER_MS): Promise<Answer | undefined> {
    this.#ids++;
    const id = this.#ids;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        resolve(undefined);
      }, limitMs);
      this.#asked.set(id, (answer) => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(answer);
      });
      this.#send(question(id));
    });
  }

  /** Asks the worker to end; kills it if that takes too long. */
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
