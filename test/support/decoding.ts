/**
 * What every decoder owes: a value, or a DecodeError that says where.
 * @module
 */
import assert from 'node:assert/strict';
import { DecodeError } from '../../protocol/decode-error.js';

/**
 * Decodes, and checks that nothing but a DecodeError with a position inside the bytes, or at their end, is thrown.
 * @returns the value, or undefined if the bytes were refused
 */
export function decodesOrRefuses(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch (error) {
    assert.ok(error instanceof DecodeError, `${error}`);
    assert.ok(
      Number.isInteger(error.position) && error.position >= 0 && error.position <= bytes.length,
      `${error}`,
    );
    assert.equal(error.code, 'ERR_DECODE');
    return undefined;
  }
}

/** Checks that bytes are refused at a position, with words in the message. */
export function assertRefused(decode: () => unknown, position: number, words: RegExp): void {
  assert.throws(decode, (error) => {
    assert.ok(error instanceof DecodeError, `${error}`);
    assert.equal(error.position, position, error.message);
    assert.match(error.message, words);
    return true;
  });
}
