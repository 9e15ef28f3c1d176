/**
 * Facts of a front end for metrics.
 * @module
 */
import { NO_BLOCK_COUNTS } from '../../pool/domain/block-figures.js';
import { Counters } from '../../pool/domain/counters.js';
import { MONEY_SUMS, type MoneyFigures } from '../../pool/domain/money-figures.js';
import type { PolwChainFacts, PolwFacts } from '../../pool/domain/polw-facts.js';
import type { MetricFacts } from '../../pool/metrics/metric-definition.js';

const PLAIN: PolwChainFacts = {
  state: 'plain',
  reason: undefined,
  detail: undefined,
  burnt: undefined,
  coins: undefined,
  visible: undefined,
  sent: undefined,
  held: '0',
  unlockedCoins: 0,
  unlocked: '0',
  needed: '0',
  hoursLeft: undefined,
  endless: false,
  driftPerHour: '0',
  imbalance: '0',
};

const FUNDED: PolwChainFacts = {
  ...PLAIN,
  state: 'funded',
  burnt: '53000000000000000',
  coins: 3,
  visible: '2000000000000000000',
  sent: '500000000000000000',
  held: '3000000000000000000',
  unlockedCoins: 3,
  unlocked: '2000000000000000000',
  needed: '4000000000000000000',
  hoursLeft: 5.5,
  driftPerHour: '-300000000000000000',
  imbalance: '3000000000000000000',
};

/** One chain that burns, one that can't, 14 that need not. */
export const POLW_FACTS: PolwFacts = {
  chains: Array.from({ length: 16 }, (_, chain): PolwChainFacts => {
    if (chain === 1) return { ...PLAIN, state: 'unfunded', reason: 'noCoins', detail: 'there are no coins' };
    return chain === 0 ? FUNDED : PLAIN;
  }),
  accounts: {
    fund: '1500000000000000000000',
    locked: '1',
    pending: '0',
    earned: '0',
    reserved: '0',
    burnt: '7',
    gas: '0',
    paid: '0',
  },
  retired: undefined,
  caughtUp: true,
  finds: { open: 1, main: 2, uncle: 0, orphan: 0, void: 0 },
  withdrawals: [],
  refusedLists: 0,
  outputs: { checks: 12, differences: 0, incomplete: 0 },
};

export const MONEY_FIGURES: MoneyFigures = {
  atMs: 1_750_000_000_000,
  sums: Object.fromEntries(
    MONEY_SUMS.map((name, i) => [name, `${BigInt(i) * 10n ** 17n}`]),
  ) as MoneyFigures['sums'],
  wallet: [0, 1, 2, 3].map((group) => ({ immature: `${group}`, spendable: `${group + 1}${'0'.repeat(18)}` })),
  lastPaymentMs: 1_750_000_002_500,
  payer: {
    atMs: 1_750_000_007_500,
    lastRoundMs: 1_750_000_004_500,
    lastCheck: { timeMs: 1_750_000_004_000, faults: 2 },
    stuck: 3,
  },
  isPaused: true,
};

export function metricFacts(facts: Partial<MetricFacts> = {}): MetricFacts {
  return {
    counters: new Counters(),
    connections: 3,
    workers: 2,
    refused: new Map([['addressFull', 3]]),
    ready: true,
    nodes: [
      { name: 'a:10973', state: 'leading', detail: undefined, standing: 2 },
      { name: 'b:10973', state: 'away', detail: 'refused', standing: 0 },
    ],
    nodeChanges: 1,
    blocksWaiting: 0,
    heights: Array.from({ length: 16 }, (_, chain) => (chain === 5 ? undefined : 100 + chain)),
    templateAges: Array.from({ length: 16 }, (_, chain) => (chain === 5 ? undefined : 1_000 * chain)),
    journal: {
      writable: true,
      unconfirmedBytes: 1_234,
      pending: 2,
      commits: 30,
      segments: 4,
      writeErrors: 0,
      throughMs: 1_750_000_000_000,
    },
    store: { up: true, refusals: 3, fileGone: false },
    bans: 1,
    blocks: {
      kept: { ...NO_BLOCK_COUNTS, accepted: 2, main: 5, void: 1 },
      open: { ...NO_BLOCK_COUNTS, accepted: 2, main: 1 },
      notOurs: 1,
      askedAgoMs: 4_000,
    },
    money: MONEY_FIGURES,
    polw: POLW_FACTS,
    nowMs: 1_750_000_012_500,
    ...facts,
  };
}
