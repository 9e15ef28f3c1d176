/**
 * How often one remote address may ask. Pure.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import type { AddressRanges } from '../guard/ip-address.js';
import { networkOf } from '../guard/remote-network.js';
import { type BucketSettings, fullBucket, type TokenBucket, takeToken } from '../guard/token-bucket.js';

/** Addresses that are remembered; beyond, the one that was quiet longest is forgotten. */
const MAX_REMEMBERED_ADDRESSES = 10_000;

export class RequestLimit {
  readonly #settings: BucketSettings;
  /** In the order of their last request. */
  readonly #buckets = new BoundedMap<string, TokenBucket>(MAX_REMEMBERED_ADDRESSES);

  constructor(settings: BucketSettings) {
    this.#settings = settings;
  }

  get addresses(): number {
    return this.#buckets.size;
  }

  /** A request came. @returns whether it may be answered */
  take(address: string, nowMs: number): boolean {
    const network = networkOf(address);
    const bucket = this.#buckets.get(network) ?? fullBucket(this.#settings, nowMs);
    this.#buckets.renew(network, bucket);
    return takeToken(bucket, this.#settings, nowMs);
  }
}

/**
 * Who asks: behind a proxy that is trusted, the address that it names last in X-Forwarded-For. What stands before was
 * sent by anyone.
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
