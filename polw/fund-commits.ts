/**
 * What has become final of a fund, on its way to the store: nobody waits for a store that is slow or away.
 * @module
 */
import type { Fund } from './fund/fund.js';
import type { FundCommit, FundStore } from './fund/fund-store.js';
import { Trouble, type TroubleNotice, textOf } from './trouble.js';

/** Time between two times that what is final is kept, ms. */
const KEEP_EVERY_MS = 10_000;

/** Entries that wait for the store: beyond, nothing more becomes final until it takes them. */
const MAX_UNKEPT_ENTRIES = 100_000;

export interface FundCommitsModules {
  readonly fund: Fund;
  readonly store: Pick<FundStore, 'commit'>;
  /** ms since the epoch. */
  readonly clock: () => number;
  readonly onNotice: (notice: TroubleNotice) => void;
}

export class FundCommits {
  readonly #modules: FundCommitsModules;
  readonly #storing: Trouble;
  /** What was settled and is not kept yet. */
  #unkept: FundCommit | undefined;
  #keptMs = Number.NEGATIVE_INFINITY;
  #keeping: Promise<void> | undefined;

  constructor(modules: FundCommitsModules) {
    this.#modules = modules;
    this.#storing = new Trouble('the fund is kept again', modules.onNotice);
  }

  /** Begins to keep what is final. What can't be kept now is kept with what follows. @param now - whether it is time in any case */
  keep(now: boolean): void {
    const nowMs = this.#modules.clock();
    if (this.#keeping !== undefined || (!now && nowMs - this.#keptMs < KEEP_EVERY_MS)) return;
    this.#keptMs = nowMs;
    const before = this.#unkept;
    const isFull = before !== undefined && before.entries.length >= MAX_UNKEPT_ENTRIES;
    let commit: FundCommit;
    try {
      commit = isFull ? before : this.#settled(before);
    } catch (error) {
      this.#storing.is(`the fund can't be kept: ${textOf(error)}`);
      return;
    }
    this.#unkept = commit;
    this.#keeping = this.#modules.store
      .commit(commit)
      .then(
        () => {
          this.#unkept = undefined;
          this.#storing.isOver();
        },
        (error: unknown) =>
          this.#storing.is(`the fund can't be kept: ${textOf(error)}; chains are mined on meanwhile`),
      )
      .finally(() => {
        this.#keeping = undefined;
      });
  }

  /** Keeps what is final, behind what is on its way. */
  async close(): Promise<void> {
    await this.#keeping;
    this.keep(true);
    await this.#keeping;
  }

  #settled(before: FundCommit | undefined): FundCommit {
    const { fund } = this.#modules;
    const { entries, finds, reservations } = fund.settle();
    return {
      snapshot: fund.snapshot(),
      entries: [...(before?.entries ?? []), ...entries],
      finds: [...(before?.finds ?? []), ...finds.map(({ hash }) => hash)],
      reservations: [...(before?.reservations ?? []), ...reservations],
    };
  }
}
