/**
 * Limits the messages of a connection. Pure.
 *
 * An accepted share costs a tenth of another message, since it has cost its miner work: an ASIC whose first difficulty is
 * far too low sends hundreds of shares a second until the next header brings a higher one. That is no flood.
 * @module
 */
import {
  type BucketSettings,
  fullBucket,
  returnTokens,
  type TokenBucket,
  takeToken,
} from '../../protocol/token-bucket.js';

/** Messages that may come at once, as seconds of the rate. */
const BURST_SECONDS = 20;

/** The part of its cost that an accepted share gets back. */
const SHARE_REFUND = 0.9;

/** Further messages that a refused login counts for: checking it takes as long as checking this many shares. */
const REFUSED_LOGIN_COST = 20;

/** The limit of all connections; each has a bucket of its own. */
export class MessageLimit {
  readonly #settings: BucketSettings;

  /** @param messagesPerSecond - lasting rate of one connection */
  constructor(messagesPerSecond: number) {
    this.#settings = { perSecond: messagesPerSecond, burst: messagesPerSecond * BURST_SECONDS };
  }

  start(nowMs: number): TokenBucket {
    return fullBucket(this.#settings, nowMs);
  }

  /** Counts a message. @returns false if it is one too many: the connection is a flood */
  note(bucket: TokenBucket, nowMs: number): boolean {
    return takeToken(bucket, this.#settings, nowMs);
  }

  /** Counts the refusal of a login, after `note`. @returns false as `note` does */
  noteRefusedLogin(bucket: TokenBucket, nowMs: number): boolean {
    return takeToken(bucket, this.#settings, nowMs, REFUSED_LOGIN_COST);
  }

  /** Gives back most of an accepted share's cost, after `note`. */
  noteAccepted(bucket: TokenBucket): void {
    returnTokens(bucket, this.#settings, SHARE_REFUND);
  }
}
