/**
 * A pool's day in the small: miners that come and go, chains that get parents and refreshes, and the hashes that each
 * chain really got.
 * @module
 */
import {
  type BalancedMiner,
  balancedMiner,
  ChainBalance,
  EVERY_CHAIN,
} from '../../../pool/jobs/chain-balance.js';
import { ALL_CHAINS, CHAINS } from '../../../protocol/chain.js';
import { exponential, poisson, seededRandom } from '../../support/seeded-random.js';

export interface Simulation {
  readonly seed: number;
  /** True hashes a second of each miner. */
  readonly rates: readonly number[];
  readonly hours: number;
  /** Part of the miners that leave, and of those that come for them, in an hour. */
  readonly churn: number;
  /** Whether the balance knows rates as shares tell them, 6 a minute, over ten minutes; a newcomer's not at all. */
  readonly noisy: boolean;
  /** Blocks an hour that the pool finds: their chain can't be used until its next parent. */
  readonly found: number;
  /** Length of the windows that are looked at, ms. 10 minutes if left out. */
  readonly windowMs?: number;
  /** Mean time between the parents of a chain, ms. 64 s if left out. */
  readonly parentMs?: number;
  /** Mean time from a found block to its chain's next parent, ms. 2 s if left out. */
  readonly foundParentMs?: number;
}

export interface Evenness {
  /** Most over fewest hashes of a chain, of every window that begins at a multiple of 10 s, after the first window. */
  readonly ratios: readonly number[];
  /** The same of the whole time. */
  readonly overall: number;
  readonly decisions: number;
}

interface Miner {
  readonly balanced: BalancedMiner;
  trueRate: number;
  sinceMs: number;
  jobMs: number;
}

/** Of the estimates too. */
const WINDOW_MS = 600_000;
const STEP_MS = 10_000;
/** Time in which a newcomer finds its difficulty. */
const START_MS = 30_000;
/** A refresh goes only to miners whose job is older. */
const JOB_AGE_MS = 10_000;
const REFRESH_MS = 4_000;
const SHARES_PER_MS = 6 / 60_000;

/** `count` rates of which the n-th is a n-th of the first; together 1. */
export function zipf(count: number): number[] {
  const parts = Array.from({ length: count }, (_, i) => 1 / (i + 1));
  const sum = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / sum);
}

/** Plays it. The first window, in which all connect at once, is not looked at. */
export function simulate(simulation: Simulation): Evenness {
  const {
    rates,
    hours,
    churn,
    noisy,
    found,
    parentMs = 64_000,
    foundParentMs = 2_000,
    windowMs = WINDOW_MS,
  } = simulation;
  const random = seededRandom(simulation.seed);
  const balance = new ChainBalance(0);
  const endMs = hours * 3_600_000;
  const meanRate = rates.reduce((a, b) => a + b) / rates.length;
  const trueRates = new Float64Array(CHAINS);
  const hashes = new Float64Array(CHAINS);
  const history: number[][] = [];
  const nextParent = ALL_CHAINS.map(() => exponential(parentMs, random));
  const nextRefresh = ALL_CHAINS.map(() => random() * REFRESH_MS);
  let usable = EVERY_CHAIN;
  let nowMs = 0;
  let decisions = 0;

  /** What the shares of a miner tell: of a newcomer those at the start difficulty, which is right for the mean miner. */
  const known = (miner: Miner): number => {
    if (!noisy) return miner.trueRate;
    const measuredMs = Math.min(nowMs - miner.sinceMs, WINDOW_MS);
    const atStart = (Math.min(measuredMs, START_MS) * SHARES_PER_MS * miner.trueRate) / meanRate;
    if (measuredMs <= START_MS)
      return ((poisson(atStart, random) + 1) * meanRate) / (measuredMs * SHARES_PER_MS + 1);
    const expected = (measuredMs - START_MS) * SHARES_PER_MS + (measuredMs < WINDOW_MS ? atStart : 0);
    return (miner.trueRate * poisson(expected, random)) / expected;
  };
  const giveJob = (miner: Miner): void => {
    // An estimate over ten minutes changes little from job to job.
    if (noisy && (nowMs - miner.sinceMs < 60_000 || random() < 0.1))
      balance.setRate(miner.balanced, known(miner), nowMs);
    const { chain } = miner.balanced;
    const chosen = balance.choose(miner.balanced, nowMs, usable);
    decisions++;
    if (chain !== -1) trueRates[chain]! -= miner.trueRate;
    if (chosen === undefined) throw new Error('no chain is usable');
    trueRates[chosen]! += miner.trueRate;
    miner.jobMs = nowMs;
  };
  const miners = rates.map((trueRate): Miner => {
    const rate = noisy ? meanRate : trueRate;
    return { balanced: balancedMiner(rate), trueRate, sinceMs: 0, jobMs: 0 };
  });
  // In any order, as they connect.
  for (let i = miners.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [miners[i], miners[j]] = [miners[j]!, miners[i]!];
  }
  for (const miner of miners) giveJob(miner);

  const churnMs = churn === 0 ? Number.POSITIVE_INFINITY : 3_600_000 / (churn * miners.length);
  const foundMs = found === 0 ? Number.POSITIVE_INFINITY : 3_600_000 / found;
  let nextChurn = exponential(churnMs, random);
  let nextFound = exponential(foundMs, random);
  let nextStep = STEP_MS;
  while (nowMs < endMs) {
    const event = Math.min(nextChurn, nextFound, nextStep, ...nextParent, ...nextRefresh);
    for (const c of ALL_CHAINS) hashes[c]! += trueRates[c]! * (event - nowMs);
    nowMs = event;
    if (event === nextStep) {
      history.push([...hashes]);
      nextStep += STEP_MS;
    } else if (event === nextChurn) {
      nextChurn += exponential(churnMs, random);
      const miner = miners[Math.floor(random() * miners.length)]!;
      trueRates[miner.balanced.chain]! -= miner.trueRate;
      balance.remove(miner.balanced, nowMs);
      // Its place is taken by another of the same rate, so that the spread of rates stays what it is.
      miner.sinceMs = nowMs;
      balance.setRate(miner.balanced, known(miner), nowMs);
      giveJob(miner);
    } else if (event === nextFound) {
      nextFound += exponential(foundMs, random);
      const chain = Math.floor(random() * CHAINS);
      usable &= ~(1 << chain);
      nextParent[chain] = nowMs + exponential(foundParentMs, random);
      for (const miner of miners) if (miner.balanced.chain === chain) giveJob(miner);
    } else {
      const parent = nextParent.indexOf(event);
      const chain = parent === -1 ? nextRefresh.indexOf(event) : parent;
      if (parent !== -1) {
        nextParent[chain] = nowMs + exponential(parentMs, random);
        usable |= 1 << chain;
      } else {
        nextRefresh[chain] = nowMs + REFRESH_MS * (0.5 + random());
      }
      for (const miner of miners) {
        if (miner.balanced.chain !== chain) continue;
        if (parent !== -1 || nowMs - miner.jobMs > JOB_AGE_MS) giveJob(miner);
      }
    }
  }
  const steps = windowMs / STEP_MS;
  const ratios: number[] = [];
  for (let i = 2 * steps - 1; i < history.length; i++)
    ratios.push(ratioOf(history[i]!.map((sum, chain) => sum - history[i - steps]![chain]!)));
  return { ratios, overall: ratioOf(hashes), decisions };
}

function ratioOf(sums: Iterable<number>): number {
  const all = [...sums];
  return Math.max(...all) / Math.min(...all);
}
