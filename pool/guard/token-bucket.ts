/**
 * A limit on how often something may happen: so many at once, and so many a second. Pure, and two numbers for each.
 * @module
 */

/** What a bucket remembers. */
export interface TokenBucket {
  tokens: number;
  /** Time to which it was filled. */
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

/** Takes a token. @param cost - of one event, 1 if left out @returns false if there are not as many: then none is taken */
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

/** Gives some back: what came was worth its while. */
export function returnTokens(bucket: TokenBucket, settings: BucketSettings, tokens: number): void {
  bucket.tokens = Math.min(settings.burst, bucket.tokens + tokens);
}
