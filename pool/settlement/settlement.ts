/**
 * Settlement of a pool: what its blocks brought becomes balances of its miners. One step after the other, each of which goes on where it
 * was stopped.
 * @module
 */
import { Ledger } from '../../ledger/ledger.js';
import type { Scheme } from '../credit/windows.js';
import type { FollowedBlock } from '../domain/block-fate.js';
import type { SettlementFigures } from '../domain/settlement-figures.js';
import type { BookFence } from '../ports/books.js';
import type { Store } from '../ports/store.js';
import type { ChainedBooks } from './chained-books.js';
import type { FundEntries } from './fund-entries.js';
import { INTERVAL_MS, intervalMsOf } from './interval.js';
import type { JournalStanding } from './journal-standing.js';
import { RewardBook } from './reward-book.js';
import { RunSeals } from './run-seals.js';
import { Runs } from './runs.js';
import { TableKeeper } from './table-keeper.js';
import type { Turns } from './turns.js';

/** Terms of a pool's settlement. */
export interface SettlementTerms {
  readonly scheme: Scheme;
  /** 0 to 1,000,000. */
  readonly feeMillionths: number;
  /** Time between two rounds of payouts, ms: runs are not farther from each other, nor tables on test networks. */
  readonly everyMs: number;
  /** Id of the pool. */
  readonly pool: string;
  /** Silence after which a journal is left out of tables, ms; undefined if it is always waited for. */
  readonly silentJournalMs: number | undefined;
}

export interface SettlementModules {
  readonly store: Omit<Store, 'subscribe' | 'close'>;
  /** Those of `fundEntries`, too. */
  readonly books: ChainedBooks;
  readonly terms: SettlementTerms;
  readonly turns: Turns;
  /** Of the books' lease, while that and the store's are held. */
  readonly fence: () => BookFence | undefined;
  /** Of the store's lease, while it is held. */
  readonly storeFence: () => number | undefined;
  /** Addresses of the fund of Proof of Less Work: what they are paid, its entries tell. Undefined while they are not known. */
  readonly fundAddresses: () => readonly string[] | undefined;
  /** Where the pool supplies coins. */
  readonly fundEntries: FundEntries | undefined;
  /** A run is complete, and sealed. @param head - of the chain of runs, 64 hex digits */
  readonly onSealed: (number: number, head: string) => void;
  /** What the operator should know; told once for as long as it goes on. */
  readonly onTrouble: (message: string) => void;
}

/** `rest`: this is not the owner of the task, or something is not known yet. */
export type StepEnd = 'done' | 'more' | 'rest';

const PAGE = 1_000;

/** Steps after which blocks of before the beginning are counted again: the store forgets the oldest. */
const RECOUNT_STEPS = 200;

export class Settlement {
  readonly #modules: SettlementModules;
  readonly #tables: TableKeeper;
  readonly #rewards: RewardBook;
  readonly #runs: Runs;
  readonly #seals: RunSeals;
  /** Finds of before the cursor that are in no table. */
  #late: readonly FollowedBlock[] = [];
  #closed = 0;
  /** Whether the books are what they were, as far as is known: while the task has been held without a break. */
  #goesOn = false;
  #figures: SettlementFigures | undefined;
  #standing: JournalStanding | undefined;
  /** Earned blocks of before the beginning, which are listed first. */
  #old = 0;
  #stepsUntilRecount = 0;

