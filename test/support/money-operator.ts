/**
 * The operator of a pool that pays, who explains by hand what its payer can't know.
 * @module
 */
import { runLedgerAdopt } from '../../cli/run-ledger.js';
import { runPayerResume } from '../../cli/run-payer-notes.js';
import { readPause } from '../../payer/rounds/payer-notes.js';
import type { PoolLab } from './pool-lab.js';

/** Why the payer pauses where somebody else has spent an output of the wallet. */
const IS_MISSING = /^the check of the ledger found missing: /;

export class MoneyOperator {
  /** Pauses that were ended. */
  resumed = 0;
  readonly #lab: PoolLab;
  /** Transactions that were made elsewhere. */
  readonly #strange = new Map<string, { readonly deposit: boolean; said: string }>();

  constructor(lab: PoolLab) {
    this.#lab = lab;
  }

  /** A transaction of the wallet was made elsewhere. @param txId - hex @param deposit - what it brings was paid in by the operator */
  tell(txId: string, deposit = false): void {
    this.#strange.set(txId, { deposit, said: 'not tried' });
  }

  /** What came of the last tries. */
  get said(): string {
    return JSON.stringify([...this.#strange].map(([txId, { said }]) => `${txId} ${said}`));
  }

  /** Explains what can be explained now: also again, since the books may have gone back. Then payments go on. */
  async look(): Promise<void> {
    for (const [txId, strange] of this.#strange) {
      let said = '';
      const write = (text: string): void => {
        said += text;
      };
      // Not deep enough yet, or what it spends is not booked, or is set aside for a payout that is not given up yet, or explained already.
      await runLedgerAdopt(
        this.#lab.configPath,
        { txId, deposit: strange.deposit, unbooked: false },
        write,
      ).catch((error: Error) => {
        said += error.message;
      });
      strange.said = said;
    }
    if (this.#strange.size === 0) return;
    const pause = await this.#lab.withBooks(readPause).catch(() => undefined);
    // By any other fault the run fails.
    if (pause?.by !== 'payer' || !IS_MISSING.test(pause.reason)) return;
    await runPayerResume(this.#lab.configPath, () => {})
      .then(() => this.resumed++)
      .catch(() => {});
  }
}
