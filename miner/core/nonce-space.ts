/**
 * Which nonces a device searches: no two devices of one process, and no two processes on one node, ever the same.
 *
 * Bytes 0..15 of a nonce are a prefix: the pool's extranonce (if any), random bytes drawn once per process, and last
 * the device's number. Bytes 16..23 are a counter that only grows, over all chains and templates of the device, so
 * that nothing is searched twice, whichever of its threads takes a range: at 1 TH/s it lasts for 213 days, then wraps.
 * @module
 */
import { PREFIX_BYTES } from '../../shaders/search.js';

const DEVICE_BYTES = 2;

/** How many numbers of devices there are. */
export const DEVICE_NUMBERS = 2 ** (8 * DEVICE_BYTES);

/** Nonces of one device. */
export class NonceSpace {
  readonly #random: Uint8Array;
  readonly #device: number;
  #counter = 0n;

  /**
   * @param random - 16 bytes drawn once per process; those that the extranonce leaves free are used
   * @param device - number of the device, 0 to 65535
   */
  constructor(random: Uint8Array, device: number) {
    if (random.length !== PREFIX_BYTES)
      throw new RangeError(`"random" expected ${PREFIX_BYTES} bytes, got ${random.length}`);
    this.#random = random;
    this.#device = device;
  }

  /**
   * The 16 bytes before the counter.
   * @param extranonce - 0 to 14 bytes; a pool gives it to one connection alone, so that random bytes may be missing
   * @throws RangeError if it is longer
   */
  prefix(extranonce: Uint8Array): Uint8Array {
    const longest = PREFIX_BYTES - DEVICE_BYTES;
    if (extranonce.length > longest) {
      throw new RangeError(`"extranonce" expected at most ${longest} bytes, got ${extranonce.length}`);
    }
    const prefix = this.#random.slice();
    prefix.set(extranonce);
    new DataView(prefix.buffer).setUint16(PREFIX_BYTES - DEVICE_BYTES, this.#device);
    return prefix;
  }

  /** Takes the next `count` counters. @returns the first */
  take(count: number): bigint {
    const start = this.#counter;
    this.#counter = BigInt.asUintN(64, start + BigInt(count));
    return start;
  }
}
