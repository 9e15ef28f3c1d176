/**
 * A stratum client that asks what it likes, and reads the answers.
 * @module
 */
import type { RawClient } from './raw-client.js';
import { ADDRESS, type PoolLine, searchShares, type ToldJob } from './test-pool.js';
import { waitFor } from './wait.js';

export class RudeClient {
  readonly raw: RawClient;
  #ids = 0;

  constructor(raw: RawClient) {
    this.raw = raw;
  }

  /** Whole lines that came. */
  get lines(): PoolLine[] {
    return this.raw.received
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as PoolLine);
  }

  /** Asks, and waits for the answer. */
  async ask(method: unknown, params?: unknown): Promise<PoolLine> {
    this.#ids++;
    const id = `ask ${this.#ids}`;
    this.raw.send(`${JSON.stringify({ id, method, params })}\n`);
    let answer: PoolLine | undefined;
    await waitFor(`the answer to ${JSON.stringify({ method, params }).slice(0, 200)}`, () => {
      if (!this.raw.received.includes(id)) return this.raw.closed;
      answer = this.lines.find((line) => line.id === id);
      return answer !== undefined;
    });
    if (answer === undefined) throw new Error('closed without an answer');
    return answer;
  }

  async authorize(login = `${ADDRESS}.rude`, password = 'x'): Promise<PoolLine> {
    const answer = await this.ask('mining.authorize', [login, password]);
    if (answer.result === true)
      await waitFor('a job', () => this.lines.some(({ method }) => method === 'mining.notify'));
    return answer;
  }

  get job(): ToldJob {
    const told = this.lines.findLast(({ method }) => method === 'mining.notify');
    return told!.params!.at(-1) as ToldJob;
  }

  get extranonce(): string {
    return this.lines.findLast(({ method }) => method === 'mining.set_extranonce')!.params![0] as string;
  }

  /** Nonces that are shares of its job. */
  shares(from = 0): Generator<string, never> {
    return searchShares(this.job, this.extranonce, from);
  }

  /** @returns code of the refusal, 0 for none */
  async submit(nonce: unknown, more: object = {}): Promise<number> {
    const params = { jobId: this.job.jobId, nonce, worker: `${ADDRESS}.rude`, ...more };
    return (await this.ask('mining.submit', params)).error?.code ?? 0;
  }
}
