/**
 * Tells in time of chains whose coins run out: what is sent then is seen before the chain stands.
 * @module
 */
import { alphToDecimals } from '../protocol/alph-text.js';
import { ALL_CHAINS, CHAINS, chainName } from '../protocol/chain.js';
import type { ChainForecast } from './fund/forecast.js';
import type { TroubleNotice } from './trouble.js';

/** Decimals of amounts. */
const DECIMALS = 4;

/** An alarm is over once coins last so many times as long as it takes one to begin: a chain on the edge is told once. */
const OVER = 1.25;

const HOUR_MS = 3_600_000;

export interface CoinsAlarmOptions {
  /** Burn addresses by chain index. */
  readonly addresses: readonly (string | undefined)[];
  /** For which coinbases are locked, ms: coins that do not last as long run out before those come back that are burnt now. */
  readonly lockMs: number;
  readonly onNotice: (notice: TroubleNotice) => void;
}

export class CoinsAlarm {
  readonly #options: CoinsAlarmOptions;
  readonly #low = new Array<boolean>(CHAINS).fill(false);

  constructor(options: CoinsAlarmOptions) {
    this.#options = options;
  }

  /** Looks at forecasts by chain index, and tells what is new. */
  look(forecasts: readonly ChainForecast[]): void {
    const { addresses, lockMs, onNotice } = this.#options;
    for (const chain of ALL_CHAINS) {
      const forecast = forecasts[chain]!;
      const lastsMs = forecast.lastsMs ?? Number.POSITIVE_INFINITY;
      const isLow = lastsMs < (this.#low[chain] ? OVER : 1) * lockMs;
      if (isLow === this.#low[chain]) continue;
      this.#low[chain] = isLow;
      const name = `chain ${chainName(chain)}`;
      if (isLow)
        onNotice({
          level: 'warn',
          message: `${name}: ${lowText(forecast)}: send coins to ${addresses[chain]}`,
        });
      else onNotice({ level: 'info', message: `${name}: its coins last again` });
    }
  }
}

function lowText({ lastsMs, unlocked, needed }: ChainForecast): string {
  return (
    `at the present rate its coins last ${lastsText(lastsMs)}, and then it is not mined until what it has burnt comes back: ` +
    `${alphToDecimals(unlocked, DECIMALS)} ALPH are unlocked, ${alphToDecimals(needed, DECIMALS)} needed`
  );
}

/** How long coins last, for people. @param lastsMs - as a forecast has it */
export function lastsText(lastsMs: number | undefined): string {
  if (lastsMs === undefined) return '-';
  if (lastsMs === Number.POSITIVE_INFINITY) return 'endless';
  const hours = lastsMs / HOUR_MS;
  return hours < 10 ? `${hours.toFixed(1)} h` : `${Math.floor(hours)} h`;
}