  constructor(modules: SettlementModules) {
    this.#modules = modules;
    const { store, books, terms, turns, fence, storeFence, onSealed, onTrouble } = modules;
    const { scheme, feeMillionths, silentJournalMs, everyMs, pool } = terms;
    const ledger = new Ledger(books);
    this.#tables = new TableKeeper({
      store,
      books,
      scheme,
      silentJournalMs,
      turns,
      fence,
      onNotice: onTrouble,
    });
    this.#rewards = new RewardBook({ books, ledger, turns, fence, onTrouble });
    this.#runs = new Runs({
      store,
      books,
      ledger,
      scheme,
      feeMillionths,
      everyMs: Math.min(everyMs, INTERVAL_MS),
      turns,
      fence,
      storeFence,
      onTrouble,
    });
    this.#seals = new RunSeals({ books, pool, turns, fence, onSealed });
  }

  /** How it stands; undefined until a step of this process was done. */
  get figures(): SettlementFigures | undefined {
    return this.#figures;
  }

  /** Journals, as of the last step of this process. */
  get standing(): JournalStanding | undefined {
    return this.#standing;
  }

  /** The task is not held any more: what is remembered may be old when it is held again. */
  lose(): void {
    this.#goesOn = false;
    this.#figures = undefined;
    this.#standing = undefined;
  }

  /**
   * Does what is due.
   * @throws StoreUnavailableError, StoreRefusedError, LedgerError, WorkTableError, RunTextError, SealTextError
   */
  async step(): Promise<StepEnd> {
    const { store, terms, fence, fundAddresses, fundEntries } = this.#modules;
    const fund = fundAddresses();
    const { networkId } = await store.nodeIdentity();
    if (fence() === undefined || networkId === undefined || fund === undefined) return 'rest';
    await this.#noticeRollback();
    const intervalMs = intervalMsOf(networkId, terms.everyMs);
    const tables = await this.#tables.round(intervalMs, this.#late, this.#closed);
    if (tables === undefined) return 'rest';
    this.#standing = tables.standing;
    const { fromMs, throughMs } = tables.state;
    if (!this.#goesOn && !(await this.#runs.lookAgain(fromMs))) return 'rest';
    this.#goesOn = true;
    if (fundEntries !== undefined && !(await fundEntries.book())) return 'rest';
    const paysFund = ({ fate }: FollowedBlock): boolean => fund.includes(fate?.reward?.address ?? '');
    const locked = await this.#followed('final', fromMs);
    const earned = await this.#followed('earned', fromMs);
    const toWallet = [...locked, ...earned].filter((block) => block.fate?.reward?.ours && !paysFund(block));
    if (!(await this.#rewards.book(toWallet))) return 'rest';
    const isBooked = (block: FollowedBlock): boolean => paysFund(block) || this.#rewards.isWhole(block.hash);
    const round = await this.#runs.round({ earned, fromMs, throughMs, intervalMs, isBooked });
    this.#late = round.late;
    this.#closed = round.closed;
    const { blockedBy, sinceMs } = tables.standing;
    const nowMs = await store.now();
    this.#figures = {
      blockedBy: blockedBy.length,
      blockedForMs: sinceMs === undefined ? 0 : Math.max(0, nowMs - sinceMs),
      throughAgoMs: Math.max(0, nowMs - throughMs),
      runs: round.closed,
      lastRunMs: round.lastRunMs,
    };
    if (round.kind === 'lost' || !(await this.#seals.round(round.closed))) return 'rest';
    return round.kind === 'more' || round.late.length > 0 ? 'more' : 'done';
  }

  /** After the task was taken, or the books went back: nothing that was remembered counts. */
  async #noticeRollback(): Promise<void> {
    const { books, fundEntries } = this.#modules;
    if (this.#goesOn && (await books.hold())) return;
    this.#goesOn = false;
    await books.begin();
    this.#rewards.forget();
    this.#stepsUntilRecount = 0;
    fundEntries?.forget();
    this.#late = [];
  }

  /** Earned ones of before the beginning are listed first, and stay for a year: they are passed over. */
  async #followed(stage: 'final' | 'earned', fromMs: number): Promise<readonly FollowedBlock[]> {
    const { store, turns } = this.#modules;
    if (stage === 'earned' && --this.#stepsUntilRecount < 0) {
      this.#old = 0;
      this.#stepsUntilRecount = RECOUNT_STEPS;
    }
    const followed: FollowedBlock[] = [];
    for (let offset = stage === 'earned' ? this.#old : 0; ; offset += PAGE) {
      const page = await store.followed(stage, { offset, limit: PAGE });
      for (const block of page)
        if (block.foundMs >= fromMs) followed.push(block);
        else if (stage === 'earned') this.#old++;
      if (page.length < PAGE) return followed;
      await turns.breathe();
    }
  }
}
