/**
 * Turns a segment's bytes into the batch for the store. The same bytes always give the same batch.
 * @module
 */
import { ByteReader } from '../../protocol/bytes.js';
import { ALL_CHAINS, CHAINS, type ChainIndex } from '../../protocol/chain.js';
import type { Batch, WorkerActivity } from '../domain/batch.js';
import type { BlockFound, BlockStateChange } from '../domain/block-record.js';
import { REJECT_REASON_NAMES, type RejectReason } from '../domain/reject-reasons.js';
import type { WorkerIdentity } from '../domain/worker-identity.js';
import { type Frame, readFrames, SegmentDamagedError } from './frames.js';
import {
  decodeSegmentHeader,
  HEADER_BYTES,
  RECORD,
  type SegmentHeader,
  SHARE_BYTES,
} from './segment-format.js';
import { SegmentSums } from './segment-sums.js';

/** @returns the batch, or undefined if the segment holds no whole commit: then no share was acknowledged
 * @throws SegmentDamagedError if the segment is damaged before its end, or is none of this version */
export function readSegment(bytes: Uint8Array): Batch | undefined {
  const header = decodeSegmentHeader(bytes);
  if (header === undefined) {
    // The header is written with the first commit, so a torn header means that no commit is whole.
    if (readFrames(bytes, Math.min(HEADER_BYTES, bytes.length)).length > 0)
      throw new SegmentDamagedError('damaged header', 0);
    return undefined;
  }
  const frames = readFrames(bytes, HEADER_BYTES);
  if (frames.length === 0) return undefined;
  const reader = new RecordReader(bytes);
  for (const frame of frames) readFrame(reader, frame);
  return reader.batch(header, frames.at(-1)!.timeMs);
}

function readFrame(reader: RecordReader, frame: Frame): void {
  try {
    reader.read(frame);
  } catch (error) {
    if (error instanceof SegmentDamagedError) throw error;
    throw new SegmentDamagedError(`unreadable records: ${(error as Error).message}`, frame.start);
  }
}

/** A worker's activity while the segment is being read. */
interface Tally {
  readonly identity: WorkerIdentity;
  address: string;
  lastShareMs: number | undefined;
  lastDifficulty: number;
  bestHash: Uint8Array | undefined;
  readonly rejects: Partial<Record<RejectReason, number>>;
}

