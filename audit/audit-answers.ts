/**
 * What a pool's API answers about its runs, as JSON: written by the pool, read by whoever checks it. What is read is checked so strictly
 * that each value has one text alone: hashes are of these texts.
 * @module
 */
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { AuditAnswerError, amountOf, countOf, hashOf, listOf, objectOf, textOf } from './answer-fields.js';
import type { Row, RowProof, Run, RunBlock, RunFacts, RunTable, RunWindow } from './audit-run.js';
import type { Branch } from './audit-tree.js';

/** The newest link of the chain. */
export interface ChainAnswer {
  readonly pool: string;
  /** Runs so far; 0 if there are none. */
  readonly runs: number;
  /** The head as of the last run, 64 hex digits; zeros without one. */
  readonly head: string;
}

/** A run, its root, and its link in the chain: 64 hex digits each. */
export interface RunAnswer {
  readonly run: Run;
  readonly root: string;
  readonly before: string;
  readonly head: string;
}

/** A row of an account, with its table and its proof. */
export interface ProvenRow {
  readonly table: string;
  readonly row: Row;
  readonly proof: RowProof;
}

/** What a run has for an account. */
export interface MinerRunAnswer {
  readonly number: number;
  readonly account: string;
  /** Of each table that has one. */
  readonly rows: readonly ProvenRow[];
  /** Day of the run, UTC, as 2026-11-30. */
  readonly day: string;
  /** All that the pool's books have credited the account on that day, attoALPH; undefined while a run is booked. */
  readonly earned: bigint | undefined;
  /** Number of the last run as of which it is told. */
  readonly through: number;
}

/** Most of each in an answer. */
const MOST_BLOCKS = 3_000;
const MOST_TABLES = 1_000;
const MOST_WINDOWS = 60;
const MOST_FINDS = 100_000;
const MOST_HASHES = 64;

export function chainJson({ pool, runs, head }: ChainAnswer) {
  return { pool, runs, head };
}

export function runJson({ run: { facts, tables, blocks }, root, before, head }: RunAnswer) {
  const { credits, fee, remainder, ...others } = facts;
  return {
    ...others,
    credits: `${credits}`,
    fee: `${fee}`,
    remainder: `${remainder}`,
    tables: tables.map(tableJson),
    blocks: blocks.map(blockJson),
    root,
    before,
    head,
  };
}

export function tableJson({ windows, finds, ...others }: RunTable) {
  return {
    ...others,
    windows: windows.map(({ fromMs, toMs, part, of, total }) => ({
      fromMs,
      toMs,
      part: `${part}`,
      of: `${of}`,
      total: `${total}`,
    })),
    finds: finds.map(([hash, window]) => ({ hash, window })),
  };
}

export function blockJson({ hash, chain, height, reward, by }: RunBlock) {
  return { hash, chain, height, reward: `${reward}`, ...by };
}

export function branchJson({ index, count, hashes }: Branch) {
  return { index, count, hashes: hashes.map(bytesToHex) };
}

export function rowJson({ table, row, proof }: ProvenRow) {
  return {
    table,
    work: row.work.map(String),
    row: branchJson(proof.row),
    chunk: branchJson(proof.chunk),
  };
}

export function minerRunJson({ number, account, rows, day, earned, through }: MinerRunAnswer) {
  return {
    number,
    account,
    rows: rows.map(rowJson),
    day,
    ...(earned !== undefined && { earned: `${earned}` }),
    through,
  };
}

/** @throws AuditAnswerError, as all of these */
export function parseChain(value: unknown): ChainAnswer {
  const { pool, runs, head } = objectOf(value, 'the chain of runs');
  return { pool: textOf(pool, POOL, 'pool'), runs: countOf(runs, 'runs'), head: hashOf(head, 'head') };
}

export function parseRun(value: unknown): RunAnswer {
  const json = objectOf(value, 'a run');
  const facts = factsOf(json);
  return {
    run: {
      facts,
      tables: listOf(json.tables, 'tables', MOST_TABLES).map(tableOf),
      blocks: listOf(json.blocks, 'blocks', MOST_BLOCKS).map(blockOf),
    },
    root: hashOf(json.root, 'root'),
    before: hashOf(json.before, 'before'),
    head: hashOf(json.head, 'head'),
  };
}

