/**
 * Limits how often something may happen: a burst at once, and a rate a second. Pure; each bucket is two numbers.
 * @module
 */

/** The state of a bucket. */
export interface TokenBucket {
  tokens: number;
  /** The time up to which the bucket was filled. */
  atMs: number;
}

export interface BucketSettings {
  readonly perSecond: number;
  /** Most that may come at once after a pause. */
  readonly burst: number;
}

/** A full bucket. */
export function fullBucket({ burst }: BucketSettings, nowMs: number): TokenBucket {
  return { tokens: burst, atMs: nowMs };
}

/** Takes tokens. @param cost - tokens of one event, 1 if left out @returns false if there are too few: then none is taken */
export function takeToken(bucket: TokenBucket, settings: BucketSettings, nowMs: number, cost = 1): boolean {
  const elapsedMs = nowMs - bucket.atMs;
  if (elapsedMs > 0) {
    bucket.atMs = nowMs;
    bucket.tokens = Math.min(settings.burst, bucket.tokens + (elapsedMs * settings.perSecond) / 1000);
  }
  if (bucket.tokens < cost) return false;
  bucket.tokens -= cost;
  return true;
}

/** Gives tokens back. */
export function returnTokens(bucket: TokenBucket, settings: BucketSettings, tokens: number): void {
  bucket.tokens = Math.min(settings.burst, bucket.tokens + tokens);
}
