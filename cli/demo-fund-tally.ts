/**
 * What the fund of the demo's pool has done so far.
 * @module
 */
import { describePolw, type PolwSummary } from '../miner/report/summary.js';
import type { Accounts } from '../polw/fund/accounts.js';
import type { FindEnd, FindState } from '../polw/fund/finds.js';

/** What is asked of the fund. */
export interface FundView {
  accounts(): Pick<Accounts, 'fund' | 'burnt' | 'pending' | 'earned'>;
  /** Finds that are not final, or were not long ago. */
  ends(): readonly Pick<FindEnd, 'hash' | 'state'>[];
}

export class DemoFundTally {
  readonly #fund: FundView;
  /** Finds of the last look. */
  #open: ReadonlyMap<string, FindState> = new Map();
  /** Final finds. */
  readonly #final: Record<FindState, number> = { open: 0, main: 0, uncle: 0, orphan: 0, void: 0 };
  #told = '';

  constructor(fund: FundView) {
    this.#fund = fund;
  }

  /** Counts finds. To be called more often than finds become final. */
  look(): void {
    const open = new Map(this.#fund.ends().map(({ hash, state }) => [hash, state] as const));
    for (const [hash, state] of this.#open) if (!open.has(hash)) this.#final[state]++;
    this.#open = open;
  }

  /** One line about all so far, or undefined if there is nothing, or nothing new. */
  line(): string | undefined {
    const summary = this.summary();
    const line = describePolw(summary);
    if (summary.blocks + summary.void === 0 || line === this.#told) return undefined;
    this.#told = line;
    return line;
  }

  /** As of now. */
  summary(): PolwSummary {
    this.look();
    const { fund, burnt, pending, earned } = this.#fund.accounts();
    return {
      blocks: this.#countOf('main'),
      uncles: this.#countOf('uncle'),
      open: this.#countOf('open'),
      burnt: `${burnt}`,
      fund: `${fund}`,
      netReward: `${pending + earned}`,
      void: this.#countOf('void'),
    };
  }

  #countOf(state: FindState): number {
    return [...this.#open.values()].filter((one) => one === state).length + this.#final[state];
  }
}
