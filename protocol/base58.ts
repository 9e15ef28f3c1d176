/**
 * Base58, the letters of addresses: no 0, O, I or l.
 * @module
 */
import { bigIntToBytes, concatBytes } from './bytes.js';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE = 58n;

/** Bytes in base58; each leading zero byte is a leading `1`. */
export function encodeBase58(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (; value > 0n; value /= BASE) text = ALPHABET[Number(value % BASE)] + text;
  return ALPHABET[0]!.repeat(leading(bytes, 0)) + text;
}

/**
 * The bytes of a base58 text, or undefined if it holds any other letter. Takes time in the square of its length: bound
 * the length of what comes from outside.
 */
export function decodeBase58(text: string): Uint8Array | undefined {
  let value = 0n;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return undefined;
    value = value * BASE + BigInt(digit);
  }
  return concatBytes(new Uint8Array(leading(text, ALPHABET[0]!)), bigIntToBytes(value));
}

/** Number of leading elements that are the given one. */
function leading<T>(values: Iterable<T>, element: T): number {
  let count = 0;
  for (const value of values) {
    if (value !== element) break;
    count++;
  }
  return count;
}
