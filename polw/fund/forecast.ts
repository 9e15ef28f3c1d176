/**
 * How long each chain's coins last at the present rate, from the coins alone: what blocks burnt within the lock period is what is
 * locked now.
 *
 * For chain c = (f, t), whose blocks pay the address of its mirror (t, f), over a window: the last hour where c burnt in 20 blocks of it, or else
 * the lock period, or as long as there have been blocks, at least half an hour:
 *
 * ```
 * out   = what blocks of c burnt, each as the part of its locked output 0 that goes back to the fund / window
 * in    = all that blocks of the mirror pay c's address, net rewards and uncles among them / window
 * B(t)  = unlocked now + what is locked now and unlocks by t - out * t           for t up to the lock period L
 * B(t)  = B(L) + (in - out) * (t - L)                                            beyond
 * lasts = first t with B(t) < what the dearest block in the window burnt; without end if there is none
 * need  = that block + the most that out * t is ahead of what unlocks by t, up to L: with so much unlocked now the chain lasts
 *         until what it burns itself now comes back
 * ```
 *
 * Gas is left out: it is nothing, as a rule. Coins set aside for withdrawals do not count. In a pair that burns unequally, coins drift to
 * the mirror of the chain that burns more: `in - out` says how fast.
 * @module
 */
import { ALL_CHAINS, type ChainIndex, chainIndex, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import type { Fund } from './fund.js';
import type { FundCoin } from './fund-coins.js';

/** What a chain's coins come to. Amounts in attoALPH. */
export interface ChainForecast {
  /** Outputs that can be spent now or as soon as a template sees them. */
  readonly coins: number;
  /** What these hold. */
  readonly unlocked: bigint;
  readonly locked: bigint;
  /** What must be unlocked now for the lock period; 0 where nothing was burnt of late. */
  readonly needed: bigint;
  /** Burnt in an hour. */
  readonly outPerHour: bigint;
  /** Comes back in an hour. */
  readonly inPerHour: bigint;
  /** Time from now until no block can be funded, ms: `Infinity` where the loop pays for itself, undefined where nothing was burnt of late. */
  readonly lastsMs: number | undefined;
}

export interface ForecastOptions {
  /** ms since the epoch. */
  readonly nowMs: number;
  /** For which coinbases are locked, ms. */
  readonly lockMs: number;
  readonly isReserved: (key: string) => boolean;
}

/** Rates are taken from so long a time, ms, where a chain burnt in so many blocks of it. */
const HOUR_WINDOW_MS = 3_600_000;
const ENOUGH_BLOCKS = 20;

/** A shorter time says too little, ms. */
const LEAST_WINDOW_MS = 1_800_000;

const HOUR_MS = 3_600_000n;

/** Whose blocks pay a chain's address, and whose address its blocks pay. */
export function mirrorOf(chain: ChainIndex): ChainIndex {
  return chainIndex(toGroupOf(chain), fromGroupOf(chain));
}

/** One for each chain. @param coins - of the fund, locked ones included */
export function forecastOf(coins: Iterable<FundCoin>, options: ForecastOptions): readonly ChainForecast[] {
  const { nowMs, lockMs, isReserved } = options;
  const free = [...coins].filter(({ key, retired }) => !isReserved(key) && !retired);
  const recent = free
    .filter(({ toEarned }) => toEarned !== undefined)
    .map((coin) => ({ ...coin, ageMs: nowMs - (coin.lockTimeMs - lockMs) }))
    .filter(({ ageMs, lockTimeMs }) => ageMs >= 0 && lockTimeMs > nowMs);
  const oldestMs = recent.reduce((most, { ageMs }) => Math.max(most, ageMs), 0);
  const longMs = Math.max(oldestMs, Math.min(LEAST_WINDOW_MS, lockMs));
  return ALL_CHAINS.map((chain) => {
    const own = free.filter(({ owner }) => owner === chain);
    const mirror = mirrorOf(chain);
    const burns = recent
      .filter((coin) => coin.chain === chain && coin.owner === mirror)
      .map(({ amount, toEarned, ageMs }) => ({ ageMs, burnt: amount - toEarned! }))
      .filter(({ burnt }) => burnt > 0n);
    const hour = burns.filter(({ ageMs }) => ageMs < HOUR_WINDOW_MS);
    const isHour = hour.length >= ENOUGH_BLOCKS && longMs > HOUR_WINDOW_MS;
    const windowMs = isHour ? HOUR_WINDOW_MS : longMs;
    const isWithin = ({ ageMs }: { readonly ageMs: number }): boolean => !isHour || ageMs < windowMs;
    const burnt = burns.filter(isWithin).map((burn) => burn.burnt);
    const paid = recent.filter((coin) => coin.owner === chain && isWithin(coin));
    return chainForecast(own, {
      nowMs,
      lockMs,
      windowMs,
      burnt: sum(burnt),
      dearest: burnt.reduce((most, amount) => (amount > most ? amount : most), 0n),
      paid: sum(paid.map(({ amount }) => amount)),
    });
  });
}

/** Forecasts for a fund. @param nowMs - ms since the epoch */
export function fundForecast(
  fund: Pick<Fund, 'coins' | 'reservations'>,
  nowMs: number,
  lockMs: number,
): readonly ChainForecast[] {
  const reserved = new Set(fund.reservations().flatMap(({ keys }) => keys));
  return forecastOf(fund.coins(), { nowMs, lockMs, isReserved: (key) => reserved.has(key) });
}

interface Flow {
  readonly nowMs: number;
  readonly lockMs: number;
  readonly windowMs: number;
  /** Within the window, attoALPH. */
  readonly burnt: bigint;
  readonly dearest: bigint;
  readonly paid: bigint;
}

function chainForecast(own: readonly FundCoin[], flow: Flow): ChainForecast {
  const { nowMs, lockMs, burnt, paid } = flow;
  const window = BigInt(Math.round(flow.windowMs));
  const unlocked = own.filter(({ lockTimeMs }) => lockTimeMs <= nowMs);
  const locked = own
    .filter(({ lockTimeMs }) => lockTimeMs > nowMs)
    .toSorted((a, b) => a.lockTimeMs - b.lockTimeMs);
  const held = {
    coins: unlocked.length,
    unlocked: sum(unlocked.map(({ amount }) => amount)),
    locked: sum(locked.map(({ amount }) => amount)),
    outPerHour: (burnt * HOUR_MS) / window,
    inPerHour: (paid * HOUR_MS) / window,
  };
  if (burnt === 0n) return { ...held, needed: 0n, lastsMs: undefined };
  let back = 0n;
  let ahead = 0n;
  let lastsMs: number | undefined;
  const until = (ms: number): void => {
    const spent = (burnt * BigInt(Math.max(0, Math.round(ms)))) / window;
    const have = held.unlocked + back - flow.dearest;
    if (lastsMs === undefined && have < spent) lastsMs = have <= 0n ? 0 : Number((have * window) / burnt);
    if (spent - back > ahead) ahead = spent - back;
  };
  for (const { lockTimeMs, amount } of locked) {
    const ms = lockTimeMs - nowMs;
    // Somebody may have locked one for years.
    if (ms > lockMs) break;
    until(ms);
    back += amount;
  }
  until(lockMs);
  if (lastsMs === undefined && paid < burnt) {
    const left = held.unlocked + back - flow.dearest - (burnt * BigInt(lockMs)) / window;
    lastsMs = lockMs + Number((left * window) / (burnt - paid));
  }
  return { ...held, needed: ahead + flow.dearest, lastsMs: lastsMs ?? Number.POSITIVE_INFINITY };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((all, amount) => all + amount, 0n);
}
