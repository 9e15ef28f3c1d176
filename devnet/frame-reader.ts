/**
 * Cuts a client's bytes into frames, as patiently as the node does: whatever length is announced is waited for. A frame
 * that is longer than anything of use is passed over as it comes, and never held.
 * @module
 */
import { ByteReader, concatBytes } from '../protocol/bytes.js';

/** Longest frame that is held, without its length word; a submission takes 333 bytes. */
export const MAX_HELD_FRAME_BYTES = 64 * 1024;

/** The same where blocks come whole: 2,000 transactions of 256 inputs each are longer, and of no use to a test. */
export const MAX_HELD_WHOLE_FRAME_BYTES = 16 * 1024 * 1024;

const LENGTH_BYTES = 4;

/** Knows no socket: it is fed chunks, however split and glued. */
export class PatientFrameReader {
  readonly #maxHeldBytes: number;
  #held = new Uint8Array(0);
  #toSkip = 0;

  /** @param maxHeldBytes - longest frame that is held, without its length word */
  constructor(maxHeldBytes: number = MAX_HELD_FRAME_BYTES) {
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** The whole frames, length words included, that a chunk completes. */
  push(chunk: Uint8Array): Uint8Array[] {
    const skipped = Math.min(this.#toSkip, chunk.length);
    this.#toSkip -= skipped;
    let rest = skipped === chunk.length ? new Uint8Array(0) : chunk.subarray(skipped);
    if (this.#held.length > 0) rest = concatBytes(this.#held, rest);
    const frames: Uint8Array[] = [];
    while (rest.length >= LENGTH_BYTES) {
      const length = LENGTH_BYTES + new ByteReader(rest).u32('frame length');
      if (length - LENGTH_BYTES > this.#maxHeldBytes) {
        this.#toSkip = Math.max(0, length - rest.length);
      } else if (rest.length < length) {
        break;
      } else {
        frames.push(rest.slice(0, length));
      }
      rest = rest.subarray(Math.min(length, rest.length));
    }
    this.#held = rest.slice();
    return frames;
  }
}
