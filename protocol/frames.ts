/**
 * The full node's miner API: binary frames over TCP, `u32 length | u8 version | u8 type | payload`, big-endian.
 *
 * | from | type | payload |
 * |---|---|---|
 * | node | 0 Jobs | `u32 count`, then per job `u32 fromGroup, u32 toGroup, blob headerBlob, blob txsBlob, blob target, u32 height` |
 * | node | 1 SubmitResult | `u32 fromGroup, u32 toGroup, 32-byte block hash, u8 ok` |
 * | client | 0 SubmitBlock | `blob (nonce, headerBlob, txsBlob)` |
 *
 * A blob is `u32 length | bytes`. Nodes before v3.6 have no version byte, and are not spoken to.
 * @module
 */
import { ByteReader, bigIntToBytes, bytesToBigInt, concatBytes, u32Bytes } from './bytes.js';
import { CHAINS, type ChainIndex, chainIndex, chainName, fromGroupOf, GROUPS, toGroupOf } from './chain.js';
import { DecodeError } from './decode-error.js';
import { HASH_BYTES, HEADER_BLOB_BYTES, HEADER_BYTES } from './header.js';
import { type Job, type TxsBlob, txsBytesOf } from './job.js';
import { MAX_TARGET } from './target.js';

/** Longest frame that is accepted by default, without its length word: a Jobs message takes some 6 KB. */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

/** Longest frame of a node that gives whole lists of transactions along, without its length word. */
export const MAX_WHOLE_FRAME_BYTES = 64 * 1024 * 1024;

const LENGTH_BYTES = 4;
/** Of a target on the wire: 32, and one for the sign. */
const MAX_TARGET_BYTES = 33;
const VERSION = 1;
const JOBS = 0;
const SUBMIT_RESULT = 1;
const SUBMIT_BLOCK = 0;

/** The node's verdict on a submitted block. */
export interface SubmitResult {
  readonly type: 'submitResult';
  /** Chain of the hash. */
  readonly chain: ChainIndex;
  /** 32 bytes. */
  readonly blockHash: Uint8Array;
  readonly accepted: boolean;
}

/** The newest templates, one a chain. */
export interface Jobs {
  readonly type: 'jobs';
  readonly jobs: readonly Job[];
}

/** What a node says. */
export type NodeMessage = Jobs | SubmitResult;

/** A found block, on its way to the node. */
export interface SubmitBlock {
  readonly type: 'submitBlock';
  /** 326 bytes. */
  readonly header: Uint8Array;
  readonly txsBlob: Uint8Array;
}

/** What a client says. */
export type ClientMessage = SubmitBlock;

/** A whole frame of a Jobs message. */
export function encodeJobs(jobs: readonly Job[]): Uint8Array {
  const parts = [u32Bytes(jobs.length)];
  for (const job of jobs) {
    parts.push(u32Bytes(fromGroupOf(job.chain)), u32Bytes(toGroupOf(job.chain)));
    parts.push(
      blob(job.headerBlob),
      blob(txsBytesOf(job.txsBlob)),
      blob(signedBytes(job.target)),
      u32Bytes(job.height),
    );
  }
  return encodeFrame(JOBS, concatBytes(...parts));
}

/** A whole frame of a SubmitResult. */
export function encodeSubmitResult(result: Omit<SubmitResult, 'type'>): Uint8Array {
  const { chain, blockHash, accepted } = result;
  return encodeFrame(
    SUBMIT_RESULT,
    concatBytes(
      u32Bytes(fromGroupOf(chain)),
      u32Bytes(toGroupOf(chain)),
      blockHash,
      Uint8Array.of(accepted ? 1 : 0),
    ),
  );
}

/** A whole frame of a SubmitBlock. @param header - 326 bytes @param txsBlob - as it came with the job */
export function encodeSubmitBlock(header: Uint8Array, txsBlob: TxsBlob): Uint8Array {
  return encodeFrame(SUBMIT_BLOCK, blob(concatBytes(header, ...txsBlob)));
}

/**
 * A node's message from a whole frame, length word included. Jobs are refused whole when one of them does not decode.
 * @throws DecodeError on another version, an unknown type, a header blob that is not 302 bytes, a target that is not
 * above 0 or over 2^256 - 1, groups out of range, a chain twice, or bytes too few or too many
 */
export function decodeNodeMessage(frame: Uint8Array): NodeMessage {
  const { type, reader } = openFrame(frame);
  if (type === JOBS) {
    const jobs = decodeJobs(reader);
    reader.end('Jobs');
    return { type: 'jobs', jobs };
  }
  if (type === SUBMIT_RESULT) {
    const chain = decodeChain(reader);
    const blockHash = reader.bytes(HASH_BYTES, 'block hash');
    const position = reader.position;
    const ok = reader.u8('result');
    if (ok > 1) throw new DecodeError(`result: expected 0 or 1, got ${ok}`, position);
    reader.end('SubmitResult');
    return { type: 'submitResult', chain, blockHash, accepted: ok === 1 };
  }
  throw new DecodeError(`message type: expected ${JOBS} or ${SUBMIT_RESULT}, got ${type}`, LENGTH_BYTES + 1);
}

/**
 * A client's message from a whole frame, length word included.
 * @throws DecodeError on another version, an unknown type, a block shorter than a header, or bytes too few or too many
 */
