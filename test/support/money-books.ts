/**
 * Books with money in them, as settlement and payer write them, for tests of those who read them.
 * @module
 */
import { minerAccount } from '../../ledger/accounts.js';
import { Ledger } from '../../ledger/ledger.js';
import {
  blockReward,
  type MinerAmount,
  payout,
  payoutPaid,
  settlementClose,
  settlementPart,
} from '../../ledger/movements.js';
import type { Transaction } from '../../ledger/transaction.js';
import { WorkTable } from '../../pool/credit/work-table.js';
import { encodeWorkChunk } from '../../pool/credit/work-table-text.js';
import type { Books, BookTable } from '../../pool/ports/books.js';
import { tableKeyOf } from '../../pool/settlement/interval.js';
import { chunkKeyOf, encodeTableHead } from '../../pool/settlement/kept-table.js';
import { STATE_KEY } from '../../pool/settlement/state-note.js';
import { coinKey } from './ledger-arbitraries.js';

const FENCE = { name: 'settlement', number: 1 } as const;

export interface MoneyBooks {
  /** Writes or removes a record. */
  put(table: BookTable, key: string, text: string | undefined): Promise<void>;
  /** Credits accounts in a settlement of their own: of a block that brings a tenth more as fee. */
  credit(timeMs: number, credits: readonly MinerAmount[]): Promise<void>;
  /** A payment to one account. @param owed - leaves its balance; 1000 less arrive */
  pay(timeMs: number, to: MinerAmount, address: string, state: 'sent' | 'paid'): Promise<string>;
  /** A table of work of an interval: its finds in one window, and the work of accounts in it. */
  table(
    startMs: number,
    finds: readonly string[],
    work: ReadonlyMap<string, bigint>,
    late?: number,
  ): Promise<void>;
  /** Settlement has begun. */
  begin(fromMs: number): Promise<void>;
}

/** What is less at the payee than left its balance, attoALPH. */
export const MINERS_FEE = 1_000n;

export function moneyBooks(books: Books): MoneyBooks {
  const ledger = new Ledger(books);
  let number = 0;
  let coins = 0;
  const post = async (transaction: Transaction, more = {}): Promise<void> => {
    const outcome = await ledger.post({ fence: FENCE, transactions: [transaction], ...more });
    if (outcome !== 'done') throw new Error(`${transaction.key}: ${outcome}`);
  };
  const put: MoneyBooks['put'] = async (table, key, text) => {
    const [record] = await books.get(table, [key]);
    const records = [{ table, key, version: record?.version ?? 0, text }];
    const outcome = await books.commit({ fence: FENCE, append: [], records });
    if (outcome !== 'done') throw new Error(`${key}: ${outcome}`);
  };
  const add = async (key: string, amount: bigint): Promise<void> => {
    const [record] = await books.get('earning', [key]);
    await put('earning', key, `${BigInt(record?.text ?? 0) + amount}`);
  };
  return {
    put,
    credit: async (timeMs, credits) => {
      const sum = credits.reduce((all, { amount }) => all + amount, 0n);
      const fee = sum / 10n;
      number++;
      const key = coinKey(++coins);
      await post(blockReward(key, timeMs, { group: 0, key, amount: sum + fee, lockTimeMs: 0 }));
      await post(settlementPart(number, 0, timeMs, credits), { settlement: { number, closes: false } });
      for (const { key: account, amount } of credits)
        await add(`${nameOf(account)}/${new Date(timeMs).toISOString().slice(0, 10)}`, amount);
      await post(settlementClose(number, timeMs, { credits: sum, fee, remainder: 0n }), {
        settlement: { number, closes: true },
      });
    },
    pay: async (timeMs, to, address, state) => {
      const key = coinKey(++coins);
      const txId = key.replace(/^0+/, (zeros) => 'f'.repeat(zeros.length));
      const amount = to.amount + MINERS_FEE;
      await post(payout(txId, timeMs, [to], txId));
      if (state === 'paid') {
        await post(blockReward(key, timeMs, { group: 1, key, amount, lockTimeMs: 0 }));
        const spent = [{ group: 1 as const, key, amount }];
        const made = [{ group: 1 as const, key: coinKey(++coins), amount: MINERS_FEE, lockTimeMs: 0 }];
        await post(payoutPaid(txId, timeMs, to.amount, { txId, group: 1, spent, made, fee: MINERS_FEE }));
      }
      const place = `${String(999_999_999_999_999 - timeMs).padStart(15, '0')}/${txId.slice(0, 16)}`;
      const arrives = `${to.amount - MINERS_FEE}`;
      await put(
        'payment',
        `${nameOf(to.key)}/${place}`,
        JSON.stringify({ txId, timeMs, address, owed: `${to.amount}`, paid: arrives, state }),
      );
      await put(
        'payment',
        `*/${place}`,
        JSON.stringify({ txId, timeMs, accounts: 1, paid: arrives, fee: `${MINERS_FEE}`, state }),
      );
      return txId;
    },
    begin: (fromMs) =>
      put(
        'note',
        STATE_KEY,
        JSON.stringify({ atMs: fromMs, fromMs, throughMs: fromMs, blockedBy: [], runs: 0 }),
      ),
    table: async (startMs, finds, work, late = 0) => {
      const toMs = startMs + 600_000;
      const table = new WorkTable([{ fromMs: startMs, toMs, oldest: { part: 1n, of: 1n } }]);
      for (const [account, its] of work) table.add(account, startMs, its);
      const name = tableKeyOf(startMs, late);
      for (const [index, rows] of [...table.chunks()].entries())
        await put('work', chunkKeyOf(name, index), encodeWorkChunk(rows));
      await put(
        'work',
        name,
        encodeTableHead(
          table.head,
          finds.map((hash) => [hash, 0]),
        ),
      );
    },
  };
}

function nameOf(key: string): string {
  return minerAccount(key).slice('miner/'.length);
}
