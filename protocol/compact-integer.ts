/**
 * Compact integers, whose first byte's top two bits give their size: `00` 6 bits in 1 byte, `01` 14 bits in 2, `10`
 * 30 bits in 4, `11` n + 4 bytes to follow, n in the low 6 bits. Big-endian. Lengths and gas amounts are of the signed
 * kind, whose top value bit is the sign; amounts of money are unsigned.
 * @module
 */
import { type ByteReader, bigIntToBytes, bytesToBigInt, concatBytes } from './bytes.js';
import { DecodeError } from './decode-error.js';

const TWO_BYTES = 0x40;
const FOUR_BYTES = 0x80;
const MULTI_BYTE = 0xc0;

/** A length or gas amount, of the signed kind. @param value - 0 to 2^31 - 1 @throws RangeError otherwise */
export function encodeCompactSize(value: number): Uint8Array {
  if (!(Number.isInteger(value) && value >= 0 && value < 2 ** 31))
    throw new RangeError(`"value" expected 0 to 2^31 - 1, got ${value}`);
  if (value < 2 ** 5) return Uint8Array.of(value);
  if (value < 2 ** 13) return Uint8Array.of(TWO_BYTES | (value >>> 8), value);
  const [a, b, c, d] = [value >>> 24, value >>> 16, value >>> 8, value];
  return value < 2 ** 29 ? Uint8Array.of(FOUR_BYTES | a, b, c, d) : Uint8Array.of(MULTI_BYTE, a, b, c, d);
}

/** An amount, of the unsigned kind. @param value - 0 to 2^256 - 1 @throws RangeError otherwise */
export function encodeCompactAmount(value: bigint): Uint8Array {
  if (value < 0n || value >= 2n ** 256n)
    throw new RangeError(`"value" expected 0 to 2^256 - 1, got ${value}`);
  for (const [size, prefix] of [
    [1, 0x00],
    [2, TWO_BYTES],
    [4, FOUR_BYTES],
  ] as const) {
    if (value >= 2n ** BigInt(6 + 8 * (size - 1))) continue;
    const bytes = bigIntToBytes(value, size);
    bytes[0]! |= prefix;
    return bytes;
  }
  // At least 4 bytes here: anything smaller had its place above.
  const bytes = bigIntToBytes(value);
  return concatBytes(Uint8Array.of(MULTI_BYTE | (bytes.length - 4)), bytes);
}

/**
 * A length, of the signed kind, in its shortest form.
 * @returns 0 to 2^31 - 1
 * @throws DecodeError on too few bytes, a negative number, one over 2^31 - 1, or one that has a shorter form
 */
export function decodeCompactSize(reader: ByteReader, what: string): number {
  const position = reader.position;
  const first = reader.u8(what);
  const size = first >> 6;
  const value =
    size === 3
      ? bytesToBigInt(reader.bytes((first & 0x3f) + 4, what))
      : (BigInt(first & 0x3f) << BigInt(8 * (2 ** size - 1))) |
        bytesToBigInt(reader.bytes(2 ** size - 1, what));
  if (value >= 2n ** 31n || encodeCompactSize(Number(value)).length !== reader.position - position)
    throw new DecodeError(`${what}: expected a length in its shortest form`, position);
  return Number(value);
}
