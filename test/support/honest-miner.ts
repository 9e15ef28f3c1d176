/**
 * A miner as it should be, at a share each few milliseconds: what others do to the pool must not be its trouble.
 * @module
 */
import { connect } from 'node:net';
import { RawClient } from './raw-client.js';
import { type PoolLine, searchShares, type ToldJob } from './test-pool.js';

const SHARE_EVERY_MS = 15;

/** Shares whose answers are awaited at a time. */
const MAX_IN_FLIGHT = 8;

/** What a miner can do nothing about. */
const STALE_CODE = 20;

export class HonestMiner {
  readonly client: RawClient;
  accepted = 0;
  submitted = 0;
  stale = 0;
  /** Words of refusals, but for stale shares. */
  readonly refusals: string[] = [];
  readonly #timer: NodeJS.Timeout;
  #read = 0;
  #extranonce = '';
  #job: ToldJob | undefined;
  #shares: Generator<string, never> | undefined;

  constructor(port: number, from: string, login: string) {
    this.client = new RawClient(connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true }));
    this.client.send('{"id":"s","method":"mining.subscribe","params":["honest/1.0"]}\n');
    this.client.send(`{"id":"a","method":"mining.authorize","params":["${login}","x"]}\n`);
    this.#timer = setInterval(() => this.#tick(), SHARE_EVERY_MS);
  }

  /** Ends, once all answers are there. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const deadline = performance.now() + 5_000;
    while (this.#inFlight > 0 && !this.client.closed && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.#readLines();
    }
    if (this.#inFlight > 0) this.refusals.push(`${this.#inFlight} shares without an answer`);
    this.client.socket.destroy();
  }

  get #inFlight(): number {
    return this.submitted - this.accepted - this.stale - this.refusals.length;
  }

  #tick(): void {
    this.#readLines();
    const job = this.#job;
    if (job === undefined || this.#extranonce === '' || this.#inFlight >= MAX_IN_FLIGHT) return;
    this.#shares ??= searchShares(job, this.#extranonce, this.submitted * 1_000);
    this.submitted++;
    const params = { jobId: job.jobId, nonce: this.#shares.next().value, worker: '' };
    this.client.send(`${JSON.stringify({ id: this.submitted, method: 'mining.submit', params })}\n`);
  }

  #readLines(): void {
    const { received } = this.client;
    for (;;) {
      const end = received.indexOf('\n', this.#read);
      if (end === -1) return;
      this.#take(JSON.parse(received.slice(this.#read, end)) as PoolLine);
      this.#read = end + 1;
    }
  }

  #take({ id, method, params, result, error }: PoolLine): void {
    if (method === 'mining.set_extranonce') this.#extranonce = params![0] as string;
    else if (method === 'mining.notify') {
      this.#job = params!.at(-1) as ToldJob;
      this.#shares = undefined;
    } else if (typeof id === 'number') {
      if (result === true) this.accepted++;
      else if (error?.code === STALE_CODE) this.stale++;
      else this.refusals.push(error?.message ?? 'no reason');
    } else if (id === 'a' && result !== true) this.refusals.push(error?.message ?? 'not authorized');
  }
}
