/**
 * Facts of a front end for metrics.
 * @module
 */
import { Counters } from '../../pool/domain/counters.js';
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
};

const FUNDED: PolwChainFacts = {
  ...PLAIN,
  state: 'funded',
  burnt: '53000000000000000',
  coins: 3,
  visible: '2000000000000000000',
  sent: '500000000000000000',
  held: '3000000000000000000',
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
  caughtUp: true,
  finds: { open: 1, main: 2, uncle: 0, orphan: 0, void: 0 },
  withdrawals: [],
  refusedLists: 0,
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
    polw: POLW_FACTS,
    nowMs: 1_750_000_012_500,
    ...facts,
  };
}
