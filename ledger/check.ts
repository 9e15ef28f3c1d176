/**
 * The check of the whole ledger: every transaction sums to 0, balances are what the log comes to, the wallet's addresses hold what is
 * expected there, and no more is owed than is there. It changes nothing, and the pool goes on meanwhile.
 * @module
 */
import { type AccountName, ALL_GROUPS, parseAccountName, sideOf, walletGroupOf } from './accounts.js';
import type { LedgerBooks } from './books-port.js';
import { CheckFaults, type FoundFault } from './check-faults.js';
import { checkOutputs, type GroupFindings, type NodeOutputs } from './check-outputs.js';
import { checkRecords } from './check-records.js';
import { logEntries, type Opening, type Replayed, replay, ShareFull } from './replay.js';

/** Accounts and outputs that a check has in memory at a time, some 120 MB. With more of them it reads the log several times. */
export const MAX_NAMES_IN_MEMORY = 200_000;

export interface CheckOptions {
  readonly books: LedgerBooks;
  /** ms since the epoch. */
  readonly timeMs: number;
  /** Where the last closed month ended; undefined if the log has all its texts. */
  readonly opening?: Opening;
  /** What the node has at the wallet's addresses; none where it was not asked. */
  readonly outputs?: readonly NodeOutputs[];
  /** See `OutputsOptions`. */
  isAwaited?(name: string): boolean;
  /** Most names in memory. */
  readonly room?: number;
}

/** What a check has found. */
export interface LedgerFindings {
  /** Entries of the log that were read. */
  readonly entries: number;
  readonly accounts: number;
  /** Outputs that are expected. */
  readonly coins: number;
  /** What is there, and what is owed, attoALPH. */
  readonly assets: bigint;
  readonly debts: bigint;
  /** Faults, the first of them by name. */
  readonly faults: readonly FoundFault[];
  readonly faultCount: number;
  /** Of the groups whose outputs were given. */
  readonly groups: readonly GroupFindings[];
  /** Whether payments may go on: there is no fault. Outputs that nobody expected are none. */
  readonly mayPay: boolean;
}

export async function checkLedger(options: CheckOptions): Promise<LedgerFindings> {
  const { books, opening, outputs = [], room = MAX_NAMES_IN_MEMORY } = options;
  const faults = new CheckFaults();
  const from = opening?.from ?? 0;
  const end = await books.logEnd();
  if (end < from) faults.note('log', `the log ends before ${end}, and the closed month went up to ${from}`);
  for (let of = 1; ; of *= 2) {
    const tried = new CheckFaults();
    try {
      const totals = await checkShares({ books, opening, from, end, room }, of, tried);
      for (const { fault, words } of tried.named) faults.note(fault, words);
      faults.count += tried.count - tried.named.length;
      totals.judge(faults);
      const isAwaited = options.isAwaited?.bind(options) ?? (() => false);
      const groups: GroupFindings[] = [];
      for (const group of outputs)
        groups.push(await checkOutputs(group, { books, timeMs: options.timeMs, isAwaited, faults }));
      return {
        entries: Math.max(0, end - from),
        ...totals.figures(),
        faults: faults.named,
        faultCount: faults.count,
        groups,
        mayPay: faults.count === 0,
      };
    } catch (error) {
      if (!(error instanceof ShareFull)) throw error;
    }
  }
}

interface Reading {
  readonly books: LedgerBooks;
  readonly opening: Opening | undefined;
  readonly from: number;
  readonly end: number;
  readonly room: number;
}

/** Reads the log once for each of so many shares of the names. @throws ShareFull */
async function checkShares(reading: Reading, of: number, faults: CheckFaults): Promise<Totals> {
  const totals = new Totals();
  for (let part = 0; part < of; part++) {
    const share = { part, of };
    const { books, from, end } = reading;
    const entries = logEntries(books, from, end);
    const replayed = await replay({ ...reading, entries, share, faults });
    totals.add(replayed);
    const { accounts, coins } = await checkRecords(replayed, { ...reading, share, faults });
    totals.accounts += accounts;
    totals.coins += coins;
  }
  return totals;
}

/** What all shares come to together. */
class Totals {
  accounts = 0;
  coins = 0;
  #assets = 0n;
  #debts = 0n;
  #sum = 0n;
  readonly #wallet = [0n, 0n, 0n, 0n];
  readonly #outputs = [0n, 0n, 0n, 0n];

  add({ accounts, coins }: Replayed): void {
    for (const [text, amount] of accounts) {
      this.#sum += amount;
      const name: AccountName | undefined = parseAccountName(text);
      if (name === undefined) continue;
      const side = sideOf(name);
      if (side === 'asset') this.#assets += amount;
      if (side === 'debt') this.#debts -= amount;
      const group = walletGroupOf(name);
      if (group !== undefined) this.#wallet[group]! += amount;
    }
    for (const [name, { amount }] of coins) this.#outputs[Number(name[0])]! += amount;
  }

  judge(faults: CheckFaults): void {
    if (this.#sum !== 0n) faults.note('sum', `all balances come to ${this.#sum}`);
    for (const group of ALL_GROUPS)
      if (this.#wallet[group] !== this.#outputs[group])
        faults.note(
          'wallet',
          `accounts of group ${group} hold ${this.#wallet[group]}, its outputs ${this.#outputs[group]}`,
        );
    if (this.#debts > this.#assets)
      faults.note('debts', `${this.#debts} are owed, ${this.#assets} are there`);
  }

  figures(): { accounts: number; coins: number; assets: bigint; debts: bigint } {
    return { accounts: this.accounts, coins: this.coins, assets: this.#assets, debts: this.#debts };
  }
}
