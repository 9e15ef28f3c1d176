/**
 * What a run of the miner came to, as its last line.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import type { MinerStatus } from '../core/events.js';
import { formatHashrate } from './words.js';

export interface MinerSummary {
  readonly type: 'summary';
  readonly blocks: {
    /** Verified finds. */
    readonly found: number;
    readonly accepted: number;
    readonly side: number;
    readonly rejected: number;
    readonly unanswered: number;
    /** Found on a template that already had its block, or that no node would take any more. */
    readonly surplus: number;
    readonly expired: number;
  };
  /** Accepted blocks by chain. */
  readonly chains: Readonly<Record<string, number>>;
  /** Hashes by chain. */
  readonly hashes: Readonly<Record<string, number>>;
  /** Over the whole run. */
  readonly hashesPerSecond: number;
  readonly staleHashes: number;
  readonly deviceErrors: number;
}

export function summaryOf(status: MinerStatus): MinerSummary {
  return {
    type: 'summary',
    blocks: { ...status.blocks },
    chains: byChainName(status.acceptedByChain),
    hashes: byChainName(status.hashesByChain),
    hashesPerSecond: status.uptimeMs === 0 ? 0 : Math.round((status.totalHashes * 1000) / status.uptimeMs),
    staleHashes: status.staleHashes,
    deviceErrors: status.deviceErrors,
  };
}

/** Values of the 16 chains under their names. */
export function byChainName(values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, chain) => [chainName(chain), value]));
}

/** The summary in words, a line each. */
export function describeSummary(summary: MinerSummary): string[] {
  const { blocks } = summary;
  const most = Math.max(...Object.values(summary.hashes));
  const least = Math.min(...Object.values(summary.hashes));
  return [
    `blocks: ${blocks.found} found, ${blocks.accepted} accepted, ${blocks.side} side, ${blocks.rejected} refused, ${blocks.unanswered} unanswered, ${blocks.surplus + blocks.expired} not worth sending`,
    `hashrate: ${formatHashrate(summary.hashesPerSecond)} on average; work on the chains, most to least: ${least === 0 ? 'not all had work' : (most / least).toFixed(3)}`,
    `hashes on stale templates: ${summary.staleHashes}; device errors: ${summary.deviceErrors}`,
  ];
}
