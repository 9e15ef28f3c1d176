/**
 * What a pool has credited, as its API tells it.
 * @module
 */

/** An answer must come within, ms: nothing is measured meanwhile, and the machine may be busy. */
const TIMEOUT_MS = 60_000;

/** Settlement runs of a time. */
export interface SettledRuns {
  readonly runs: number;
  readonly blocks: number;
  /** Accounts of the largest table of work. */
  readonly accounts: number;
}

interface ShownRun {
  readonly blocks: readonly unknown[];
  readonly tables: readonly { readonly accounts: number }[];
}

export class SettlementReader {
  readonly #url: string;

  /** @param port - of the pool's HTTP API */
  constructor(port: number, poolId: string) {
    this.#url = `http://127.0.0.1:${port}/api/pools/${poolId}/audit`;
  }

  /** Number of the last complete run; 0 for a pool that credits nobody. @throws Error if the pool does not say */
  async lastRun(): Promise<number> {
    const chain = await this.#ask<{ readonly runs: number }>('');
    return chain?.runs ?? 0;
  }

  /** The runs after one, up to the last. @throws Error as `lastRun` */
  async runsAfter(before: number): Promise<SettledRuns> {
    const last = await this.lastRun();
    let [blocks, accounts] = [0, 0];
    for (let number = before + 1; number <= last; number++) {
      const run = await this.#ask<ShownRun>(`/runs/${number}`);
      if (run === undefined) throw new Error(`the pool does not tell its settlement run ${number}`);
      blocks += run.blocks.length;
      accounts = Math.max(accounts, ...run.tables.map((table) => table.accounts));
    }
    return { runs: last - before, blocks, accounts };
  }

  /** @returns undefined where there is nothing */
  async #ask<T>(path: string): Promise<T | undefined> {
    const response = await fetch(`${this.#url}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 404) return undefined;
    if (response.status !== 200) throw new Error(`${this.#url}${path} answered ${response.status}`);
    return (await response.json()) as T;
  }
}
