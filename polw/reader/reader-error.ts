/**
 * Errors of reading blocks.
 * @module
 */

/** A node's answer is not one of a full node of this network, or does not fit what it said before. */
export class ReaderError extends Error {
  override readonly name: string = 'ReaderError';
  readonly code = 'ERR_POLW_READER';
}

/** The way from a block back to what was read is too long, or leads below what is final. */
export class FarBlockError extends ReaderError {
  override readonly name = 'FarBlockError';
}
