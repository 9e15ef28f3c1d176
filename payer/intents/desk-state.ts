/**
 * What a desk has in memory. All of it comes from journal and books, but what saves questions to nodes.
 * @module
 */
import type { BookFence, LedgerBooks } from '../../ledger/books-port.js';
import { type FollowedTransfer, NEW_TRANSFER } from '../../node/follow.js';
import type { TransferSigner } from '../../wallet/transfer-signer.js';
import type { Depths } from './decide.js';
import type { Booked, Last } from './desk-books.js';
import type { Intent } from './intent.js';
import type { StepTrouble } from './intent-desk-port.js';
import type { IntentJournal } from './intent-journal.js';
import type { PayerNode } from './payer-node.js';

/** What has happened to a transaction. */
export interface IntentNews {
  readonly kind:
    | 'sent'
    | 'paid'
    | 'fell-back'
    | 'over'
    | 'cancelled'
    | 'returned'
    | 'gone'
    | 'put-back'
    | 'dropped';
  readonly txId: string;
}

export interface IntentDeskModules {
  readonly books: LedgerBooks;
  readonly journal: IntentJournal;
  /** In order of preference. */
  readonly nodes: readonly PayerNode[];
  readonly signer: TransferSigner;
  readonly depths: Depths;
  /** Of the lease `payer` while it is held. */
  readonly fence: () => number | undefined;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Monotonic clock, ms. */
  readonly elapsed: () => number;
  readonly onNews?: (news: IntentNews) => void;
}

/** An intent that is followed. */
export interface Tracked {
  readonly intent: Intent;
  /** How often it has been booked as paid. */
  attempt: number;
  isPaid: boolean;
  followed: FollowedTransfer;
  /** When nodes were asked last; monotonic, ms. */
  lookedMs: number | undefined;
  /** Height of chain (from, from) since when no node has any of its inputs. */
  goneSince: number | undefined;
  /** What nodes said when it was handed in last, and all refused it. That decides nothing. */
  refusal: string | undefined;
  /** What could not be done about it when it was looked at last. */
  trouble: StepTrouble | undefined;
}

/** Time between two comparisons of journal and books, ms: while they are whole; while something waits to be booked. */
const HEAL_MS = 60_000;
const WAITING_HEAL_MS = 10_000;

export class DeskState {
  readonly #modules: IntentDeskModules;
  readonly #tracked = new Map<string, Tracked>();
  /** Sent, and not in the books yet. */
  waiting: readonly Intent[] = [];
  #last: Last | undefined;
  #healMs = 0;

  constructor(modules: IntentDeskModules) {
    this.#modules = modules;
  }

  fence(): BookFence | undefined {
    const number = this.#modules.fence();
    return number === undefined ? undefined : { name: 'payer', number };
  }

  /** What the books said of the newest intent when they were whole; undefined while they are not known to be. */
  get whole(): Last | undefined {
    return this.#last;
  }

  /** Something is not as expected: nothing is issued before books and journal were looked at. */
  distrust(): void {
    this.#last = undefined;
    this.#healMs = 0;
  }

  /** They were looked at. @param last - undefined if they are not whole */
  healed(last: Last | undefined): void {
    this.#last = last;
    this.#healMs = this.#modules.elapsed() + (last === undefined ? WAITING_HEAL_MS : HEAL_MS);
  }

  isHealDue(): boolean {
    return this.#modules.elapsed() >= this.#healMs;
  }

  /** In the order of their numbers. */
  all(): readonly Tracked[] {
    return [...this.#tracked.values()];
  }

  get(txId: string): Tracked | undefined {
    return this.#tracked.get(txId);
  }

  /** One more was booked. */
  begun(intent: Intent, last: Last): void {
    this.#tracked.set(intent.txId, newTracked(intent));
    this.#last = last;
  }

  forget(all: readonly Tracked[]): void {
    for (const { intent } of all) this.#tracked.delete(intent.txId);
  }

  /** Follows these and no others. @param booked - of each */
  follow(intents: readonly Intent[], booked: readonly Booked[]): void {
    const before = new Map(this.#tracked);
    this.#tracked.clear();
    for (const [i, intent] of intents.entries()) {
      const known = before.get(intent.txId) ?? newTracked(intent);
      this.#tracked.set(intent.txId, Object.assign(known, booked[i]!));
    }
  }

  tell(kind: IntentNews['kind'], txId: string): void {
    this.#modules.onNews?.({ kind, txId });
  }
}

function newTracked(intent: Intent): Tracked {
  return {
    intent,
    attempt: 0,
    isPaid: false,
    followed: NEW_TRANSFER,
    lookedMs: undefined,
    goneSince: undefined,
    refusal: undefined,
    trouble: undefined,
  };
}
