/**
 * The files of one journal on their way to the store: segment, batch, confirmed batch.
 *
 * ```
 * N.seg --(summed, written beside, renamed)--> N.batch --(confirmed, renamed)--> N.done --(1 h)--> gone
 * ```
 * The batch is written before it is sent. The segment is removed as soon as its batch exists, since the batch holds the same.
 *
 * Nothing is fsynced, like shares: what a process has written outlives it, but a power cut may take the last half
 * minute. On ext4 an fsync holds up every write to the same file system, the stratum loop's too, for 20 to 600 ms.
 * @module
 */
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { counted } from '../../protocol/quantity-text.js';
import type { Batch } from '../domain/batch.js';
import { decodeBatch, encodeBatch } from '../journal/batch-file.js';
import { SegmentDamagedError } from '../journal/frames.js';
import { journalFile } from '../journal/journal-folder.js';
import { readSegment } from '../journal/read-segment.js';

/** The content of a file. */
export interface ReadBatch {
  /** Undefined if the file holds no acknowledged share. */
  readonly batch: Batch | undefined;
  /** What was wrong with the file; undefined if nothing was. */
  readonly damage: string | undefined;
}

/** Reads a closed segment. Records behind damage are left out. @throws the error of the operating system */
export async function readSegmentFile(folder: string, number: number): Promise<ReadBatch> {
  const bytes = await readFile(journalFile(folder, number, 'seg'));
  let length = bytes.length;
  let damage: string | undefined;
  for (;;) {
    try {
      return { batch: readSegment(bytes.subarray(0, length)), damage };
    } catch (error) {
      if (!(error instanceof SegmentDamagedError)) throw error;
      damage ??= `${error.message}; ${bytes.length - error.offset} of ${counted(bytes.length, 'byte')} are lost`;
      length = Math.min(error.offset, length - 1);
    }
  }
}

/** Writes a batch, whole or not at all, and removes its segment. @returns bytes of the file @throws the error of the operating system */
export async function writeBatchFile(folder: string, batch: Batch): Promise<number> {
  const path = journalFile(folder, batch.number, 'batch');
  const bytes = encodeBatch(batch);
  const temporary = `${path}.tmp`;
  try {
    await writeFile(temporary, bytes, { mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await rm(journalFile(folder, batch.number, 'seg'), { force: true });
  return bytes.length;
}

/** @throws BatchDamagedError, or the error of the operating system */
export async function readBatchFile(folder: string, number: number): Promise<Batch> {
  return decodeBatch(await readFile(journalFile(folder, number, 'batch')));
}

/** Marks a batch as confirmed at a time, ms since the epoch on our clock. */
export async function confirmBatchFile(folder: string, number: number, nowMs: number): Promise<void> {
  const path = journalFile(folder, number, 'batch');
  await utimes(path, nowMs / 1000, nowMs / 1000);
  await rename(path, journalFile(folder, number, 'done'));
}

/** Marks a confirmed batch as pending again, since the store has forgotten it. */
export async function reviveBatchFile(folder: string, number: number): Promise<void> {
  await rename(journalFile(folder, number, 'done'), journalFile(folder, number, 'batch'));
}

/** Size in bytes, and the time of the last change, ms since the epoch. */
export async function fileFacts(
  path: string,
): Promise<{ readonly bytes: number; readonly changedMs: number }> {
  const { size, mtimeMs } = await stat(path);
  return { bytes: size, changedMs: mtimeMs };
}

/** Moves a damaged file out of the way. @returns its new path */
export async function keepDamaged(path: string): Promise<string> {
  const kept = `${path}.damaged`;
  // Copied first, so that the original is left if the process dies in between.
  await writeFile(kept, await readFile(path), { mode: 0o600 });
  return kept;
}
