/**
 * What front ends of one pool tell each other of the fund through the store: coins that are set aside, and blocks that were found.
 * Events may be lost; what is in the store is read again now and then.
 *
 * Coins that were set aside stay so until somebody gives them back in words: a store that came back older has forgotten them, and a
 * transfer of them may be on its way. It is told of them again.
 * @module
 */
import type { Fund } from '../../polw/fund/fund.js';
import type { FundKept, Reservation } from '../../polw/fund/snapshot.js';

export interface SharedNotesModules {
  readonly fund: Pick<Fund, 'found' | 'finds' | 'reserve' | 'release' | 'reservations'>;
  readonly store: {
    notes(): Promise<Pick<FundKept, 'reservations' | 'finds'>>;
    reserve(reservation: Reservation): Promise<void>;
  };
  /** Another front end has set coins aside: what miners work on must not burn them. */
  readonly onReserved: () => void;
}

/** Time between two readings, ms. */
const READ_EVERY_MS = 5_000;

export class SharedNotes {
  readonly #modules: SharedNotesModules;
  /** Reservations that the store has had. */
  readonly #stored = new Set<string>();
  /** Those of them that it did not have at the last reading. */
  #missing = new Set<string>();
  #readMs = Number.NEGATIVE_INFINITY;
  #reading = false;

  constructor(modules: SharedNotesModules) {
    this.#modules = modules;
    for (const { id } of modules.fund.reservations()) this.#stored.add(id);
  }

  /** Reads when it is due. @param nowMs - of a monotonic clock */
  tick(nowMs: number): void {
    if (this.#reading || nowMs - this.#readMs < READ_EVERY_MS) return;
    this.#readMs = nowMs;
    void this.read();
  }

  /** Somebody has given coins back. */
  released(id: string): void {
    this.#modules.fund.release(id);
    this.#stored.delete(id);
    this.#missing.delete(id);
  }

  /** Reads now. Never rejects: while the store is away, what is known counts. */
  async read(): Promise<void> {
    this.#reading = true;
    try {
      await this.#take(await this.#modules.store.notes());
    } catch {
      // The recorder tells of a store that is away.
    } finally {
      this.#reading = false;
    }
  }

  async #take({ reservations, finds }: Pick<FundKept, 'reservations' | 'finds'>): Promise<void> {
    const { fund, store, onReserved } = this.#modules;
    const known = new Set(fund.finds().map(({ hash }) => hash));
    for (const find of finds) if (!known.has(find.hash)) fund.found(find);
    const before = fund.reservations();
    const here = new Set(before.map(({ id }) => id));
    const news = reservations.filter(({ id }) => !here.has(id));
    if (news.filter((reservation) => fund.reserve(reservation) === 'reserved').length > 0) onReserved();
    const stored = new Set(reservations.map(({ id }) => id));
    const missing = before.filter(({ id }) => this.#stored.has(id) && !stored.has(id));
    const again = missing.filter(({ id }) => this.#missing.has(id));
    this.#missing = new Set(missing.map(({ id }) => id));
    for (const id of this.#stored) if (!here.has(id)) this.#stored.delete(id);
    for (const id of stored) this.#stored.add(id);
    // Twice, since news that they were given back may be on its way.
    for (const reservation of again) await store.reserve(reservation);
  }
}
