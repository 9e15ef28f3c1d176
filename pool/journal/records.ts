/**
 * Writes the rarer records of a segment: all except shares. Each function returns false if the commit is too long.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { BlockFound, BlockStateChange } from '../domain/block-record.js';
import type { Difficulty } from '../domain/difficulty.js';
import type { NamedWorker } from './journal-workers.js';
import type { RecordBuffer } from './record-buffer.js';
import { RECORD } from './segment-format.js';

export function writeWorker(to: RecordBuffer, number: number, worker: NamedWorker): boolean {
  const { account, name, address } = worker;
  let at = to.reserve(9 + account.length + name.length + address.length);
  if (at < 0) return false;
  at = writeNumbered(to, at, RECORD.worker, number);
  to.view.setUint16(at, account.length);
  to.view.setUint8(at + 2, name.length);
  to.view.setUint16(at + 3, address.length);
  // All three texts are ASCII.
  to.bytes.write(account + name + address, at + 5, 'latin1');
  return true;
}

export function writeDifficulty(to: RecordBuffer, number: number, difficulty: Difficulty): boolean {
  let at = to.reserve(16);
  if (at < 0) return false;
  at = writeNumbered(to, at, RECORD.difficulty, number);
  to.view.setUint32(at, difficulty.low);
  to.view.setFloat64(at + 4, difficulty.high);
  return true;
}

export function writeBestHash(to: RecordBuffer, worker: number, hash: Uint8Array): boolean {
  const at = to.reserve(36);
  if (at < 0) return false;
  to.bytes.set(hash, writeNumbered(to, at, RECORD.bestHash, worker));
  return true;
}

/** @param reason - index into REJECT_REASON_NAMES */
export function writeReject(to: RecordBuffer, worker: number, reason: number): boolean {
  const at = to.reserve(5);
  if (at < 0) return false;
  to.bytes[writeNumbered(to, at, RECORD.reject, worker)] = reason;
  return true;
}

export function writeTarget(to: RecordBuffer, chain: ChainIndex, target: Uint8Array): boolean {
  const at = to.reserve(34);
  if (at < 0) return false;
  to.bytes[at] = RECORD.target;
  to.bytes[at + 1] = chain;
  to.bytes.set(target, at + 2);
  return true;
}

export function writeBlock(
  to: RecordBuffer,
  tag: typeof RECORD.blockFound | typeof RECORD.blockState,
  block: BlockFound | BlockStateChange,
): boolean {
  const json = Buffer.from(JSON.stringify(block));
  const at = to.reserve(5 + json.length);
  if (at < 0) return false;
  to.bytes[at] = tag;
  to.view.setUint32(at + 1, json.length);
  to.bytes.set(json, at + 5);
  return true;
}

export function writeEnd(to: RecordBuffer, throughMs: number): boolean {
  const at = to.reserve(9);
  if (at < 0) return false;
  to.bytes[at] = RECORD.end;
  to.view.setFloat64(at + 1, throughMs);
  return true;
}

/** Writes a tag and a number of three bytes. @returns the index behind them */
function writeNumbered({ bytes }: RecordBuffer, at: number, tag: number, number: number): number {
  bytes[at] = tag;
  bytes[at + 1] = number >>> 16;
  bytes[at + 2] = number >>> 8;
  bytes[at + 3] = number;
  return at + 4;
}
