/**
 * Reads the whole frames of a segment's bytes.
 * @module
 */
import { crc32 } from 'node:zlib';
import { FRAME_HEAD_BYTES, FRAME_MARKER, FRAME_TIME_BYTES } from './segment-format.js';

/** A segment is damaged before its end: the bytes behind the damage can't be trusted. */
export class SegmentDamagedError extends Error {
  override readonly name = 'SegmentDamagedError';
  readonly code = 'ERR_SEGMENT_DAMAGED';
  /** Bytes before the damage. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export interface Frame {
  /** ms since the epoch. */
  readonly timeMs: number;
  /** The frame's records begin at this index of `bytes`... */
  readonly start: number;
  /** ...and end before this one. */
  readonly end: number;
}

/**
 * Frames of a segment, from an offset on. A torn last frame, which a killed process leaves, is ignored.
 * @throws SegmentDamagedError if a whole frame follows behind one that is not
 */
export function readFrames(bytes: Uint8Array, offset: number): Frame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Frame[] = [];
  let at = offset;
  while (at < bytes.length) {
    const frame = frameAt(bytes, view, at);
    if (frame === undefined) {
      for (let next = at + 1; next < bytes.length; next++) {
        if (frameAt(bytes, view, next) !== undefined)
          throw new SegmentDamagedError(`damaged between bytes ${at} and ${next}`, at);
      }
      break;
    }
    frames.push(frame);
    at = frame.end;
  }
  return frames;
}

function frameAt(bytes: Uint8Array, view: DataView, at: number): Frame | undefined {
  const body = at + FRAME_HEAD_BYTES;
  if (body > bytes.length || view.getUint32(at) !== FRAME_MARKER) return undefined;
  const length = view.getUint32(at + 4);
  const end = body + length;
  if (length < FRAME_TIME_BYTES || end > bytes.length) return undefined;
  if (crc32(bytes.subarray(body, end)) !== view.getUint32(at + 8)) return undefined;
  return { timeMs: view.getFloat64(body), start: body + FRAME_TIME_BYTES, end };
}
