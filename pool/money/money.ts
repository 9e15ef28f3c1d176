/**
 * What the books say of one miner and of payments, for whoever asks: balances, payments, earnings. All that it writes is a miner's own
 * minimum.
 *
 * A balance shows a settlement whole or not at all; what a day earned may show it some seconds before.
 * @module
 */
import { minerAccount } from '../../ledger/accounts.js';
import { Ledger } from '../../ledger/ledger.js';
import type { Books } from '../ports/books.js';
import type { Page, Store } from '../ports/store.js';
import { type ImmatureModules, ImmatureReader } from './immature.js';
import { type MinimumOrder, type MinimumOutcome, setMinimum } from './minimums.js';
import {
  decodeEarning,
  decodeMinerPayment,
  decodeMinimum,
  decodePayerState,
  decodePoolPayment,
  type MinerPayment,
  minerName,
  PAYER_PAUSE_KEY,
  PAYER_STATE_KEY,
  POOL_PAYMENTS,
  type PoolPayment,
} from './money-texts.js';
import { pageOfRecords, walkRecords } from './walk-records.js';

const DAY_MS = 86_400_000;

/** What is known of the money of one miner. Amounts are attoALPH. */
export interface MinerMoney {
  /** Credited, and not on its way: at least 0. */
  readonly balance: bigint;
  /** What blocks that are not settled yet are going to bring, as far as that can be said; undefined if too many ask at the moment. */
  readonly immature: bigint | undefined;
  /** Left the balance, and is not known to be paid yet. */
  readonly inFlight: bigint;
  /** Arrived, of all payments and of those of this day (UTC). */
  readonly paid: bigint;
  readonly paidToday: bigint;
  readonly lastPaid: MinerPayment | undefined;
  /** Payments, and days with a credit: as many as can be shown. */
  readonly payments: number;
  readonly days: number;
}

/** What was credited on a day. */
export interface DayEarning {
  /** `2026-03-01`, UTC. */
  readonly day: string;
  /** attoALPH. */
  readonly amount: bigint;
}

/** A change of a balance: credits of a day together, or a payment. */
export type BalanceChange =
  | { readonly type: 'credits'; readonly day: string; readonly amount: bigint }
  | { readonly type: 'payment'; readonly payment: MinerPayment };

/** What is known of all payments. */
export interface PoolMoney {
  /** What arrived at miners so far, attoALPH. */
  readonly paid: bigint;
  /** As many as can be shown. */
  readonly payments: number;
  readonly lastPayment: PoolPayment | undefined;
  /** Whether there is, or was, a process that pays. */
  readonly hasPayer: boolean;
  readonly isPaused: boolean;
  readonly nextRoundMs: number | undefined;
}

export interface MoneyModules extends Omit<ImmatureModules, 'books' | 'store'> {
  readonly store: Pick<Store, 'followed' | 'block' | 'now'>;
  readonly books: Books;
  /** Of this process, among all that write into the books: 1 to 64 characters. */
  readonly owner: string;
}

/** Every method throws as the store does, and MoneyTextError, LedgerTextError or WorkTableError for a record that is none. */
export class Money {
  readonly #store: MoneyModules['store'];
  readonly #books: Books;
  readonly #owner: string;
  readonly #ledger: Ledger;
  readonly #immature: ImmatureReader;

  constructor(modules: MoneyModules) {
    this.#store = modules.store;
    this.#books = modules.books;
    this.#owner = modules.owner;
    this.#ledger = new Ledger(modules.books);
    this.#immature = new ImmatureReader(modules);
  }

