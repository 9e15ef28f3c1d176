/**
 * Posts a run, part by part. Each part is one commit with the earnings of its accounts, and has a key in the log: what was posted before
 * a stop is passed over, and the last part makes all of them count.
 * @module
 */
import type { Ledger, PostOutcome } from '../../ledger/ledger.js';
import { settlementClose, settlementPart } from '../../ledger/movements.js';
import { type SettledTable, settle } from '../credit/settle.js';
import type { WorkRow } from '../credit/work-table.js';
import { WorkTableError } from '../credit/work-table-text.js';
import type { BookFence, Books } from '../ports/books.js';
import { earningWrites } from './earnings.js';
import { keptRows, type TableHeads } from './kept-table.js';
import { encodeRun, type Run, runKeyOf, runTableKeyOf } from './run-text.js';
import type { Turns } from './turns.js';

export interface RunPosterModules {
  readonly books: Books;
  readonly ledger: Ledger;
  readonly turns: Turns;
  readonly fence: () => BookFence | undefined;
}

/**
 * Posts what is not posted of a run.
 * @returns `done`: it is complete. Otherwise the outcome that stopped it
 * @throws WorkTableError if one of its tables can't be read
 * @throws LedgerError
 */
export async function postRun(
  run: Run,
  heads: TableHeads,
  { books, ledger, turns, fence: owner }: RunPosterModules,
): Promise<PostOutcome> {
  const { number, timeMs, feeMillionths, part: size } = run;
  const tables = run.scheme === 'solo' ? soloTables(run) : await tablesOf(run, heads, books, turns);
  const parts = settle(tables, feeMillionths, size);
  for (let part = 0; ; part++) {
    const { value, done } = await parts.next();
    const fence = owner();
    if (fence === undefined) return 'fenced';
    if (done === true) {
      const [record] = await books.get('settlement', [runKeyOf(number)]);
      const text = encodeRun({ ...run, sums: value });
      const outcome = await ledger.post({
        fence,
        transactions: [settlementClose(number, timeMs, value)],
        settlement: { number, closes: true },
        records: [{ table: 'settlement', key: runKeyOf(number), version: record?.version ?? 0, text }],
      });
      return outcome === 'already' ? 'done' : outcome;
    }
    const outcome = await ledger.post({
      fence,
      transactions: [settlementPart(number, part, timeMs, value)],
      settlement: { number, closes: false },
      records: await earningWrites(books, timeMs, value),
    });
    if (outcome !== 'done' && outcome !== 'already') return outcome;
    await turns.yield();
  }
}

async function tablesOf(
  { blocks }: Run,
  heads: TableHeads,
  books: Books,
  turns: Turns,
): Promise<SettledTable[]> {
  const byTable = new Map<string, SettledTable['blocks'][number][]>();
  for (const block of blocks) {
    const key = runTableKeyOf(block);
    const { hash, window, reward } = block;
    byTable.set(key, [...(byTable.get(key) ?? []), { hash, window, reward }]);
  }
  const tables: SettledTable[] = [];
  for (const [key, settled] of byTable) {
    const table = await heads.table(key);
    if (table === undefined) throw new WorkTableError(`table of work ${key} is not there`);
    tables.push({ totals: table.head.totals, blocks: settled, rows: keptRows(books, table, turns) });
    await turns.breathe();
  }
  return tables;
}

/** Everything is of the finders: a window for each of them, in which nobody else worked. */
function soloTables({ blocks }: Run): SettledTable[] {
  const finders = [...new Set(blocks.map(({ finder }) => finder!))].sort();
  const rows = finders.map(
    (account, row): WorkRow => ({ account, work: finders.map((_, column) => (column === row ? 1n : 0n)) }),
  );
  return [
    {
      totals: finders.map(() => 1n),
      blocks: blocks.map(({ hash, finder, reward }) => ({ hash, reward, window: finders.indexOf(finder!) })),
      rows,
    },
  ];
}
