/**
 * A payer at work: it has a lease only while it pays, and each time that it gets it, the journal is opened and brought together with the books
 * before anything is sent.
 *
 * ```
 * waits --lease--> heals --whole--> pays, a round when it is due --lease lost--> waits
 *                    |  ^                      |
 *                    '--'------- the books were away
 * ```
 * @module
 */
import type { BookFence } from '../ledger/books-port.js';
import type { HealOutcome, IntentDesk, OpenIntent } from '../payer/intents/intent-desk-port.js';
import { writePause } from '../payer/rounds/payer-notes.js';
import { RETRY_MS, type Rounds } from '../payer/rounds/rounds.js';
import { LeaseKeeper } from '../pool/coordination/lease-keeper.js';
import type { Books } from '../pool/ports/books.js';
import { StoreUnavailableError } from '../pool/ports/store.js';
import { counted } from '../protocol/quantity-text.js';
import type { PayerRunEvent } from './payer-words.js';

/** Time between two looks at what is due, ms. */
const TICK_MS = 1_000;

/** A desk that was opened, and what is made of it. */
export interface OpenedPayer {
  readonly desk: IntentDesk;
  readonly rounds: Rounds;
  close(): Promise<void>;
}

export interface TenureModules {
  readonly books: Books;
  /** Unique among all that have the books open. */
  readonly owner: string;
  /** Opens the journal. @param fence - of the lease while it is held */
  open(fence: () => BookFence | undefined): Promise<OpenedPayer>;
  /** ms since the epoch. */
  now(): number;
  onEvent(event: PayerRunEvent): void;
  /** Resolves after so many ms, or when the end is asked for. */
  pause(ms: number): Promise<void>;
  isEnding(): boolean;
}

export class PayerTenure {
  readonly #modules: TenureModules;
  readonly #keeper: LeaseKeeper;
  readonly #timer: NodeJS.Timeout;
  #fault: Error | undefined;
  #opened: OpenedPayer | undefined;
  /** Fence under which journal and books were brought together. */
  #healed: number | undefined;
  #away = false;
  #waits = false;

  constructor(modules: TenureModules) {
    this.#modules = modules;
    const { books, owner, onEvent } = modules;
    this.#keeper = new LeaseKeeper({
      store: books,
      name: 'payer',
      owner,
      now: () => performance.now(),
      onTaken: () => onEvent({ type: 'lease-taken' }),
      onLost: () => onEvent({ type: 'lease-lost' }),
      onFault: (error) => {
        this.#fault = error;
      },
    });
    this.#keeper.tick();
    // A check of a long ledger takes a while: it is renewed meanwhile.
    this.#timer = setInterval(() => this.#keeper.tick(), TICK_MS);
  }

  /** Pays until the end is asked for. @throws Error that nothing helps against */
  async run(): Promise<void> {
    await this.each(async ({ rounds }) => {
      await rounds.tick();
      return false;
    });
  }

  /** Transactions that are not known to be paid yet; undefined while it is not at work. */
  get open(): readonly OpenIntent[] | undefined {
    return this.#opened?.desk.open().filter(({ isPaid }) => !isPaid);
  }

  /** No transaction is begun any more. */
  stop(): void {
    this.#opened?.rounds.close();
  }

  /** Gives the lease back. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#opened?.close();
    await this.#keeper.close();
  }

  /**
   * Does something each second while the lease is held, and all that was sent is in the books.
   * @param action - says whether that is all
   * @param isOver - whether it is to be left at that, also while nothing can be done
   */
  async each(
    action: (opened: OpenedPayer) => Promise<boolean>,
    isOver: () => boolean = () => false,
  ): Promise<void> {
    const { isEnding, pause, onEvent } = this.#modules;
    while (!isEnding() && !isOver()) {
      if (this.#fault !== undefined) throw this.#fault;
      try {
        const opened = await this.#ready();
        if (opened !== undefined) {
          if (this.#away) onEvent({ type: 'store-back' });
          this.#away = false;
          if (await action(opened)) return;
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        if (!this.#away) onEvent({ type: 'store-away', why: error.message });
        this.#away = true;
        // What was amid being booked may or may not be.
        this.#healed = undefined;
      }
      await pause(TICK_MS);
    }
  }

  /** @returns undefined while nothing may be sent */
  async #ready(): Promise<OpenedPayer | undefined> {
    const number = this.#keeper.fence;
    if (number === undefined) {
      await this.#closeOpened();
      await this.#tellWhoWaits();
      return undefined;
    }
    this.#waits = false;
    if (this.#opened !== undefined && this.#healed === number) return this.#opened;
    if (this.#healed !== undefined) await this.#closeOpened();
    const { books, open, now, onEvent, pause } = this.#modules;
    const fence: BookFence = { name: 'payer', number };
    // Says whether these books can keep what they are told.
    await books.commit({ fence, append: [], records: [], durable: true });
    this.#opened ??= await open(() => {
      const held = this.#keeper.fence;
      return held === undefined ? undefined : { name: 'payer', number: held };
    });
    const outcome = await this.#opened.desk.heal();
    if (outcome.kind === 'whole') {
      // Change of what was sent before is spent only where nodes say that it is still there.
      await this.#opened.desk.step();
      this.#healed = number;
      return this.#opened;
    }
    if (outcome.kind !== 'waits' && outcome.kind !== 'behind') return undefined;
    const why = outcome.kind === 'waits' ? waitingWords(outcome) : outcome.reason;
    onEvent({ type: 'unhealed', why });
    // What is in the books goes on: change of one may be what another one waits for.
    if (outcome.kind === 'waits') await this.#opened.desk.step();
    if (outcome.kind === 'behind')
      await writePause(books, fence, { reason: why, sinceMs: now(), by: 'payer' });
    await pause(RETRY_MS);
    return undefined;
  }

  async #tellWhoWaits(): Promise<void> {
    // The first answer of the store is not there yet at the start.
    await this.#modules.pause(TICK_MS);
    if (this.#keeper.fence !== undefined || this.#waits || this.#modules.isEnding()) return;
    this.#waits = true;
    this.#modules.onEvent({ type: 'waits' });
  }

  async #closeOpened(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    this.#healed = undefined;
    await opened?.close();
  }
}

function waitingWords({ txIds, reason }: Extract<HealOutcome, { readonly kind: 'waits' }>): string {
  const what = reason === 'coins' ? 'the outputs that they spend' : 'the balances that they pay';
  return `${counted(txIds.length, 'transaction')} that was sent before the books went back can't be booked until ${what} are booked again`;
}
