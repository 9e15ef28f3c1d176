/**
 * The one error of every decoder in this folder: bytes from outside that do not have the expected form.
 * @module
 */

/** Untrusted bytes did not decode. `position` is the offset, in bytes from the start of what was decoded, of the value at fault. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code = 'ERR_DECODE';
  readonly position: number;

  constructor(what: string, position: number) {
    super(`${what} (at byte ${position})`);
    this.position = position;
  }
}
