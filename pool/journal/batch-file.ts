/**
 * A batch as a file: JSON compressed by gzip, whose checksum shows damage. `zcat` prints it.
 * @module
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import type { Batch, BatchSlice, SliceEntry, WorkerActivity } from '../domain/batch.js';

const VERSION = 1;

/** A batch's file can't be read. */
export class BatchDamagedError extends Error {
  override readonly name = 'BatchDamagedError';
  readonly code = 'ERR_BATCH_DAMAGED';
}

interface WorkerJson extends Pick<WorkerActivity, 'identity' | 'address' | 'lastShareMs' | 'rejects'> {
  readonly bestHash: string | undefined;
  readonly lastWork: string | undefined;
}

/** worker, chain, shares, work, work squared */
type EntryJson = readonly [number, number, number, string, string];

interface SliceJson extends Pick<BatchSlice, 'startMs'> {
  readonly entries: readonly EntryJson[];
  readonly targets: readonly (string | null)[];
}

interface BatchJson extends Pick<Batch, 'journal' | 'number' | 'throughMs' | 'blocksFound' | 'blockStates'> {
  readonly version: number;
  readonly workers: readonly WorkerJson[];
  readonly slices: readonly SliceJson[];
}

/** Encodes a batch. The same batch always gives the same bytes. */
export function encodeBatch(batch: Batch): Uint8Array {
  const json: BatchJson = {
    version: VERSION,
    ...batch,
    workers: batch.workers.map((worker) => ({
      ...worker,
      bestHash: worker.bestHash && bytesToHex(worker.bestHash),
      lastWork: worker.lastWork?.toString(),
    })),
    slices: batch.slices.map(({ startMs, entries, targets }) => ({
      startMs,
      entries: entries.map(
        ({ worker, chain, shares, work, workSquared }): EntryJson => [
          worker,
          chain,
          shares,
          work.toString(),
          workSquared.toString(),
        ],
      ),
      targets: targets.map((target) => (target === undefined ? null : bytesToHex(target))),
    })),
  };
  return gzipSync(JSON.stringify(json), { level: 1 });
}

/** @throws BatchDamagedError if these are not the bytes of a batch of this version */
export function decodeBatch(bytes: Uint8Array): Batch {
  let json: BatchJson;
  try {
    json = JSON.parse(gunzipSync(bytes).toString()) as BatchJson;
  } catch (error) {
    throw new BatchDamagedError((error as Error).message);
  }
  if (json.version !== VERSION)
    throw new BatchDamagedError(`"version" expected ${VERSION}, got ${json.version}`);
  const { journal, number, throughMs, blocksFound, blockStates } = json;
  return {
    journal,
    number,
    throughMs,
    workers: json.workers.map(readWorker),
    slices: json.slices.map(({ startMs, entries, targets }) => ({
      startMs,
      entries: entries.map(readEntry),
      targets: targets.map((target) => (target === null ? undefined : hexToBytes(target))),
    })),
    blocksFound,
    blockStates,
  };
}

function readWorker({
  identity,
  address,
  lastShareMs,
  bestHash,
  lastWork,
  rejects,
}: WorkerJson): WorkerActivity {
  return {
    identity,
    address,
    lastShareMs,
    bestHash: bestHash === undefined ? undefined : hexToBytes(bestHash),
    lastWork: lastWork === undefined ? undefined : BigInt(lastWork),
    rejects,
  };
}

function readEntry([worker, chain, shares, work, workSquared]: EntryJson): SliceEntry {
  return { worker, chain, shares, work: BigInt(work), workSquared: BigInt(workSquared) };
}
