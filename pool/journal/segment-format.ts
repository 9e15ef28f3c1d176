/**
 * The bytes of a segment: a header, then one frame for each commit. Integers are big-endian. Times and the upper limb
 * of a work are doubles, which hold whole numbers below 2^53 exactly.
 *
 * ```
 * segment := header frame*
 * header  := magic u32 | version u32 | journal id, 8 bytes | number u32 | slice start, ms f64 | crc32 of these u32
 * frame   := marker u32 | length of time and records u32 | crc32 of time and records u32 | time, ms f64 | record*
 * share   := chain u8 (0 to 15) | worker u24 | difficulty u24
 * others  := tag u8 | as written at RECORD
 * ```
 * Workers and difficulties are numbered within a segment, from 0, and defined before they are used: a segment can be read
 * without the others.
 * @module
 */
import { crc32 } from 'node:zlib';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';

const MAGIC = 0x4c574a53; // LWJS
const VERSION = 1;

export const HEADER_BYTES = 32;

/** First bytes of each frame, so that a frame behind damage can be found. */
export const FRAME_MARKER = 0xf7a3e50d;

/** Length of marker, length and checksum, bytes. */
export const FRAME_HEAD_BYTES = 12;

export const FRAME_TIME_BYTES = 8;

export const SHARE_BYTES = 7;

/** Tags of all records except shares. */
export const RECORD = {
  /** number u24 | lengths of key u16, name u8, address u16 | their characters, one byte each. Again when the address changes. */
  worker: 0x10,
  /** number u24 | work: low u32, high f64 */
  difficulty: 0x11,
  /** worker u24 | 32 bytes: its least hash in this segment so far */
  bestHash: 0x12,
  /** worker u24 | index of the reason u8 */
  reject: 0x13,
  /** chain u8 | 32 bytes */
  target: 0x14,
  /** length u32 | JSON in UTF-8 */
  blockFound: 0x15,
  /** length u32 | JSON in UTF-8 */
  blockState: 0x16,
  /** throughMs f64: the segment was closed; later segments hold nothing before this time. The last record. */
  end: 0x17,
} as const;

/** The content of a segment's header. */
export interface SegmentHeader {
  /** 16 hex digits. */
  readonly journal: string;
  /** From 1. */
  readonly number: number;
  /** Start of the segment's slice, ms since the epoch. */
  readonly sliceMs: number;
}

/** Writes a header into the first 32 bytes of a buffer. */
export function encodeSegmentHeader(into: Uint8Array, header: SegmentHeader): void {
  const view = new DataView(into.buffer, into.byteOffset, HEADER_BYTES);
  view.setUint32(0, MAGIC);
  view.setUint32(4, VERSION);
  into.set(hexToBytes(header.journal), 8);
  view.setUint32(16, header.number);
  view.setFloat64(20, header.sliceMs);
  view.setUint32(28, crc32(into.subarray(0, 28)));
}

/** Reads a segment's header; undefined if the bytes are cut short, damaged or of another version. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (view.getUint32(28) !== crc32(bytes.subarray(0, 28))) return undefined;
  if (view.getUint32(0) !== MAGIC || view.getUint32(4) !== VERSION) return undefined;
  return {
    journal: bytesToHex(bytes.subarray(8, 16)),
    number: view.getUint32(16),
    sliceMs: view.getFloat64(20),
  };
}
