/**
 * What a metric is, and what metrics are read from.
 * @module
 */
import type { MetricDefinition as Definition } from '../../metrics/metric-definition.js';
import type { BlockFigures } from '../domain/block-figures.js';
import type { Counters } from '../domain/counters.js';
import type { MoneyFigures } from '../domain/money-figures.js';
import type { PolwFacts } from '../domain/polw-facts.js';
import type { UpstreamNode } from '../ports/upstream.js';

/** What metrics are read from. */
export interface MetricFacts {
  readonly counters: Counters;
  readonly connections: number;
  readonly workers: number;
  /** Connections that never became one of a miner, by reason. */
  readonly refused: ReadonlyMap<string, number>;
  /** Whether miners can mine here: as /ready says. */
  readonly ready: boolean;
  readonly nodes: readonly UpstreamNode[];
  /** Times that another node began to lead. */
  readonly nodeChanges: number;
  /** Blocks whose verdict is awaited. */
  readonly blocksWaiting: number;
  /** Heights of the blocks to be found, by chain. */
  readonly heights: readonly (number | undefined)[];
  /** Time since each chain had another template, ms. */
  readonly templateAges: readonly (number | undefined)[];
  readonly journal: {
    readonly writable: boolean;
    readonly unconfirmedBytes: number;
    /** Segments and batches that the store has not confirmed. */
    readonly pending: number;
    readonly commits: number;
    readonly segments: number;
    readonly writeErrors: number;
    /** Everything before this is stored, ms since the epoch; 0 while nothing is known. */
    readonly throughMs: number;
  };
  readonly store: {
    readonly up: boolean;
    /** Requests that it refused for good. */
    readonly refusals: number;
    /** The embedded store's file was removed or replaced, and is not open anew yet. */
    readonly fileGone: boolean;
  };
  readonly bans: number;
  /** Undefined until they are counted. */
  readonly blocks: BlockFigures | undefined;
  /** Undefined where the pool credits nobody, and until it is read. */
  readonly money: MoneyFigures | undefined;
  /** Undefined where the pool supplies no coins. */
  readonly polw: PolwFacts | undefined;
  /** The store's clock, ms since the epoch. */
  readonly nowMs: number;
}

export type { MetricValues } from '../../metrics/metric-definition.js';

/** A metric of the pool. */
export interface MetricDefinition extends Definition<MetricFacts> {
  /** How the metrics of several processes become one. */
  readonly together: 'sum' | 'max' | 'min';
}