  /** @param key - of the account @param mines - whether it has a share here: of another one no blocks are looked through */
  async miner(key: string, mines: boolean): Promise<MinerMoney> {
    const name = minerName(key);
    const nowMs = await this.#store.now();
    const [balance] = await this.#ledger.balances([minerAccount(key)]);
    const dayMs = nowMs - (nowMs % DAY_MS);
    let payments = 0;
    let [inFlight, paid, paidToday] = [0n, 0n, 0n];
    let lastPaid: MinerPayment | undefined;
    for await (const { text } of walkRecords(this.#books, 'payment', `${name}/`)) {
      const payment = decodeMinerPayment(text);
      payments++;
      if (payment.state === 'sent') inFlight += payment.owed;
      else {
        lastPaid ??= payment;
        paid += payment.paid;
        if (payment.timeMs >= dayMs) paidToday += payment.paid;
      }
    }
    const days = (await this.#earnings(key)).length;
    return {
      balance: balance! < 0n ? -balance! : 0n,
      immature: mines || days > 0 ? await this.#immature.of(key) : 0n,
      inFlight,
      paid,
      paidToday,
      lastPaid,
      payments,
      days,
    };
  }

  /** The newest first. */
  async minerPayments(key: string, page: Page): Promise<readonly MinerPayment[]> {
    const records = await pageOfRecords(this.#books, 'payment', `${minerName(key)}/`, page);
    return records.map(({ text }) => decodeMinerPayment(text));
  }

  /** The newest day first. */
  async dailyEarnings(key: string, { offset, limit }: Page): Promise<readonly DayEarning[]> {
    return (await this.#earnings(key)).slice(offset, offset + limit);
  }

  /** The newest first. Credits of a day stand behind its payments: when exactly they came is in the ledger alone. */
  async balanceChanges(key: string, { offset, limit }: Page): Promise<readonly BalanceChange[]> {
    const changes = (await this.#earnings(key)).map((earning) => ({
      atMs: Date.parse(earning.day),
      change: { type: 'credits', ...earning } as BalanceChange,
    }));
    const payments = await this.minerPayments(key, { offset: 0, limit: offset + limit });
    for (const payment of payments)
      changes.push({ atMs: payment.timeMs, change: { type: 'payment', payment } });
    return changes
      .toSorted((a, b) => b.atMs - a.atMs)
      .slice(offset, offset + limit)
      .map(({ change }) => change);
  }

  /** The newest first. */
  async poolPayments(page: Page): Promise<readonly PoolPayment[]> {
    const records = await pageOfRecords(this.#books, 'payment', POOL_PAYMENTS, page);
    return records.map(({ text }) => decodePoolPayment(text));
  }

  async pool(): Promise<PoolMoney> {
    const [paid] = await this.#ledger.balances(['total/paid']);
    const [pause, state] = await this.#books.get('note', [PAYER_PAUSE_KEY, PAYER_STATE_KEY]);
    let payments = 0;
    let lastPayment: PoolPayment | undefined;
    for await (const { text } of walkRecords(this.#books, 'payment', POOL_PAYMENTS)) {
      if (payments++ === 0) lastPayment = decodePoolPayment(text);
    }
    return {
      paid: paid!,
      payments,
      lastPayment,
      hasPayer: state !== undefined,
      isPaused: pause !== undefined,
      nextRoundMs: state === undefined ? undefined : decodePayerState(state.text)?.nextRoundMs,
    };
  }

  /** A miner's own minimum, attoALPH; undefined where it has none. */
  async minimum(key: string): Promise<bigint | undefined> {
    const [record] = await this.#books.get('note', [`minimum/${minerName(key)}`]);
    return record === undefined ? undefined : decodeMinimum(record.text);
  }

  /** Sets it. */
  setMinimum(order: MinimumOrder): Promise<MinimumOutcome> {
    return setMinimum(this.#books, this.#owner, order);
  }

  /** The newest first. */
  async #earnings(key: string): Promise<readonly DayEarning[]> {
    const prefix = `${minerName(key)}/`;
    const days: DayEarning[] = [];
    for await (const record of walkRecords(this.#books, 'earning', prefix))
      days.push({ day: record.key.slice(prefix.length), amount: decodeEarning(record.text) });
    return days.reverse();
  }
}
