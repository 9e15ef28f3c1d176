/**
 * A complete run and its tables, as its audit has them.
 * @module
 */
import type { ChunkSum, Run, RunBlock, RunTable } from '../../audit/audit-run.js';
import { chunkLeaves } from '../../audit/audit-run.js';
import { rootOf } from '../../audit/audit-tree.js';
import { bytesToHex } from '../../protocol/bytes.js';
import type { KeptTable } from './kept-table.js';
import { type RunBlock as KeptBlock, type Run as KeptRun, runTableKeyOf } from './run-text.js';

/** Texts of the rows of a chunk, as they are hashed: it has them line by line. @param text - of the chunk's record */
export function rowTextsOf(text: string): string[] {
  return text.split('\n').map((line) => `row ${line}`);
}

/** Keys of the tables of a run, in order. */
export function tableKeysOfRun({ blocks }: KeptRun): string[] {
  return [...new Set(blocks.filter(({ finder }) => finder === undefined).map(runTableKeyOf))].sort();
}

export function runTableOf({ key, head, finds }: KeptTable, chunks: readonly ChunkSum[]): RunTable {
  return {
    key,
    accounts: chunks.reduce((sum, { rows }) => sum + rows, 0),
    chunks: chunks.length,
    root: bytesToHex(rootOf(chunkLeaves(chunks))),
    windows: head.windows.map(({ fromMs, toMs, oldest: { part, of } }, i) => ({
      fromMs,
      toMs,
      part,
      of,
      total: head.totals[i]!,
    })),
    finds,
  };
}

/** @param tables - of `tableKeysOfRun`, in that order @throws RangeError if the run is not complete */
export function runOf(pool: string, kept: KeptRun, tables: readonly RunTable[]): Run {
  const { number, timeMs, scheme, feeMillionths, sums, blocks } = kept;
  if (sums === undefined) throw new RangeError(`run ${number} is not complete`);
  const { credits, fee, remainder } = sums;
  return {
    facts: { pool, number, timeMs, scheme, feeMillionths, credits, fee, remainder },
    tables,
    blocks: blocks.map(runBlockOf).sort((a, b) => (a.hash < b.hash ? -1 : 1)),
  };
}

function runBlockOf(block: KeptBlock): RunBlock {
  const { hash, chain, height, reward, window, finder } = block;
  const by = finder === undefined ? { table: runTableKeyOf(block), window } : { finder };
  return { hash, chain, height, reward, by };
}
