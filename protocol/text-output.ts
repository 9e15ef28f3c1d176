/**
 * Where lines for people and programs go, and when nobody reads them any more.
 * @module
 */

/** A stream of the process, or a test's. */
export interface TextOutput {
  write(text: string): unknown;
  /** Bytes that nobody has read yet. */
  readonly writableLength?: number;
}

/** Unread bytes from which on an output is stuck. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** Whether whoever reads has fallen asleep: what can be left out should be, so that it does not fill the memory. */
export function isStuck(output: TextOutput): boolean {
  return (output.writableLength ?? 0) > MAX_UNREAD_BYTES;
}
