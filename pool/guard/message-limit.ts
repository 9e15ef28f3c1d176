/**
 * How many messages a connection may send. Pure.
 *
 * An accepted share has cost its miner work, so it costs a tenth of another message: an ASIC whose first difficulty is
 * far too low sends hundreds a second until the next header brings a higher one, and is no flood.
 * @module
 */
import {
  type BucketSettings,
  fullBucket,
  returnTokens,
  type TokenBucket,
  takeToken,
} from './token-bucket.js';

/** Messages that may come at once, as seconds of the rate. */
const BURST_SECONDS = 20;

/** What an accepted share gets back of what it cost. */
const SHARE_REFUND = 0.9;

/** Messages that a refused login counts for beside its own: it takes as long to look at as so many shares. */
const REFUSED_LOGIN_COST = 20;

/** The limit of all connections; each has a bucket of its own. */
export class MessageLimit {
  readonly #settings: BucketSettings;

  /** @param messagesPerSecond - of one connection, for long */
  constructor(messagesPerSecond: number) {
    this.#settings = { perSecond: messagesPerSecond, burst: messagesPerSecond * BURST_SECONDS };
  }

  start(nowMs: number): TokenBucket {
    return fullBucket(this.#settings, nowMs);
  }

  /** A message came. @returns false if it is one too many: the connection is a flood */
  note(bucket: TokenBucket, nowMs: number): boolean {
    return takeToken(bucket, this.#settings, nowMs);
  }

  /** It was a login, and was refused. @returns false as `note` does */
  noteRefusedLogin(bucket: TokenBucket, nowMs: number): boolean {
    return takeToken(bucket, this.#settings, nowMs, REFUSED_LOGIN_COST);
  }

  /** It was a share, and was accepted. */
  noteAccepted(bucket: TokenBucket): void {
    returnTokens(bucket, this.#settings, SHARE_REFUND);
  }
}
