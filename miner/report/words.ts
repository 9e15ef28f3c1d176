/**
 * A miner's events and status in words.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import { formatDuration, formatHashrate } from '../../protocol/quantity-text.js';
import type { RefusalReason } from '../../protocol/stratum/refusal.js';
import type { MinerEvent, MinerStatus } from '../core/events.js';
import type { ShareStatus } from '../core/share-status.js';
import type { CreditedRate } from '../core/work-meter.js';

/** How much a line matters. */
export type Level = 'debug' | 'info' | 'warn';

/** An event in one line. */
export function describeEvent(event: MinerEvent): { readonly level: Level; readonly text: string } {
  switch (event.type) {
    case 'session':
      return { level: 'info', text: `mining for ${event.name}` };
    case 'notice':
      return { level: event.level, text: `${event.name}: ${event.message}` };
    case 'missingChains':
      return {
        level: 'warn',
        text: `no jobs for ${event.chains.length} of the 16 chains: ${event.chains.map(chainName).join(' ')}`,
      };
    case 'device':
      return { level: event.error ? 'warn' : 'info', text: `${event.name}: ${event.message}` };
    case 'find':
      return {
        level: 'debug',
        text: `found ${event.hash.slice(0, 16)}… on chain ${chainName(event.chain)} by ${event.device}${event.stale ? ', stale' : ''}`,
      };
    case 'verdict':
      return describeVerdict(event);
    case 'share':
      return describeShare(event);
    case 'difficulty':
      return { level: 'info', text: `share difficulty ${formatDifficulty(event.difficulty)}` };
    case 'paused':
      return { level: 'info', text: event.paused ? 'paused; r resumes' : 'resumed' };
  }
}

function describeVerdict(event: MinerEvent & { type: 'verdict' }): { level: Level; text: string } {
  const block = `block on chain ${chainName(event.chain)} at height ${event.height} ${event.hash.slice(0, 16)}…`;
  const after = `after ${Math.round(event.answerMs)} ms${event.late ? ' (late)' : ''}`;
  switch (event.verdict) {
    case 'accepted':
      return { level: 'info', text: `${block} accepted ${after}` };
    case 'side':
      return { level: 'info', text: `${block} accepted as a side block ${after}` };
    case 'rejected':
      return { level: 'warn', text: `${block} refused by the node ${after}` };
    case 'unanswered':
      return { level: 'warn', text: `${block}: no answer ${after}` };
  }
}

function describeShare(event: MinerEvent & { type: 'share' }): { level: Level; text: string } {
  const what = event.block
    ? `block on chain ${chainName(event.chain)}`
    : `share on chain ${chainName(event.chain)}`;
  const share = `${what} ${event.hash.slice(0, 16)}…`;
  const after = `after ${Math.round(event.answerMs)} ms${event.late ? ' (late)' : ''}`;
  switch (event.verdict) {
    case 'accepted':
      return { level: 'info', text: `${share} accepted ${after}` };
    case 'rejected':
      return { level: 'warn', text: `${share} refused by the pool ${after}: ${event.message}` };
    case 'unanswered':
      return { level: 'warn', text: `${share}: no answer ${after}` };
  }
}

/** A difficulty in four digits or so: `0.0312`, `1024`. @param difficulty - above 0 */
export function formatDifficulty(difficulty: number): string {
  return difficulty >= 1000 ? difficulty.toFixed(0) : String(Number(difficulty.toPrecision(4)));
}

/** Refusals by reason: ` (2 duplicate, 1 stale)`, or nothing. */
export function describeReasons(byReason: Readonly<Partial<Record<RefusalReason, number>>>): string {
  const reasons = Object.entries(byReason).sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return '';
  return ` (refused: ${reasons.map(([reason, count]) => `${count} ${REASON_WORDS[reason as RefusalReason]}`).join(', ')})`;
}

const REASON_WORDS: Readonly<Record<RefusalReason, string>> = {
  stale: 'stale',
  wrongChain: 'wrong chain',
  unauthorized: 'worker not authorized',
  nonce: 'bad nonce',
  duplicate: 'duplicate',
  lowDifficulty: 'low difficulty',
  otherChain: 'hash of another chain',
  other: 'other',
};

/** A status in one line. */
export function describeStatus(status: MinerStatus): string {
  const { hashrates, blocks, shares } = status;
  const state = status.paused ? 'paused' : (status.source ?? (shares === undefined ? 'no node' : 'no pool'));
  const parts = [
    state,
    formatHashrate(hashrates.over10s),
    `60s ${formatHashrate(hashrates.over60s)}`,
    ...(shares === undefined ? blockParts(blocks) : shareParts(shares, blocks)),
  ];
  if (status.deviceErrors > 0) parts.push(`device errors ${status.deviceErrors}`);
  parts.push(`up ${formatDuration(status.uptimeMs)}`);
  return parts.join(' | ');
}

function blockParts(blocks: MinerStatus['blocks']): string[] {
  const parts = [`blocks ${blocks.accepted}${blocks.side > 0 ? ` + ${blocks.side} side` : ''}`];
  if (blocks.rejected + blocks.unanswered > 0)
    parts.push(`refused ${blocks.rejected}, unanswered ${blocks.unanswered}`);
  return parts;
}

function shareParts(shares: ShareStatus, blocks: MinerStatus['blocks']): string[] {
  const { accepted, rejected, stale, unanswered, unsent, credited, answerMs } = shares;
  const parts = [describeCredited(credited), `shares ${accepted}`];
  if (rejected > 0) parts.push(`refused ${rejected}`);
  if (stale > 0) parts.push(`stale ${stale}`);
  if (unanswered + unsent > 0) parts.push(`lost ${unanswered + unsent}`);
  if (blocks.found > 0) parts.push(`blocks ${blocks.accepted + blocks.side}`);
  if (answerMs !== undefined) parts.push(`${answerMs.toFixed(answerMs < 10 ? 1 : 0)} ms`);
  return parts;
}

/** What the pool credits, with the error that a small number of shares brings: `pool 8.31 MH/s ±26 %`. */
export function describeCredited({ hashesPerSecond, error }: CreditedRate): string {
  if (error === undefined) return 'pool -';
  return `pool ${formatHashrate(hashesPerSecond)} ±${Math.min(999, Math.round(error * 100))} %`;
}

/** Hashrates of each device and in total, a line each. */
export function describeHashrates(status: MinerStatus): string[] {
  const rows = [
    ...status.devices.map((device) => ({
      name: `${device.name} [${device.state}]`,
      rates: device.hashrates,
    })),
    { name: 'total', rates: status.hashrates },
  ];
  const width = Math.max(...rows.map((row) => row.name.length));
  const lines = rows.map(({ name, rates }) => {
    const shown = [rates.over10s, rates.over60s, rates.over15min].map(formatHashrate);
    // The highest is told from the first full 10 s on.
    shown.push(rates.highest === 0 ? '-' : formatHashrate(rates.highest));
    return `${name.padEnd(width)}  10s ${shown[0]}  60s ${shown[1]}  15min ${shown[2]}  highest ${shown[3]}`;
  });
  if (status.shares !== undefined) {
    const { credited, answerMs, byReason } = status.shares;
    const answers = answerMs === undefined ? '' : `, answers in ${answerMs.toFixed(1)} ms`;
    lines.push(
      `${describeCredited(credited)} over 15 min (99 %)${answers}${status.difficulty === undefined ? '' : `, difficulty ${formatDifficulty(status.difficulty)}`}${describeReasons(byReason)}`,
    );
  }
  return lines;
}
