/**
 * How often a node is asked: it serves miners, too.
 * @module
 */
import { type BucketSettings, fullBucket, type TokenBucket, takeToken } from '../../protocol/token-bucket.js';

/** Requests to one node: a burst, and a rate. A thousand blocks that are not final take three minutes then, from one look to the next. */
const REQUESTS: BucketSettings = { perSecond: 20, burst: 40 };

export class RequestPace {
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #bucket: TokenBucket;

  /** @param now - monotonic clock, ms */
  constructor(now: () => number, sleep: (ms: number) => Promise<void>) {
    this.#now = now;
    this.#sleep = sleep;
    this.#bucket = fullBucket(REQUESTS, now());
  }

  /** Resolves when one more request may go out. */
  async turn(): Promise<void> {
    while (!takeToken(this.#bucket, REQUESTS, this.#now()))
      await this.#sleep(Math.ceil(1_000 / REQUESTS.perSecond));
  }
}
