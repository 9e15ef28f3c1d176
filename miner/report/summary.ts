/**
 * What a run of the miner came to, as its last line.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import { formatHashrate } from '../../protocol/quantity-text.js';
import type { RefusalReason } from '../../protocol/stratum/refusal.js';
import type { MinerStatus } from '../core/events.js';
import type { ShareStatus } from '../core/share-status.js';
import { describeReasons } from './words.js';

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
  /** What a pool made of the shares; only where one was mined for. */
  readonly shares?: {
    readonly accepted: number;
    /** Refused, but for those that the pool called stale. */
    readonly rejected: number;
    /** Not sent, since their chain had a new parent, or refused by the pool as stale. */
    readonly stale: number;
    readonly unanswered: number;
    readonly unsent: number;
    /** All that the pool refused, stale ones too. */
    readonly byReason: Readonly<Partial<Record<RefusalReason, number>>>;
    /** Over the whole run, by the work of the accepted shares. */
    readonly hashesPerSecond: number;
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
    ...(status.shares === undefined ? {} : { shares: sharesOf(status.shares, status.uptimeMs) }),
    chains: byChainName(status.acceptedByChain),
    hashes: byChainName(status.hashesByChain),
    hashesPerSecond: perSecond(status.totalHashes, status.uptimeMs),
    staleHashes: status.staleHashes,
    deviceErrors: status.deviceErrors,
  };
}

function sharesOf(status: ShareStatus, uptimeMs: number): NonNullable<MinerSummary['shares']> {
  const { accepted, rejected, stale, unanswered, unsent, byReason, acceptedWork } = status;
  const hashesPerSecond = perSecond(Number(acceptedWork), uptimeMs);
  return { accepted, rejected, stale, unanswered, unsent, byReason, hashesPerSecond };
}

function perSecond(hashes: number, ms: number): number {
  return ms === 0 ? 0 : Math.round((hashes * 1000) / ms);
}

/** Values of the 16 chains under their names. */
export function byChainName(values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, chain) => [chainName(chain), value]));
}

/** The summary in words, a line each. */
export function describeSummary(summary: MinerSummary): string[] {
  const { blocks, shares } = summary;
  const most = Math.max(...Object.values(summary.hashes));
  const least = Math.min(...Object.values(summary.hashes));
  const lines =
    shares === undefined
      ? []
      : [
          `shares: ${shares.accepted} accepted, ${shares.rejected} refused, ${shares.stale} stale, ${shares.unanswered} unanswered, ${shares.unsent} not sent${describeReasons(shares.byReason)}`,
          `credited by the pool: ${formatHashrate(shares.hashesPerSecond)} on average`,
        ];
  return [
    ...lines,
    `blocks: ${blocks.found} found, ${blocks.accepted} accepted, ${blocks.side} side, ${blocks.rejected} refused, ${blocks.unanswered} unanswered, ${blocks.surplus + blocks.expired} not worth sending`,
    `hashrate: ${formatHashrate(summary.hashesPerSecond)} on average; work on the chains, most to least: ${least === 0 ? 'not all had work' : (most / least).toFixed(3)}`,
    `hashes on stale templates: ${summary.staleHashes}; device errors: ${summary.deviceErrors}`,
  ];
}