export function decodeClientMessage(frame: Uint8Array): ClientMessage {
  const { type, reader } = openFrame(frame);
  if (type !== SUBMIT_BLOCK)
    throw new DecodeError(`message type: expected ${SUBMIT_BLOCK}, got ${type}`, LENGTH_BYTES + 1);
  const position = reader.position;
  const block = reader.blob('block');
  if (block.length < HEADER_BYTES) {
    throw new DecodeError(`block: expected at least ${HEADER_BYTES} bytes, got ${block.length}`, position);
  }
  reader.end('SubmitBlock');
  return { type: 'submitBlock', header: block.slice(0, HEADER_BYTES), txsBlob: block.slice(HEADER_BYTES) };
}

/** Cuts a stream into frames. Knows no socket: it is fed chunks, however split and glued. */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  /** Holds what is left over between chunks: `#buffered` bytes from its start. */
  #buffer = new Uint8Array(0);
  #buffered = 0;
  #consumed = 0;

  /** @param maxFrameBytes - longest body that is accepted, without the length word */
  constructor(maxFrameBytes: number = MAX_FRAME_BYTES) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes of the stream before the first frame that is not complete yet. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Bytes of a frame that is not complete yet. */
  get buffered(): number {
    return this.#buffered;
  }

  /**
   * The whole frames, length words included, that a chunk completes.
   * @throws DecodeError if a frame announces more than the limit, with its position in the stream: whole frames before
   * it in the same chunk are lost, and nothing more may be fed
   */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#append(chunk);
    const frames: Uint8Array[] = [];
    const view = new DataView(this.#buffer.buffer);
    let start = 0;
    while (this.#buffered - start >= LENGTH_BYTES) {
      const length = view.getUint32(start);
      if (length > this.#maxFrameBytes) {
        throw new DecodeError(
          `frame: expected at most ${this.#maxFrameBytes} bytes, got ${length}`,
          this.#consumed,
        );
      }
      const end = start + LENGTH_BYTES + length;
      if (end > this.#buffered) break;
      frames.push(this.#buffer.slice(start, end));
      this.#consumed += end - start;
      start = end;
    }
    this.#buffer.copyWithin(0, start, this.#buffered);
    this.#buffered -= start;
    return frames;
  }

  /** Doubles the room where it is short: a large frame in small chunks takes linear time. */
  #append(chunk: Uint8Array): void {
    const needed = this.#buffered + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#buffered));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#buffered);
    this.#buffered = needed;
  }
}

function encodeFrame(type: number, payload: Uint8Array): Uint8Array {
  return concatBytes(u32Bytes(payload.length + 2), Uint8Array.of(VERSION, type), payload);
}

function openFrame(frame: Uint8Array): { type: number; reader: ByteReader } {
  const reader = new ByteReader(frame);
  const length = reader.u32('frame length');
  if (length !== reader.remaining)
    throw new DecodeError(`frame: expected ${length} bytes, got ${reader.remaining}`, 0);
  const version = reader.u8('version');
  if (version !== VERSION)
    throw new DecodeError(`version: expected ${VERSION}, got ${version}`, LENGTH_BYTES);
  return { type: reader.u8('message type'), reader };
}

function decodeJobs(reader: ByteReader): Job[] {
  const countPosition = reader.position;
  const count = reader.u32('number of jobs');
  if (count > CHAINS)
    throw new DecodeError(`number of jobs: expected at most ${CHAINS}, got ${count}`, countPosition);
  const jobs: Job[] = [];
  const seen = new Set<ChainIndex>();
  for (let i = 0; i < count; i++) {
    const start = reader.position;
    const chain = decodeChain(reader);
    if (seen.has(chain)) throw new DecodeError(`job ${i}: chain ${chainName(chain)} a second time`, start);
    seen.add(chain);
    const headerPosition = reader.position;
    const headerBlob = reader.blob('header blob');
    if (headerBlob.length !== HEADER_BLOB_BYTES) {
      throw new DecodeError(
        `header blob: expected ${HEADER_BLOB_BYTES} bytes, got ${headerBlob.length}`,
        headerPosition,
      );
    }
    const txsBlob = reader.blob('transactions');
    const targetPosition = reader.position;
    const target = parseTarget(reader.blob('target'), targetPosition);
    jobs.push({ chain, headerBlob, txsBlob: [txsBlob], target, height: reader.u32('height') });
  }
  return jobs;
}

function decodeChain(reader: ByteReader): ChainIndex {
  const position = reader.position;
  const from = reader.u32('from group');
  const to = reader.u32('to group');
  if (from >= GROUPS || to >= GROUPS) {
    throw new DecodeError(`groups: expected 0 to ${GROUPS - 1}, got ${from} and ${to}`, position);
  }
  return chainIndex(from, to);
}

/** The node writes a target as a signed integer of as many bytes as it needs. */
function parseTarget(bytes: Uint8Array, position: number): Uint8Array {
  if (bytes.length > MAX_TARGET_BYTES)
    throw new DecodeError(
      `target: expected at most ${MAX_TARGET_BYTES} bytes, got ${bytes.length}`,
      position,
    );
  const value = bytesToBigInt(bytes);
  if (value === 0n || bytes[0]! >= 0x80) throw new DecodeError('target: expected a value above 0', position);
  if (value > MAX_TARGET) throw new DecodeError('target: expected at most 2^256 - 1', position);
  return bigIntToBytes(value, 32);
}

function signedBytes(target: Uint8Array): Uint8Array {
  const bytes = bigIntToBytes(bytesToBigInt(target));
  return bytes[0]! >= 0x80 ? concatBytes(Uint8Array.of(0), bytes) : bytes;
}

function blob(bytes: Uint8Array): Uint8Array {
  return concatBytes(u32Bytes(bytes.length), bytes);
}
