/**
 * The records of a tick wait here for their commit: one buffer, reused, with room for the segment's header
 * and the frame's head in front, so that a commit is one write.
 * @module
 */
import { crc32 } from 'node:zlib';
import {
  encodeSegmentHeader,
  FRAME_HEAD_BYTES,
  FRAME_MARKER,
  FRAME_TIME_BYTES,
  HEADER_BYTES,
  type SegmentHeader,
} from './segment-format.js';

const RECORDS_AT = HEADER_BYTES + FRAME_HEAD_BYTES + FRAME_TIME_BYTES;
const FIRST_BYTES = 256 * 1024;

/** Most bytes of records in one commit: some blocks of full size, or two million shares. */
export const MAX_COMMIT_BYTES = 32 * 1024 * 1024;

/** A growing buffer of records. */
export class RecordBuffer {
  /** Records are written here, at the place that `reserve` returned. `reserve` may replace this buffer. */
  bytes: Buffer = Buffer.alloc(FIRST_BYTES);
  view: DataView = viewOf(this.bytes);
  #end = RECORDS_AT;

  get empty(): boolean {
    return this.#end === RECORDS_AT;
  }

  /** End of the frame that `frame` made. */
  get end(): number {
    return this.#end;
  }

  /** Makes room for a record. @returns its place in `bytes`, or -1 if the commit would be too long */
  reserve(length: number): number {
    const at = this.#end;
    const end = at + length;
    if (end > this.bytes.length && !this.#grow(end)) return -1;
    this.#end = end;
    return at;
  }

  clear(): void {
    this.#end = RECORDS_AT;
  }

  /** Writes the frame's head in front of the records. @returns where the frame begins */
  frame(timeMs: number): number {
    const head = HEADER_BYTES;
    this.view.setFloat64(head + FRAME_HEAD_BYTES, timeMs);
    this.view.setUint32(head, FRAME_MARKER);
    this.view.setUint32(head + 4, this.#end - head - FRAME_HEAD_BYTES);
    this.view.setUint32(head + 8, crc32(this.bytes.subarray(head + FRAME_HEAD_BYTES, this.#end)));
    return head;
  }

  /** Writes the segment's header in front of the frame. @returns where the header begins */
  header(header: SegmentHeader): number {
    encodeSegmentHeader(this.bytes, header);
    return 0;
  }

  #grow(end: number): boolean {
    if (end > RECORDS_AT + MAX_COMMIT_BYTES) return false;
    const bytes = Buffer.alloc(Math.max(end, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.view = viewOf(bytes);
    return true;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
