/**
 * Whole blocks: the header, 326 bytes, and the transactions behind it, the coinbase last.
 * @module
 */
import { concatBytes, copyBytes } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { decodeHeader, HEADER_BYTES } from './header.js';
import { encodeTransactions, type Transaction } from './transaction.js';
import { decodeTransactions } from './transaction-decoder.js';

/** A block, taken apart. */
export interface Block {
  /** 326 bytes. */
  readonly header: Uint8Array;
  /** At least one; the last is the coinbase. */
  readonly transactions: readonly Transaction[];
}

/** The bytes of a block. @param block - its header of 326 bytes is taken as it is */
export function encodeBlock(block: Block): Uint8Array {
  return concatBytes(block.header, encodeTransactions(block.transactions));
}

/**
 * A block from its bytes. Neither proof of work nor `txsHash` are checked.
 * @throws DecodeError if the header or a transaction does not decode, there is no transaction, or bytes are left
 */
export function decodeBlock(bytes: Uint8Array): Block {
  const header = copyBytes(bytes, 0, HEADER_BYTES);
  decodeHeader(header);
  const transactions = decodeTransactions(bytes, HEADER_BYTES);
  if (transactions.length === 0)
    throw new DecodeError('transactions: expected at least 1, got 0', HEADER_BYTES);
  return { header, transactions };
}
