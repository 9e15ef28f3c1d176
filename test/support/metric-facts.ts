/**
 * Facts of a front end for metrics.
 * @module
 */
import { Counters } from '../../pool/domain/counters.js';
import type { MetricFacts } from '../../pool/metrics/metrics.js';

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
    nowMs: 1_750_000_012_500,
    ...facts,
  };
}