/** Reads the records of a segment's frames, in order. */
class RecordReader {
  readonly #bytes: Uint8Array;
  readonly #sums = new SegmentSums();
  readonly #tallies: Tally[] = [];
  /** Index of a tally by the worker's number in the segment: a worker defined twice has two numbers and one tally. */
  readonly #tallyOf: number[] = [];
  readonly #indices = new Map<string, number>();
  readonly #works: bigint[] = [];
  readonly #targets: (Uint8Array | undefined)[] = Array.from({ length: CHAINS }, () => undefined);
  readonly #blocksFound: BlockFound[] = [];
  readonly #blockStates: BlockStateChange[] = [];
  #throughMs: number | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(frame: Frame): void {
    let at = frame.start;
    while (at < frame.end) {
      const tag = this.#bytes[at]!;
      at = tag < CHAINS ? this.#share(at, tag, frame.timeMs) : this.#other(at, tag, frame);
    }
    if (at !== frame.end) throw new SegmentDamagedError('a record is longer than its frame', frame.start);
  }

  batch(header: SegmentHeader, lastMs: number): Batch {
    const entries = this.#sums.entries(this.#works);
    return {
      journal: header.journal,
      number: header.number,
      throughMs: this.#throughMs ?? lastMs,
      workers: this.#tallies.map((tally) => this.#activity(tally)),
      slices: entries.length === 0 ? [] : [{ startMs: header.sliceMs, entries, targets: this.#targets }],
      blocksFound: this.#blocksFound,
      blockStates: this.#blockStates,
    };
  }

  #share(at: number, chain: ChainIndex, timeMs: number): number {
    const index = this.#tallyOf[this.#u24(at + 1)];
    const difficulty = this.#u24(at + 4);
    if (index === undefined || difficulty >= this.#works.length)
      throw new SegmentDamagedError('a share of nobody', at);
    this.#sums.add(index, chain, difficulty);
    const tally = this.#tallies[index]!;
    tally.lastShareMs = timeMs;
    tally.lastDifficulty = difficulty;
    return at + SHARE_BYTES;
  }

  #other(at: number, tag: number, frame: Frame): number {
    const reader = new ByteReader(this.#bytes.subarray(0, frame.end), at + 1);
    switch (tag) {
      case RECORD.worker:
        this.#worker(readU24(reader), reader);
        break;
      case RECORD.difficulty: {
        const number = readU24(reader);
        this.#works[number] = BigInt(reader.u32('work')) + (BigInt(readF64(reader)) << 32n);
        break;
      }
      case RECORD.bestHash:
        // A best hash is written whenever it fell, under the worker's present number.
        this.#best(this.#tally(readU24(reader), at), reader.bytes(32, 'hash'));
        break;
      case RECORD.reject: {
        const { rejects } = this.#tally(readU24(reader), at);
        const reason = REJECT_REASON_NAMES[reader.u8('reason')];
        if (reason === undefined) throw new SegmentDamagedError('an unknown reason', at);
        rejects[reason] = (rejects[reason] ?? 0) + 1;
        break;
      }
      case RECORD.target:
        this.#targets[ALL_CHAINS[reader.u8('chain')]!] = reader.bytes(32, 'target');
        break;
      case RECORD.blockFound:
        this.#blocksFound.push(readJson(reader) as BlockFound);
        break;
      case RECORD.blockState:
        this.#blockStates.push(readJson(reader) as BlockStateChange);
        break;
      case RECORD.end:
        this.#throughMs = readF64(reader);
        break;
      default:
        throw new SegmentDamagedError(`an unknown record ${tag}`, at);
    }
    return reader.position;
  }

  #worker(number: number, reader: ByteReader): void {
    const lengths = [readU16(reader), reader.u8('length'), readU16(reader)] as const;
    const [account, name, address] = lengths.map((length) => readText(reader, length)) as [
      string,
      string,
      string,
    ];
    const key = `${account} ${name}`;
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.#tallies.length;
      this.#indices.set(key, index);
      this.#tallies.push({
        identity: { account, name },
        address,
        lastShareMs: undefined,
        lastDifficulty: 0,
        bestHash: undefined,
        rejects: {},
      });
    }
    this.#tallies[index]!.address = address;
    this.#tallyOf[number] = index;
  }

  #best(tally: Tally, hash: Uint8Array): void {
    if (tally.bestHash === undefined || Buffer.compare(hash, tally.bestHash) < 0) tally.bestHash = hash;
  }

  #tally(number: number, at: number): Tally {
    const index = this.#tallyOf[number];
    if (index === undefined) throw new SegmentDamagedError('a record of nobody', at);
    return this.#tallies[index]!;
  }

  #activity({ identity, address, lastShareMs, lastDifficulty, bestHash, rejects }: Tally): WorkerActivity {
    const lastWork = lastShareMs === undefined ? undefined : this.#works[lastDifficulty];
    return { identity, address, lastShareMs, bestHash, lastWork, rejects };
  }

  #u24(at: number): number {
    return (this.#bytes[at]! << 16) | (this.#bytes[at + 1]! << 8) | this.#bytes[at + 2]!;
  }
}

function readU16(reader: ByteReader): number {
  return reader.u8('number') * 256 + reader.u8('number');
}

function readU24(reader: ByteReader): number {
  return reader.u8('number') * 65536 + readU16(reader);
}

function readF64(reader: ByteReader): number {
  const bytes = reader.bytes(8, 'number');
  return new DataView(bytes.buffer).getFloat64(0);
}

function readText(reader: ByteReader, length: number): string {
  return Buffer.from(reader.bytes(length, 'text')).toString('latin1');
}

function readJson(reader: ByteReader): unknown {
  return JSON.parse(Buffer.from(reader.blob('block')).toString());
}
