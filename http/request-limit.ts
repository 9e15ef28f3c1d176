/**
 * Limits the requests of each remote network. Pure.
 * @module
 */
import { BoundedMap } from '../protocol/bounded-map.js';
import type { AddressRanges } from '../protocol/ip-address.js';
import { networkOf } from '../protocol/remote-network.js';
import { type BucketSettings, fullBucket, type TokenBucket, takeToken } from '../protocol/token-bucket.js';

/** Most networks that are remembered; beyond that, the network that was quiet longest is forgotten. */
const MAX_REMEMBERED_ADDRESSES = 10_000;

export class RequestLimit {
  readonly #settings: BucketSettings;
  /** Buckets by network, in the order of the last request. */
  readonly #buckets = new BoundedMap<string, TokenBucket>(MAX_REMEMBERED_ADDRESSES);

  constructor(settings: BucketSettings) {
    this.#settings = settings;
  }

  get addresses(): number {
    return this.#buckets.size;
  }

  /** Counts a request. @returns whether it may be answered */
  take(address: string, nowMs: number): boolean {
    const network = networkOf(address);
    const bucket = this.#buckets.get(network) ?? fullBucket(this.#settings, nowMs);
    this.#buckets.renew(network, bucket);
    return takeToken(bucket, this.#settings, nowMs);
  }
}

/**
 * The address of a request's sender: behind a trusted proxy, the last address in X-Forwarded-For. Earlier addresses were
 * sent by the client and prove nothing.
 */
export function remoteAddressOf(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: AddressRanges,
): string {
  const address = socketAddress ?? '';
  if (forwardedFor === undefined || !trustedProxies.has(address)) return address;
  const last = forwardedFor.slice(-100).split(',').at(-1)?.trim();
  return last === undefined || last === '' ? address : last;
}
