/**
 * Bytes, integers and hex: a bounds-checked reader and a growing writer, both big-endian as all of Alephium is.
 * @module
 */
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { DecodeError } from './decode-error.js';

export { concatBytes, hexToBytes };

/** ASCII codes of the two hex digits of every byte. */
const HEX_DIGITS = Uint8Array.from(
  Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(''),
  (digit) => digit.charCodeAt(0),
);

const ascii = new TextDecoder('latin1');

/**
 * Bytes as hex, in lower case. Not put together digit by digit: engines keep such a string as a tree of its parts, of
 * some thirty times its size, for as long as nobody looks into it.
 */
export function bytesToHex(bytes: Uint8Array): string {
  const digits = new Uint8Array(2 * bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const digit = 2 * bytes[i]!;
    digits[2 * i] = HEX_DIGITS[digit]!;
    digits[2 * i + 1] = HEX_DIGITS[digit + 1]!;
  }
  return ascii.decode(digits);
}

/** Whether two byte strings are the same. Not constant-time: for public data only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * A copy of some bytes, from `start` up to `end`. Not `bytes.slice`: of a Buffer of Node.js, which is a Uint8Array too,
 * that is a view, which changes with it and keeps all of it alive.
 */
export function copyBytes(bytes: Uint8Array, start = 0, end: number = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

/** Bytes as an unsigned big-endian integer; no bytes give 0. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`);
}

/**
 * An unsigned integer as big-endian bytes.
 * @param value - at least 0
 * @param length - number of bytes; without it the fewest that hold the value (0 gives none)
 * @throws RangeError if `value` is negative or does not fit
 */
export function bigIntToBytes(value: bigint, length?: number): Uint8Array {
  if (value < 0n) throw new RangeError(`"value" expected at least 0, got ${value}`);
  const hex = value === 0n ? '' : value.toString(16);
  const size = length ?? Math.ceil(hex.length / 2);
  if (hex.length > size * 2)
    throw new RangeError(`"value" expected to fit ${size} bytes, got ${Math.ceil(hex.length / 2)}`);
  return hexToBytes(hex.padStart(size * 2, '0'));
}

/** Reads big-endian values one after the other; every read is checked against the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position: number;

  /** @param position - where to begin, in bytes */
  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = position;
  }

  /** Offset of the next value, in bytes from the start. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that are left to read. */
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  /** @throws DecodeError if fewer bytes are left */
  u8(what: string): number {
    return this.#view.getUint8(this.#take(1, what));
  }

  /** @throws DecodeError if fewer bytes are left */
  u32(what: string): number {
    return this.#view.getUint32(this.#take(4, what));
  }

  /** @throws DecodeError if fewer bytes are left */
  u64(what: string): bigint {
    return this.#view.getBigUint64(this.#take(8, what));
  }

  /** The next `length` bytes, copied. @throws DecodeError if fewer bytes are left */
  bytes(length: number, what: string): Uint8Array {
    const start = this.#take(length, what);
    return copyBytes(this.#bytes, start, start + length);
  }

  /** A `u32 length | bytes` blob, copied. @throws DecodeError if the length goes beyond the end */
  blob(what: string): Uint8Array {
    const length = this.u32(`length of ${what}`);
    if (length > this.remaining) {
      throw new DecodeError(`${what}: expected ${length} bytes, got ${this.remaining}`, this.#position - 4);
    }
    return this.bytes(length, what);
  }

  /** @throws DecodeError if anything is left */
  end(what: string): void {
    if (this.remaining > 0)
      throw new DecodeError(`${what}: ${this.remaining} bytes too many`, this.#position);
  }

  #take(length: number, what: string): number {
    if (length > this.remaining) {
      throw new DecodeError(`${what}: expected ${length} bytes, got ${this.remaining}`, this.#position);
    }
    const start = this.#position;
    this.#position += length;
    return start;
  }
}

/** The big-endian u32 at a position, which must be there. */
export function u32At(bytes: Uint8Array, position: number): number {
  let value = 0;
  for (let i = position; i < position + 4; i++) value = (value << 8) | bytes[i]!;
  return value >>> 0;
}

/** A big-endian u32, or i32. @param value - -2^31 to 2^32 - 1; anything else is taken modulo 2^32 */
export function u32Bytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A big-endian u64. @param value - 0 to 2^64 - 1; anything else is taken modulo 2^64 */
export function u64Bytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}