/** What a run comes to. @throws AuditAnswerError, as all of these */
export function factsOf(json: Readonly<Record<string, unknown>>): RunFacts {
  return {
    pool: textOf(json.pool, POOL, 'pool'),
    number: countOf(json.number, 'number'),
    timeMs: countOf(json.timeMs, 'timeMs'),
    scheme: textOf(json.scheme, SCHEME, 'scheme') as 'pplns' | 'prop' | 'solo',
    feeMillionths: countOf(json.feeMillionths, 'feeMillionths', 1_000_000),
    credits: amountOf(json.credits, 'credits'),
    fee: amountOf(json.fee, 'fee'),
    remainder: amountOf(json.remainder, 'remainder'),
  };
}

export function parseMinerRun(value: unknown): MinerRunAnswer {
  const json = objectOf(value, 'what a run has for an account');
  const account = textOf(json.account, ACCOUNT, 'account');
  return {
    number: countOf(json.number, 'number'),
    account,
    rows: listOf(json.rows, 'rows', MOST_TABLES).map((row) => provenRowOf(row, account)),
    day: textOf(json.day, DAY, 'day'),
    earned: json.earned === undefined ? undefined : amountOf(json.earned, 'earned'),
    through: countOf(json.through, 'through'),
  };
}

export const POOL = /^[a-z0-9-]{1,32}$/;
const SCHEME = /^(pplns|prop|solo)$/;
export const ACCOUNT = /^(?:[0-9a-f]{2}){1,2048}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TABLE = /^T\d{15}(\+[1-9]\d{0,3})?$/;

export function tableOf(value: unknown): RunTable {
  const json = objectOf(value, 'a table');
  const windows = listOf(json.windows, 'windows', MOST_WINDOWS).map(windowOf);
  return {
    key: textOf(json.key, TABLE, 'key'),
    accounts: countOf(json.accounts, 'accounts'),
    chunks: countOf(json.chunks, 'chunks'),
    root: hashOf(json.root, 'root'),
    windows,
    finds: listOf(json.finds, 'finds', MOST_FINDS).map((find) => {
      const { hash, window } = objectOf(find, 'a find');
      return [hashOf(hash, 'hash'), countOf(window, 'window', windows.length - 1)] as const;
    }),
  };
}

function windowOf(value: unknown): RunWindow {
  const json = objectOf(value, 'a window');
  const window = {
    fromMs: countOf(json.fromMs, 'fromMs'),
    toMs: countOf(json.toMs, 'toMs'),
    part: amountOf(json.part, 'part'),
    of: amountOf(json.of, 'of'),
    total: amountOf(json.total, 'total'),
  };
  if (window.fromMs >= window.toMs || window.of === 0n || window.part > window.of)
    throw new AuditAnswerError(`a window from ${window.fromMs} to ${window.toMs} is none`);
  return window;
}

export function blockOf(value: unknown): RunBlock {
  const json = objectOf(value, 'a block');
  return {
    hash: hashOf(json.hash, 'hash'),
    chain: countOf(json.chain, 'chain', 15),
    height: countOf(json.height, 'height'),
    reward: amountOf(json.reward, 'reward'),
    by:
      json.finder === undefined
        ? {
            table: textOf(json.table, TABLE, 'table'),
            window: countOf(json.window, 'window', MOST_WINDOWS - 1),
          }
        : { finder: textOf(json.finder, ACCOUNT, 'finder') },
  };
}

export function provenRowOf(value: unknown, account: string): ProvenRow {
  const json = objectOf(value, 'a row');
  const work = listOf(json.work, 'work', MOST_WINDOWS).map((one) => amountOf(one, 'work'));
  return {
    table: textOf(json.table, TABLE, 'table'),
    row: { account, work },
    proof: { row: branchOf(json.row), chunk: branchOf(json.chunk) },
  };
}

export function branchOf(value: unknown): Branch {
  const json = objectOf(value, 'a branch');
  return {
    index: countOf(json.index, 'index'),
    count: countOf(json.count, 'count'),
    hashes: listOf(json.hashes, 'hashes', MOST_HASHES).map((hash) => hexToBytes(hashOf(hash, 'hash'))),
  };
}
