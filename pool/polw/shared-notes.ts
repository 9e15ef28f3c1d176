/**
 * What front ends of one pool tell each other of the fund through the store: coins that are set aside, and blocks that were found.
 * Events may be lost; what is in the store is read again now and then.
 * @module
 */
import type { Fund } from '../../polw/fund/fund.js';
import type { FundKept } from '../../polw/fund/snapshot.js';

export interface SharedNotesModules {
  readonly fund: Pick<Fund, 'found' | 'finds' | 'reserve' | 'release' | 'reservations'>;
  readonly store: { notes(): Promise<Pick<FundKept, 'reservations' | 'finds'>> };
}

/** Time between two readings, ms. */
const READ_EVERY_MS = 5_000;

export class SharedNotes {
  readonly #modules: SharedNotesModules;
  /** Reservations that the store had at the last reading: one that is there no more was given up. */
  #stored = new Set<string>();
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

  /** Reads now. Never rejects: while the store is away, what is known counts. */
  async read(): Promise<void> {
    this.#reading = true;
    try {
      this.#take(await this.#modules.store.notes());
    } catch {
      // The recorder tells of a store that is away.
    } finally {
      this.#reading = false;
    }
  }

  #take({ reservations, finds }: Pick<FundKept, 'reservations' | 'finds'>): void {
    const { fund } = this.#modules;
    const known = new Set(fund.finds().map(({ hash }) => hash));
    for (const find of finds) if (!known.has(find.hash)) fund.found(find);
    const here = new Set(fund.reservations().map(({ id }) => id));
    for (const reservation of reservations) if (!here.has(reservation.id)) fund.reserve(reservation);
    const stored = new Set(reservations.map(({ id }) => id));
    for (const id of this.#stored) if (!stored.has(id)) fund.release(id);
    this.#stored = stored;
  }
}
