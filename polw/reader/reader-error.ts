/**
 * Errors of reading blocks.
 * @module
 */

/** A node's answer is not one of a full node of this network, or does not fit what it said before. */
export class ReaderError extends Error {
  override readonly name = 'ReaderError';
  readonly code = 'ERR_POLW_READER';
}
