/**
 * The results of a run of the miner, told at its end.
 * @module
 */
import { alphToDecimals } from '../../protocol/alph-text.js';
import { counted, formatDuration, formatHashrate } from '../../protocol/quantity-text.js';
import type { RefusalReason } from '../../protocol/stratum/refusal.js';
import type { MinerStatus } from '../core/events.js';
import type { ShareStatus } from '../core/share-status.js';
import { byChainName } from '../core/status-json.js';
import { describeReasons } from './words.js';

/** What Proof of Less Work took and gave. Amounts are decimal attoALPH. */
export interface PolwSummary {
  /** On the main chain, coins burnt. */
  readonly blocks: number;
  /** Paid, nothing burnt. */
  readonly uncles: number;
  /** What becomes of them is not known yet. */
  readonly open: number;
  readonly burnt: string;
  /** Coins that are left to burn. */
  readonly fund: string;
  readonly netReward: string;
  /** Blocks on the main chain that had no effect. */
  readonly void: number;
}

/** What a pool's miners were credited and paid. Amounts are decimal attoALPH. */
export interface PayoutsSummary {
  /** To balances, once blocks can't be undone and their rewards can be spent. */
  readonly credited: string;
  /** By transactions in blocks, fees left out. */
  readonly paid: string;
}

/** How many blocks came to each end. */
export interface BlockEnds {
  readonly main: number;
  readonly uncle: number;
  readonly orphan: number;
  readonly void: number;
}

