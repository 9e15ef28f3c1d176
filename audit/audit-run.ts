/**
 * What a pool commits itself to with each settlement run, as leaves of a tree, and the chain of these trees' roots.
 *
 * ```
 * run's tree:    run | table, by key ... | block, by hash ...         head: of the head before, the run's number, its root
 * table's tree:  chunk ...                                            its root stands in the table's leaf
 * chunk's tree:  row, by account ...                                  its root stands in the chunk's leaf
 * ```
 * Each leaf is one line of words with a blank between them; numbers are decimal, hashes and accounts are hex.
 *
 * | leaf | words |
 * |---|---|
 * | run | `run` pool number time scheme fee-millionths credits fee remainder tables blocks |
 * | table | `table` key accounts chunks root windows finds; a window is from`-`to`:`part`/`of`=`total, a find is hash`:`window; both joined by commas, `-` for none |
 * | block | `block` hash chain height table window reward; without a table `-` and the finder's account |
 * | chunk | `chunk` number rows root |
 * | row | `row` account work ... |
 * @module
 */
import { bytesToHex } from '../protocol/bytes.js';
import { type Branch, headOf, leafOf, rootByBranch, rootOf } from './audit-tree.js';

/** What a run comes to; amounts in attoALPH. */
export interface RunFacts {
  /** Id of the pool. */
  readonly pool: string;
  /** From 1 on, without a gap. */
  readonly number: number;
  /** When it was made, ms since the epoch, on the store's clock. */
  readonly timeMs: number;
  readonly scheme: 'pplns' | 'prop' | 'solo';
  /** 0 to 1,000,000. */
  readonly feeMillionths: number;
  readonly credits: bigint;
  readonly fee: bigint;
  readonly remainder: bigint;
}

/** A block of a run. */
export interface RunBlock {
  /** 64 hex digits. */
  readonly hash: string;
  /** 0 to 15. */
  readonly chain: number;
  readonly height: number;
  /** What it brought, net of what the pool itself put in, attoALPH. */
  readonly reward: bigint;
  /** By whose work it is shared out: key of a table and number of a window there; or the account that gets all of it. */
  readonly by: { readonly table: string; readonly window: number } | { readonly finder: string };
}

/** A window of a table; times in ms since the epoch, starts of slices. */
export interface RunWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** What of the oldest slice counts, `part` of `of`, hashes; equal where all of it does. */
  readonly part: bigint;
  readonly of: bigint;
  /** Work of all accounts, expected hashes. */
  readonly total: bigint;
}

/** A table of work of a run. */
export interface RunTable {
  readonly key: string;
  readonly accounts: number;
  readonly chunks: number;
  /** Of the chunks' tree, 64 hex digits. */
  readonly root: string;
  readonly windows: readonly RunWindow[];
  /** Found blocks that nodes took, and their windows, also those that come to nothing. */
  readonly finds: readonly (readonly [hash: string, window: number])[];
}

/** All of a run but the rows. */
export interface Run {
  readonly facts: RunFacts;
  /** By key. */
  readonly tables: readonly RunTable[];
  /** By hash. */
  readonly blocks: readonly RunBlock[];
}

/** An account's work, by window of its table. */
export interface Row {
  /** Hex of the account's lockup script. */
  readonly account: string;
  readonly work: readonly bigint[];
}

/** What shows that a row is in a table. */
export interface RowProof {
  /** In its chunk: `count` is the chunk's rows. */
  readonly row: Branch;
  /** Of its chunk in the table. */
  readonly chunk: Branch;
}

/** @param tables, blocks - their numbers */
export function runText(run: RunFacts, tables: number, blocks: number): string {
  const { pool, number, timeMs, scheme, feeMillionths, credits, fee, remainder } = run;
  return `run ${pool} ${number} ${timeMs} ${scheme} ${feeMillionths} ${credits} ${fee} ${remainder} ${tables} ${blocks}`;
}

export function tableText({ key, accounts, chunks, root, windows, finds }: RunTable): string {
  const shownWindows = windows.map(
    ({ fromMs, toMs, part, of, total }) => `${fromMs}-${toMs}:${part}/${of}=${total}`,
  );
  const shownFinds = finds.map(([hash, window]) => `${hash}:${window}`);
  return `table ${key} ${accounts} ${chunks} ${root} ${shownWindows.join(',') || '-'} ${shownFinds.join(',') || '-'}`;
}

export function blockText({ hash, chain, height, reward, by }: RunBlock): string {
  const sharing = 'table' in by ? `${by.table} ${by.window}` : `- ${by.finder}`;
  return `block ${hash} ${chain} ${height} ${sharing} ${reward}`;
}

export function rowText({ account, work }: Row): string {
  return `row ${account} ${work.join(' ')}`;
}

/** A chunk's leaf. @param root - of its rows, 32 bytes */
export function chunkLeaf(number: number, rows: number, root: Uint8Array): Uint8Array {
  return leafOf(`chunk ${number} ${rows} ${bytesToHex(root)}`);
}

/** A chunk of rows, in short. */
export interface ChunkSum {
  readonly rows: number;
  /** Of its rows' tree, 32 bytes. */
  readonly root: Uint8Array;
}

export function chunkSum(rows: readonly Row[]): ChunkSum {
  return { rows: rows.length, root: rootOf(rows.map((row) => leafOf(rowText(row)))) };
}

/** Leaves of a table's tree. */
export function chunkLeaves(chunks: readonly ChunkSum[]): Uint8Array[] {
  return chunks.map(({ rows, root }, number) => chunkLeaf(number, rows, root));
}

/** Texts of the leaves of a run's tree, in their order. */
export function* runTexts({ facts, tables, blocks }: Run): Generator<string> {
  yield runText(facts, tables.length, blocks.length);
  for (const table of tables) yield tableText(table);
  for (const block of blocks) yield blockText(block);
}

/** Leaves of a run's tree, in their order. */
export function runLeaves(run: Run): Uint8Array[] {
  return Array.from(runTexts(run), leafOf);
}

/** @returns 32 bytes */
export function runRoot(run: Run): Uint8Array {
  return rootOf(runLeaves(run));
}

/** The head of the chain as of a run. @param before - head before it, 32 bytes */
export function headOfRun(before: Uint8Array, number: number, root: Uint8Array): Uint8Array {
  return headOf(before, number, root);
}

/** Whether a row is in a table. */
export function isInTable(row: Row, proof: RowProof, table: Pick<RunTable, 'chunks' | 'root'>): boolean {
  const chunkRoot = rootByBranch(leafOf(rowText(row)), proof.row);
  if (chunkRoot === undefined || proof.chunk.count !== table.chunks) return false;
  const leaf = chunkLeaf(proof.chunk.index, proof.row.count, chunkRoot);
  const root = rootByBranch(leaf, proof.chunk);
  return root !== undefined && bytesToHex(root) === table.root;
}
