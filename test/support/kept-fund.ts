/**
 * What outlasts a front end of a simulated network: in memory, and as it was a few writes ago where its process ended without a word.
 * @module
 */
import type { FundEntry } from '../../polw/fund/accounts.js';
import type { Find } from '../../polw/fund/finds.js';
import type { FundCommit, FundStore } from '../../polw/fund/fund-store.js';
import type { FundKept, FundSnapshot, Reservation } from '../../polw/fund/snapshot.js';

/** Writes that may be undone. */
const MAX_UNDONE = 4;

interface State {
  readonly snapshot: FundSnapshot | undefined;
  readonly finds: ReadonlyMap<string, Find>;
  /** Ids of reservations whose coins were spent. */
  readonly ended: ReadonlySet<string>;
  /** How many of them. */
  readonly entries: number;
}

export class KeptFund implements FundStore {
  /** In the order of commits. */
  #entries = new Map<string, FundEntry>();
  #state: State = { snapshot: undefined, finds: new Map(), ended: new Set(), entries: 0 };
  /** Before the last writes, oldest first. */
  #before: State[] = [];
  readonly #reservations = new Map<string, Reservation>();

  async load(): Promise<FundKept> {
    const { snapshot, finds, ended } = this.#state;
    const reservations = [...this.#reservations.values()].filter(({ id }) => !ended.has(id));
    return structuredClone({ snapshot, reservations, finds: [...finds.values()] });
  }

  async commit({ snapshot, entries, finds, reservations }: FundCommit): Promise<void> {
    for (const entry of entries) this.#entries.set(entry.key, entry);
    const left = new Map(this.#state.finds);
    for (const hash of finds) left.delete(hash);
    const ended = new Set([...this.#state.ended, ...reservations]);
    this.#write({ snapshot: structuredClone(snapshot), finds: left, ended, entries: this.#entries.size });
  }

  async found(find: Find): Promise<void> {
    this.#write({ ...this.#state, finds: new Map(this.#state.finds).set(find.hash, find) });
  }

  async reserve(reservation: Reservation): Promise<void> {
    this.#reservations.set(reservation.id, reservation);
  }

  async release(id: string): Promise<void> {
    this.#reservations.delete(id);
  }

  async entries(from: number, limit: number): Promise<readonly FundEntry[]> {
    return [...this.#entries.values()].slice(from, from + limit);
  }

  async close(): Promise<void> {}

  /**
   * The process ends at a random point of its last writes. Entries are written before the state that follows from them; reservations
   * are waited for by whoever makes them.
   */
  crash(random: () => number): void {
    const undone = Math.floor(random() * (this.#before.length + 1));
    const state = this.#before.at(-undone);
    if (undone === 0 || state === undefined) return;
    this.#state = state;
    if (random() < 0.5) this.#entries = new Map([...this.#entries].slice(0, state.entries));
    this.#before = [];
  }

  #write(state: State): void {
    this.#before = [...this.#before, this.#state].slice(-MAX_UNDONE);
    this.#state = state;
  }
}
