/**
 * A worker in Redis: one string, of which BITFIELD adds to the integers.
 *
 * ```
 * i64 shares | i64 work low | i64 work high | i64 first share, ms | i64 last share, ms | i64 last work low | i64 high
 * u32 x 16 rejects, by index of the reason | 32 bytes best hash | address 0x00 account 0x00 name
 * ```
 * All big-endian, as BITFIELD has them. scripts/apply-batch-5.lua writes it.
 * @module
 */
import { copyBytes } from '../../../protocol/bytes.js';
import { REJECT_REASON_NAMES, type RejectReason } from '../../domain/reject-reasons.js';
import type { StoredWorker, StoredWorkerId } from '../../ports/store.js';
import { joinWork, splitWork } from '../work-limbs.js';

/** Counts of refusals that have room in a record; scripts/apply-batch-5.lua refuses others, too. */
const REJECT_SLOTS = 16;
const REJECTS_AT = 56;
const BEST_HASH_AT = REJECTS_AT + REJECT_SLOTS * 4;
const TAIL_AT = BEST_HASH_AT + 32;

checkRejectSlots(REJECT_REASON_NAMES.length);

/** @throws RangeError if there are more reasons than a record has room for: the next would be written into the best hash */
export function checkRejectSlots(reasons: number): void {
  if (reasons > REJECT_SLOTS)
    throw new RangeError(`a worker's record has room for ${REJECT_SLOTS} reasons, got ${reasons}`);
}

/** @throws Error for bytes that are none */
export function readWorkerRecord(id: StoredWorkerId, bytes: Uint8Array): StoredWorker {
  if (bytes.length < TAIL_AT) throw new Error(`worker ${id}: a record of ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const integer = (index: number): bigint => view.getBigInt64(index * 8);
  const rejects: Partial<Record<RejectReason, number>> = {};
  for (const [i, reason] of REJECT_REASON_NAMES.entries()) {
    const count = view.getUint32(REJECTS_AT + i * 4);
    if (count > 0) rejects[reason] = count;
  }
  const [address = '', account = '', name = ''] = Buffer.from(bytes.subarray(TAIL_AT)).toString().split('\0');
  return {
    id,
    identity: { account, name },
    address,
    firstShareMs: Number(integer(3)),
    lastShareMs: Number(integer(4)),
    bestHash: copyBytes(bytes, BEST_HASH_AT, TAIL_AT),
    lastWork: joinWork(integer(5), integer(6)),
    shares: Number(integer(0)),
    work: joinWork(integer(1), integer(2)),
    rejects,
  };
}

/** Time and work of the last share, as they are in the record. */
export function lastShareBytes(lastMs: number, work: bigint): Uint8Array {
  const { low, high } = splitWork(work);
  const view = new DataView(new ArrayBuffer(24));
  view.setBigInt64(0, BigInt(lastMs));
  view.setBigInt64(8, low);
  view.setBigInt64(16, high);
  return new Uint8Array(view.buffer);
}
