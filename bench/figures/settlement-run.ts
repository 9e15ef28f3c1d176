/**
 * Settles blocks, as a process of its own: tables of work are made, written to embedded books and read again, and what it comes to is posted there.
 * What it took is told to the parent. Arguments: blocks, accounts.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BookChange } from '../../ledger/books-port.js';
import { Ledger } from '../../ledger/ledger.js';
import { blockReward, settlementClose, settlementPart } from '../../ledger/movements.js';
import type { Transaction } from '../../ledger/transaction.js';
import { type SettledTable, settle } from '../../pool/credit/settle.js';
import type { Window } from '../../pool/credit/windows.js';
import { type WorkRow, WorkTable } from '../../pool/credit/work-table.js';
import {
  decodeWorkChunk,
  decodeWorkTableHead,
  encodeWorkChunk,
  encodeWorkTableHead,
} from '../../pool/credit/work-table-text.js';
import type { OwnBooks } from '../../pool/ports/books.js';
import { openBooks } from '../../pool/store/open-books.js';
import { openThreadClock } from '../thread-clock.js';

/** What settling took. */
export interface SettlementTaken {
  readonly seconds: number;
  /** Most that the process held at a time. */
  readonly megabytes: number;
  /** Longest commit of a part, ms. */
  readonly slowestMs: number;
  /** Most CPU time that one took, ms; undefined where it can't be told. The rest is the disk's, and that of others on the same cores. */
  readonly mostCpuMs: number | undefined;
}

const [blocks, accounts] = process.argv.slice(2).map(Number) as [number, number];
const ALPH = 10n ** 18n;
const REWARD = (3n * ALPH) / 10n;
const FEE_MILLIONTHS = 10_000;
const SLICE_MS = 10_000;
/** Of an interval of ten minutes. */
const BLOCKS_IN_TABLE = 60;
/** Every account works in so many slices of an interval. */
const SLICES = 12;
const TIME_MS = 1_800_000_000_000;
const NEW_WORK = { table: 'work', version: 0 } as const;
const FENCE = { name: 'settlement', number: 1 } as const;

const folder = mkdtempSync(join(tmpdir(), 'lesswork-settlement-'));
try {
  const identity = { poolId: 'figures', networkId: 4, extranonceBytes: 2 };
  const settings = { type: 'embedded', path: join(folder, 'pool.db'), identity } as const;
  const books = await openBooks(settings, { onNotice: () => {} });
  const taken = await settleAll(books);
  await books.close();
  process.send!(taken);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function settleAll(books: OwnBooks): Promise<SettlementTaken> {
  const ledger = new Ledger(books);
  const hashes = Array.from({ length: blocks }, (_, i) => (i + 1).toString(16).padStart(64, '0'));
  for (let at = 0; at < hashes.length; at += 100)
    await post(ledger, hashes.slice(at, at + 100).map(rewardOf));
  const begunMs = performance.now();
  const clock = openThreadClock();
  let slowestMs = 0;
  let mostCpuMs = clock.source === 'none' ? undefined : 0;
  const tables: SettledTable[] = [];
  for (let at = 0; at < hashes.length; at += BLOCKS_IN_TABLE)
    tables.push(await tableOf(books, at, hashes.slice(at, at + BLOCKS_IN_TABLE)));
  const run = settle(tables, FEE_MILLIONTHS);
  for (let part = 0; ; part++) {
    const { value, done } = await run.next();
    const cpuMs = clock.read();
    const partMs = performance.now();
    if (done === true) {
      await post(ledger, [settlementClose(1, TIME_MS, value)], { number: 1, closes: true });
      break;
    }
    await post(ledger, [settlementPart(1, part, TIME_MS, value)], { number: 1, closes: false });
    slowestMs = Math.max(slowestMs, performance.now() - partMs);
    if (mostCpuMs !== undefined) mostCpuMs = Math.max(mostCpuMs, clock.read()! - cpuMs!);
  }
  const seconds = (performance.now() - begunMs) / 1000;
  return { seconds, megabytes: process.resourceUsage().maxRSS / 1024, slowestMs, mostCpuMs };
}

function rewardOf(hash: string): Transaction {
  return blockReward(hash, TIME_MS, { group: 0, key: hash, amount: REWARD, lockTimeMs: 0 });
}

async function post(
  ledger: Ledger,
  transactions: readonly Transaction[],
  settlement?: { readonly number: number; readonly closes: boolean },
): Promise<void> {
  const outcome = await ledger.post({
    fence: FENCE,
    transactions,
    ...(settlement !== undefined && { settlement }),
  });
  if (outcome !== 'done') throw new Error(`posting ${transactions[0]!.key} was ${outcome}`);
}

/** A table of an interval, each block with a window of its own, kept in the books. */
async function tableOf(books: OwnBooks, number: number, hashes: readonly string[]): Promise<SettledTable> {
  const windows = hashes.map((_, i): Window => {
    const toMs = TIME_MS + (i + 1) * SLICE_MS;
    return { fromMs: toMs - BLOCKS_IN_TABLE * SLICE_MS, toMs, oldest: { part: 1n, of: 3n } };
  });
  const table = new WorkTable(windows);
  for (let slice = 0; slice < SLICES; slice++) {
    const sliceMs = TIME_MS + (slice - SLICES) * 5 * SLICE_MS;
    for (let i = 0; i < accounts; i++) table.add(accountOf(i), sliceMs, 2n ** 50n + BigInt(i * (slice + 1)));
  }
  let chunks = 0;
  for (const rows of table.chunks())
    await keep(books, { ...NEW_WORK, key: `${number}/${chunks++}`, text: encodeWorkChunk(rows) });
  await keep(books, { ...NEW_WORK, key: `${number}`, text: encodeWorkTableHead(table.head) });
  const [head] = await books.get('work', [`${number}`]);
  return {
    totals: decodeWorkTableHead(head!.text).totals,
    blocks: hashes.map((hash, window) => ({ hash, window, reward: REWARD })),
    rows: rowsOf(books, number, chunks, windows.length),
  };
}

async function keep(books: OwnBooks, change: BookChange): Promise<void> {
  const outcome = await books.commit({ fence: FENCE, append: [], records: [change] });
  if (outcome !== 'done') throw new Error(`keeping ${change.key} was ${outcome}`);
}

async function* rowsOf(
  books: OwnBooks,
  number: number,
  chunks: number,
  windows: number,
): AsyncGenerator<WorkRow> {
  for (let chunk = 0; chunk < chunks; chunk++) {
    const [record] = await books.get('work', [`${number}/${chunk}`]);
    yield* decodeWorkChunk(record!.text, windows);
  }
}

/** As long as an account's key, in no order. */
function accountOf(number: number): string {
  return (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(66, '0');
}
