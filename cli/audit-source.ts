/**
 * A pool's API, as an audit asks it.
 * @module
 */
import { parseChain, parseMinerRun, parseRun, type RunAnswer } from '../audit/audit-answers.js';
import { runRoot } from '../audit/audit-run.js';
import type { AuditSource } from '../audit/check/audit-miner.js';
import { bytesToHex } from '../protocol/bytes.js';
import { systemErrorText } from '../protocol/system-error-text.js';

/** Longest answer that is read, bytes. */
const MAX_ANSWER_BYTES = 33_554_432;

/** Longest wait for an answer, ms. */
const ANSWER_MS = 20_000;

/** A pool that is asked too often, or is busy, is asked again so often, after a second each time. */
const TRIES = 10;
const AGAIN_MS = 1_000;

/** A pool can't be asked, or answers what is none of lesswork's API. */
export class PoolApiError extends Error {
  override readonly name = 'PoolApiError';
  readonly code = 'ERR_POOL_API';
}

/** The base of a pool's API from what a user gives: HOST:PORT or a URL, with `/api` behind it or not. @throws RangeError */
export function parseApiUrl(text: string): URL {
  try {
    const url = new URL(/^https?:\/\//.test(text) ? text : `http://${text}`);
    if (!/^https?:$/.test(url.protocol) || url.hostname === '' || url.username !== '' || url.search !== '')
      throw new RangeError();
    url.pathname = url.pathname.replace(/\/(api\/?(pools\/?)?)?$/, '/');
    url.hash = '';
    return url;
  } catch {
    throw new RangeError(
      `expected the address of a pool's API, such as http://pool.example:8080, got ${JSON.stringify(text)}`,
    );
  }
}

interface Answer {
  readonly status: number;
  readonly value: unknown;
  /** When the pool answered, by its clock, ms since the epoch; NaN if it does not say. */
  readonly dateMs: number;
}

export class PoolApi implements AuditSource {
  readonly #base: URL;
  readonly #address: string;
  #pool: string | undefined;
  #clocksMs = 0;

  /** @param pool - its id; the only pool there is, if left out */
  constructor(base: URL, address: string, pool?: string) {
    this.#base = base;
    this.#address = address;
    this.#pool = pool;
  }

  /** By how much its clock is ahead of this one's, to a second, ms; known after the first answer. */
  get clocksMs(): number {
    return this.#clocksMs;
  }

  async chain() {
    return parseChain(await this.#there(`/audit`));
  }

  async run(number: number): Promise<RunAnswer | undefined> {
    const value = await this.#mayBe(`/audit/runs/${number}`);
    return value === undefined ? undefined : parseRun(value);
  }

  async minerRun(number: number) {
    const value = await this.#mayBe(`/miners/${encodeURIComponent(this.#address)}/runs/${number}`);
    return value === undefined ? undefined : parseMinerRun(value);
  }

  /** Whether the pool shows a block in a run that is what its root says. @param below - number that the run's must be below */
  async isSettled(hash: string, below: number): Promise<boolean> {
    const value = await this.#mayBe(`/miners/${encodeURIComponent(this.#address)}/blocks/${hash}/credit`);
    const number = (value as { run?: { number?: unknown } } | undefined)?.run?.number;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number >= below) return false;
    const answer = await this.run(number);
    if (answer === undefined || bytesToHex(runRoot(answer.run)) !== answer.root) return false;
    return answer.run.blocks.some((block) => block.hash === hash);
  }

  async #there(path: string): Promise<unknown> {
    const value = await this.#mayBe(path);
    if (value !== undefined) return value;
    throw new PoolApiError(`${this.#base}: it has no audit: expected a lesswork pool with payouts`);
  }

  /** @returns undefined if there is no such thing */
  async #mayBe(path: string): Promise<unknown> {
    const pool = await this.#poolId();
    const { status, value } = await this.#ask(`api/pools/${pool}${path}`);
    if (status === 200) return value;
    const { code } = (value ?? {}) as { code?: unknown };
    if (status === 404 && (code === 'notSettled' || code === 'noAudit' || code === 'notFound'))
      return undefined;
    throw new PoolApiError(`${this.#base}api/pools/${pool}${path}: ${status} ${wordsOf(value)}`);
  }

  async #poolId(): Promise<string> {
    if (this.#pool !== undefined) return this.#pool;
    const { status, value, dateMs } = await this.#ask('api/pools');
    if (status === 429 || status === 503)
      throw new PoolApiError(`${this.#base}api/pools: ${status} ${wordsOf(value)}`);
    const pools = (value as { pools?: unknown } | null)?.pools;
    const id = Array.isArray(pools) ? (pools[0] as { id?: unknown } | undefined)?.id : undefined;
    if (typeof id !== 'string' || !/^[a-z0-9-]{1,32}$/.test(id))
      throw new PoolApiError(`${this.#base}api/pools: expected a pool with an id; is this its API?`);
    if (Number.isFinite(dateMs)) this.#clocksMs = dateMs - Date.now();
    this.#pool = id;
    return id;
  }

  async #ask(path: string): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await this.#askOnce(path);
      const isBusy = answer.status === 429 || answer.status === 503;
      if (!isBusy || tries === TRIES) return answer;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async #askOnce(path: string): Promise<Answer> {
    const url = new URL(path, this.#base);
    try {
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) });
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of response.body ?? []) {
        length += chunk.length;
        if (length > MAX_ANSWER_BYTES) throw new RangeError(`expected at most ${MAX_ANSWER_BYTES} bytes`);
        chunks.push(chunk);
      }
      const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      return { status: response.status, value, dateMs: Date.parse(response.headers.get('date') ?? '') };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new PoolApiError(
        cause instanceof SyntaxError
          ? `${url}: expected JSON of a pool's API, got something else`
          : `${url}: ${systemErrorText(cause)}`,
      );
    }
  }
}

/** What an answer says for people. */
function wordsOf(value: unknown): string {
  return String((value as { error?: unknown } | null)?.error).slice(0, 200);
}
