/**
 * Settlement at work, beside the follower of found blocks and under its lease: in the books it has one of its own, which it asks for only
 * while it holds the store's.
 * @module
 */
import { Ledger } from '../../ledger/ledger.js';
import { LeaseKeeper } from '../coordination/lease-keeper.js';
import type { SettlementFigures } from '../domain/settlement-figures.js';
import type { BookFence } from '../ports/books.js';
import { type Store, StoreUnavailableError } from '../ports/store.js';
import { ChainedBooks } from './chained-books.js';
import type { FundEntries } from './fund-entries.js';
import { INTERVAL_MS } from './interval.js';
import type { JournalStanding } from './journal-standing.js';
import { Settlement, type SettlementTerms } from './settlement.js';
import { LINK_KEY, noteBeginning } from './state-note.js';
import { Turns } from './turns.js';

/** Time between two steps, ms; less where rounds of payouts are closer than intervals. */
const STEP_MS = 5_000;
const SHORT_STEP_MS = 1_000;

/** Journals that a message names. */
const MAX_NAMED = 8;

export interface SettlementTaskModules {
  readonly store: Store;
  readonly terms: SettlementTerms;
  /** Whether the pool supplies coins. */
  readonly suppliesCoins: boolean;
  /** Name of the front end: the owner of the lease. */
  readonly owner: string;
  /** Of the store's lease `settlement`, while it is held. */
  readonly storeFence: () => number | undefined;
  /** Burn addresses of the pool; undefined while they are not known. */
  readonly fundAddresses: () => readonly string[] | undefined;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Resolves after this time, or at the end. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Resolves in a later turn of the event loop, when others have had theirs. */
  readonly nextTurn: () => Promise<unknown>;
  readonly onNotice: (level: 'info' | 'warn', message: string) => void;
}

export interface SettlementTask {
  /** How it stands where this process does it. */
  readonly figures: SettlementFigures | undefined;
  /** Does what is due about the lease. To be called every second. */
  tick(): void;
  /** Ends after the step that is under way, and gives the lease back. */
  close(): Promise<void>;
}

export async function startSettlement({
  store,
  terms,
  suppliesCoins,
  owner,
  storeFence,
  fundAddresses,
  now,
  sleep,
  nextTurn,
  onNotice,
}: SettlementTaskModules): Promise<SettlementTask> {
  const books = new ChainedBooks(store.books, LINK_KEY);
  await noteBeginning(store.books, await store.now()).catch(() => {
    // The store is away: it is noted with the first step.
  });
  const turns = new Turns(now, nextTurn);
  const troubles = new Troubles(onNotice);
  let ended = false;
  let keeper: LeaseKeeper | undefined;
  const fence = (): BookFence | undefined => {
    const number = ended || storeFence() === undefined ? undefined : keeper?.fence;
    return number === undefined ? undefined : { name: 'settlement', number };
  };
  const onTrouble = (message: string): void => troubles.note(message);
  let fundEntries: FundEntries | undefined;
  if (suppliesCoins) {
    const { FundEntries: Entries } = await import('./fund-entries.js');
    fundEntries = new Entries({
      fund: store.fund,
      books,
      ledger: new Ledger(books),
      turns,
      fence,
      now: () => store.now(),
      onTrouble,
    });
  }
  const settlement = new Settlement({
    store,
    books,
    terms,
    turns,
    fence,
    storeFence: () => (ended ? undefined : storeFence()),
    fundAddresses,
    fundEntries,
    onSealed: (number, head) =>
      onNotice('info', `settlement ${number} is complete; head of the audit: ${head}`),
    onTrouble,
  });
  const giveBack = async (): Promise<void> => {
    const held = keeper;
    keeper = undefined;
    await held?.close();
  };
  const tick = (): void => {
    if (ended) return;
    if (storeFence() === undefined) {
      void giveBack();
      return;
    }
    keeper ??= new LeaseKeeper({
      store: store.books,
      name: 'settlement',
      owner,
      now,
      onTaken: () => settlement.lose(),
      onLost: () => settlement.lose(),
      onFault: (error) => troubles.note(error.message),
    });
    keeper.tick();
  };
  const stepMs = terms.everyMs < INTERVAL_MS ? SHORT_STEP_MS : STEP_MS;
  const run = async (): Promise<void> => {
    while (!ended) {
      let end = 'rest';
      try {
        await nextTurn();
        end = fence() === undefined ? 'rest' : await settlement.step();
        troubles.endStep(settlement.standing);
      } catch (error) {
        // The recorder tells of a store that is away.
        if (!(error instanceof StoreUnavailableError)) troubles.note((error as Error).message);
      }
      if (end !== 'more') await sleep(stepMs);
    }
  };
  const running = run();
  return {
    get figures() {
      return fence() === undefined ? undefined : settlement.figures;
    },
    tick,
    close: async () => {
      ended = true;
      await running;
      await giveBack();
    },
  };
}

/** Tells each trouble once, and that it is over. */
class Troubles {
  readonly #tell: (level: 'info' | 'warn', message: string) => void;
  #told = new Set<string>();
  #now = new Set<string>();
  #blockedBy = '';

  constructor(tell: (level: 'info' | 'warn', message: string) => void) {
    this.#tell = tell;
  }

  note(message: string): void {
    this.#now.add(message);
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#tell('warn', message);
  }

  /** A step has come to its end: what it did not meet is over. */
  endStep(standing: JournalStanding | undefined): void {
    if (this.#told.size > 0 && this.#now.size === 0) {
      this.#told = new Set();
      this.#tell('info', 'crediting goes on');
    }
    this.#now = new Set();
    this.#noteJournals(standing);
  }

  #noteJournals(standing: JournalStanding | undefined): void {
    if (standing === undefined) return;
    const { blockedBy } = standing;
    const named = blockedBy.slice(0, MAX_NAMED).join(', ');
    if (named === this.#blockedBy) return;
    this.#blockedBy = named;
    if (named === '') this.#tell('info', 'crediting waits for no silent journal any more');
    else {
      const more = blockedBy.length > MAX_NAMED ? ` and ${blockedBy.length - MAX_NAMED} more` : '';
      this.#tell(
        'warn',
        `crediting waits for the shares of silent front ends, journals ${named}${more}: start them again, or leave one out ` +
          'with lesswork pool drain --abandon ID',
      );
    }
  }
}
