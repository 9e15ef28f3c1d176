/**
 * The time at which the stub node sends a template, written into the template: whoever receives its header knows how
 * long it was under way. It stands in the depStateHash, which nobody but a node can check.
 * @module
 */
import { HEADER_BLOB_BYTES } from '../../protocol/header.js';

/** Offset of the depStateHash in a header blob. */
const OFFSET = 226;
const BYTES = 8;

const KEY = '"headerBlob":"';

/** Stamps a header blob. @param headerBlob - 302 bytes @param timeUs - of the monotonic clock, rounded to whole us */
export function stampHeader(headerBlob: Uint8Array, timeUs: number): void {
  if (headerBlob.length !== HEADER_BLOB_BYTES)
    throw new RangeError(`"headerBlob" expected ${HEADER_BLOB_BYTES} bytes, got ${headerBlob.length}`);
  new DataView(headerBlob.buffer, headerBlob.byteOffset).setBigUint64(OFFSET, BigInt(Math.round(timeUs)));
}

/** The stamp of the first job in a line of `mining.notify`, us; NaN if there is none. */
export function stampOfNotify(line: string): number {
  const key = line.indexOf(KEY);
  if (key < 0) return Number.NaN;
  const start = key + KEY.length + 2 * OFFSET;
  return Number.parseInt(line.slice(start, start + 2 * BYTES), 16);
}