export interface MinerSummary {
  readonly type: 'summary';
  /** Length of the run, ms. */
  readonly uptimeMs: number;
  readonly blocks: {
    /** Who told the outcomes. A pool only says that it took the share which the block is. */
    readonly toldBy: 'node' | 'pool';
    /** Verified finds. */
    readonly found: number;
    readonly accepted: number;
    readonly side: number;
    readonly rejected: number;
    readonly unanswered: number;
    /** Found on a template that already had its block. */
    readonly surplus: number;
    /** Found on a template that no node would take any more. */
    readonly expired: number;
    /** Found while the node or the pool was away. */
    readonly unsent: number;
    /** What became of accepted ones, as far as somebody has asked: only where that is known. */
    readonly ends?: BlockEnds;
  };
  /** The shares' outcomes; only where a pool was mined for. */
  readonly shares?: {
    readonly accepted: number;
    /** Refused, except those that the pool called stale. */
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
  /** Only where it is known. */
  readonly polw?: PolwSummary;
  /** Only where it is known. */
  readonly payouts?: PayoutsSummary;
}

export function summaryOf(status: MinerStatus): MinerSummary {
  return {
    type: 'summary',
    uptimeMs: Math.round(status.uptimeMs),
    blocks: { toldBy: status.shares === undefined ? 'node' : 'pool', ...status.blocks },
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

/** `12 on the main chain, 1 uncle`. */
export function describeEnds({ main, uncle, orphan, void: voids }: BlockEnds): string {
  return [
    `${main} on the main chain`,
    ...(uncle > 0 ? [counted(uncle, 'uncle')] : []),
    ...(orphan > 0 ? [counted(orphan, 'orphan')] : []),
    ...(voids > 0 ? [`${voids} void`] : []),
  ].join(', ');
}

/** The summary in words; what did not happen gets no line. */
export function describeSummary(summary: MinerSummary): string[] {
  const { uptimeMs, hashesPerSecond, shares, blocks, deviceErrors } = summary;
  return [
    hashesPerSecond === 0
      ? `nothing mined in ${formatDuration(uptimeMs)}`
      : `mined for ${formatDuration(uptimeMs)} at ${formatHashrate(hashesPerSecond)}${describeSpread(summary)}`,
    ...(shares === undefined ? [] : shareLines(shares)),
    ...blockLines(blocks, shares !== undefined),
    ...(blocks.ends === undefined ? [] : [`so far: ${describeEnds(blocks.ends)}`]),
    ...(summary.polw === undefined ? [] : [`polw: ${describePolw(summary.polw)}`]),
    ...(summary.payouts === undefined ? [] : [`payouts: ${describePayouts(summary.payouts)}`]),
    ...staleLines(summary),
    ...(deviceErrors === 0 ? [] : [`devices: ${counted(deviceErrors, 'error')}`]),
  ];
}

/** Alephium raises the difficulty of a chain that gets more than its share: so it is told how evenly they were mined. */
function describeSpread({ hashes }: MinerSummary): string {
  const counts = Object.values(hashes);
  const worked = counts.filter((count) => count > 0);
  if (worked.length === 0) return '';
  if (worked.length < counts.length) return `, on ${worked.length} of the ${counts.length} chains`;
  return `, on all ${counts.length} chains (most to least: ${(Math.max(...counts) / Math.min(...counts)).toFixed(2)})`;
}

function shareLines(shares: NonNullable<MinerSummary['shares']>): string[] {
  const { accepted, rejected, stale, unanswered, unsent, byReason, hashesPerSecond } = shares;
  const credited = accepted === 0 ? '' : `: the pool credits ${formatHashrate(hashesPerSecond)}`;
  const reasons = describeReasons(byReason);
  const rest = [
    rejected === 0 ? '' : `${rejected} refused`,
    stale === 0 ? '' : `${stale} stale`,
    unanswered === 0 ? '' : `${unanswered} without an answer`,
    unsent === 0 ? '' : `${unsent} not sent`,
  ].filter((text) => text !== '');
  return [
    `shares: ${accepted === 0 ? 'none' : accepted} accepted${credited}`,
    ...(rest.length === 0 ? [] : [`shares: ${rest.join(', ')}${reasons === '' ? '' : ` (${reasons})`}`]),
  ];
}

function blockLines(blocks: MinerSummary['blocks'], forPool: boolean): string[] {
  const { toldBy, found, accepted, side, rejected, unanswered, surplus, expired, unsent } = blocks;
  // Most who mine for a pool never find one.
  if (found === 0) return forPool ? [] : ['blocks: none found'];
  const parts = [
    accepted === 0 ? '' : `${accepted} accepted`,
    side === 0 ? '' : `${side} accepted as ${side === 1 ? 'a side block' : 'side blocks'}`,
    rejected === 0 ? '' : `${rejected} refused`,
    unanswered === 0 ? '' : `${unanswered} without an answer`,
    unsent === 0 ? '' : `${unsent} found while the ${toldBy} was away, could not be sent`,
    surplus === 0
      ? ''
      : `${surplus} on ${surplus === 1 ? 'a template that had its' : 'templates that had their'} block already`,
    expired === 0 ? '' : `${expired} too late to be worth anything`,
  ].filter((text) => text !== '');
  const outcome =
    parts.length === 0 ? '' : `; ${toldBy === 'pool' ? 'by the pool: ' : ''}${parts.join(', ')}`;
  return [`blocks: ${found} found${outcome}`];
}

/** Decimals of amounts: a block burns some hundredths of an ALPH. */
const ALPH_DECIMALS = 4;

/** What Proof of Less Work came to, in one line. */
export function describePolw({
  blocks,
  uncles,
  open,
  burnt,
  fund,
  netReward,
  void: voids,
}: PolwSummary): string {
  const rest = [
    uncles === 0 ? '' : `${counted(uncles, 'uncle')} burnt none`,
    open === 0 ? '' : `${open} not known yet`,
  ]
    .filter((text) => text !== '')
    .join(', ');
  const done =
    blocks === 0
      ? 'no block has burnt coins'
      : `${counted(blocks, 'block')} burnt ${alph(burnt)}${rest === '' ? '' : ` (${rest})`}, net reward ${alph(netReward)}`;
  return `${done}; ${alph(fund)} in the fund${voids === 0 ? '' : `; ${counted(voids, 'block')} void`}`;
}

/** What was paid, in one line. */
export function describePayouts({ credited, paid }: PayoutsSummary): string {
  return `${alph(credited)} credited to the miner, ${alph(paid)} paid`;
}

function alph(amount: string): string {
  return `${alphToDecimals(BigInt(amount), ALPH_DECIMALS)} ALPH`;
}

function staleLines({ staleHashes, hashes }: MinerSummary): string[] {
  const total = Object.values(hashes).reduce((sum, count) => sum + count, 0);
  const percent = total === 0 ? 0 : (100 * staleHashes) / total;
  return percent < 0.05
    ? []
    : [`${percent.toFixed(1)} % of the hashes were on templates that had just become stale`];
}
