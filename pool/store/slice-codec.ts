/**
 * Encodes a batch's part of a slice as the bytes that both stores keep. A store never changes or sums such a part:
 * applying it is an insertion.
 *
 * ```
 * u8 version | targets | works | varint entries | entry...
 * targets    u16 which chains have one; of each: u8 zero bytes before it, u8 length, its bytes without zeros behind
 * works      varint count; varint work of one share, each but once
 * entry      varint distance to the worker before | u8 chain + flags | [varint shares, unless ONE]
 *            UNIFORM (all its shares of one work): varint index of that work; else varint work, varint work squared
 * ```
 * Entries are ordered by worker and chain. A usual entry, one share, takes 3 bytes.
 * @module
 */
import { CHAINS } from '../../protocol/chain.js';
import type { StoredSlice, StoredSliceEntry } from '../ports/store.js';

const VERSION = 1;
const UNIFORM = 0x10;
const ONE = 0x20;
const TARGET_BYTES = 32;

/** The decoded bytes. */
export type SliceContent = Pick<StoredSlice, 'entries' | 'targets'>;

/** @param content - entries in any order, at most one for a worker and chain */
export function encodeSlice(content: SliceContent): Uint8Array {
  const writer = new VarintWriter();
  writer.u8(VERSION);
  writeTargets(writer, content.targets);
  const entries = content.entries.toSorted((a, b) => a.worker - b.worker || a.chain - b.chain);
  const works = new Map<bigint, number>();
  const uniform = entries.map(workOfEachShare);
  for (const work of uniform) {
    if (work !== undefined && !works.has(work)) works.set(work, works.size);
  }
  writer.varint(works.size);
  for (const work of works.keys()) writer.bigVarint(work);
  writer.varint(entries.length);
  let previous = 0;
  for (const [i, { worker, chain, shares, work, workSquared }] of entries.entries()) {
    const each = uniform[i];
    writer.varint(worker - previous);
    previous = worker;
    writer.u8(chain | (each === undefined ? 0 : UNIFORM) | (shares === 1 ? ONE : 0));
    if (shares !== 1) writer.varint(shares);
    if (each !== undefined) {
      writer.varint(works.get(each)!);
    } else {
      writer.bigVarint(work);
      writer.bigVarint(workSquared);
    }
  }
  return writer.bytes();
}

/** Decodes a part. @throws Error for bytes that `encodeSlice` did not make */
export function decodeSlice(bytes: Uint8Array): SliceContent {
  const reader = new VarintReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new Error(`slice: expected version ${VERSION}, got ${version}`);
  const targets = readTargets(reader);
  const works = Array.from({ length: reader.varint() }, () => reader.bigVarint());
  const count = reader.varint();
  const entries: StoredSliceEntry[] = [];
  let worker = 0;
  for (let i = 0; i < count; i++) {
    worker += reader.varint();
    const flags = reader.u8();
    const chain = flags & (CHAINS - 1);
    const shares = (flags & ONE) === 0 ? reader.varint() : 1;
    if ((flags & UNIFORM) === 0) {
      entries.push({ worker, chain, shares, work: reader.bigVarint(), workSquared: reader.bigVarint() });
    } else {
      const each = works[reader.varint()];
      if (each === undefined) throw new Error('slice: a work that is not listed');
      const work = each * BigInt(shares);
      entries.push({ worker, chain, shares, work, workSquared: each * work });
    }
  }
  if (!reader.atEnd) throw new Error('slice: bytes behind its end');
  return { entries, targets };
}

/** The work of each of an entry's shares, if all have the same work: the sums then follow from it. */
function workOfEachShare({ shares, work, workSquared }: StoredSliceEntry): bigint | undefined {
  if (shares === 0) return undefined;
  const each = shares === 1 ? work : work / BigInt(shares);
  return each * BigInt(shares) === work && each * work === workSquared ? each : undefined;
}

function writeTargets(writer: VarintWriter, targets: SliceContent['targets']): void {
  let known = 0;
  for (let chain = 0; chain < CHAINS; chain++) if (targets[chain] !== undefined) known |= 1 << chain;
  writer.u8(known >> 8);
  writer.u8(known & 0xff);
  for (let chain = 0; chain < CHAINS; chain++) {
    const target = targets[chain];
    if (target === undefined) continue;
    let start = 0;
    let end = TARGET_BYTES;
    while (start < TARGET_BYTES && target[start] === 0) start++;
    while (end > start && target[end - 1] === 0) end--;
    writer.u8(start);
    writer.u8(end - start);
    for (let i = start; i < end; i++) writer.u8(target[i]!);
  }
}

function readTargets(reader: VarintReader): (Uint8Array | undefined)[] {
  const known = (reader.u8() << 8) | reader.u8();
  return Array.from({ length: CHAINS }, (_, chain) => {
    if ((known & (1 << chain)) === 0) return undefined;
    const start = reader.u8();
    const length = reader.u8();
    if (start + length > TARGET_BYTES) throw new Error('slice: a target of more than 32 bytes');
    const target = new Uint8Array(TARGET_BYTES);
    for (let i = 0; i < length; i++) target[start + i] = reader.u8();
    return target;
  });
}

/** Bytes and varints (7 bits a byte, least first) into a buffer that grows. */
class VarintWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  u8(value: number): void {
    if (this.#length === this.#bytes.length) {
      const bytes = new Uint8Array(this.#bytes.length * 2);
      bytes.set(this.#bytes);
      this.#bytes = bytes;
    }
    this.#bytes[this.#length++] = value;
  }

  /** @param value - whole, 0 to 2^53 - 1 */
  varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.u8((rest % 0x80) | 0x80);
    this.u8(rest);
  }

  /** @param value - at least 0 */
  bigVarint(value: bigint): void {
    let rest = value;
    for (; rest > BigInt(Number.MAX_SAFE_INTEGER); rest >>= 7n) this.u8(Number(rest & 0x7fn) | 0x80);
    this.varint(Number(rest));
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

class VarintReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  u8(): number {
    const value = this.#bytes[this.#position++];
    if (value === undefined) throw new Error('slice: it ends too early');
    return value;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    if (!Number.isSafeInteger(value)) throw new Error('slice: a number beyond 2^53');
    return value;
  }

  bigVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}
