/**
 * How mining in a tab goes, in words.
 * @module
 */
import type { DeviceStatus, MinerStatus } from '../../miner/core/events.js';
import { describeReasons, formatDifficulty } from '../../miner/report/words.js';
import { formatHashrate } from '../../protocol/quantity-text.js';
import type { LastShare } from './messages.js';

/** Where it stands with the pool. @param status - undefined before the first */
export function poolText(status: MinerStatus | undefined): string {
  if (status === undefined) return 'Starting…';
  const { source, progress, difficulty } = status;
  if (source !== undefined)
    return `Mining for ${source}${difficulty === undefined ? '' : `, shares of difficulty ${formatDifficulty(difficulty)}`}.`;
  if (progress === undefined) return 'Starting…';
  switch (progress.state) {
    case 'connecting':
      return `Connecting to ${progress.name}…`;
    case 'authorized':
    case 'waiting':
      return `${progress.name} has let this worker in; its first job is awaited.`;
    case 'away':
      return `${progress.name} is away: ${progress.reason ?? 'no connection'}. It is tried again and again.`;
  }
}

/** What became of shares that were not accepted. */
export function sharesText({ shares }: Pick<MinerStatus, 'shares'>): string | undefined {
  if (shares === undefined) return undefined;
  const { stale, unanswered, unsent, byReason } = shares;
  const refused = describeReasons(byReason);
  const counts = [
    ...(refused === '' ? [] : [`refused: ${refused}`]),
    ...(stale > (byReason.stale ?? 0) ? [`${stale - (byReason.stale ?? 0)} too late to be sent`] : []),
    ...(unanswered > 0 ? [`${unanswered} without an answer`] : []),
    ...(unsent > 0 ? [`${unsent} not sent`] : []),
  ];
  return counts.length === 0 ? 'none refused' : counts.join(', ');
}

export function shareText(share: LastShare | undefined): string {
  if (share === undefined) return 'none yet';
  const { chain, verdict, message } = share;
  switch (verdict) {
    case 'accepted':
      return `chain ${chain}, accepted`;
    case 'rejected':
      return `chain ${chain}, refused: ${message ?? 'without a word'}`;
    case 'unanswered':
      return `chain ${chain}, no answer`;
  }
}

/** @param over - whether nothing is mined any more */
export function deviceText({ name, state, hashrates }: DeviceStatus, over: boolean): string {
  if (over && state !== 'failed') return name;
  switch (state) {
    case 'starting':
      return `${name}: is being prepared and tested`;
    case 'mining':
      return `${name}: ${formatHashrate(hashrates.over10s)}`;
    case 'idle':
      return `${name}: ready, and without work`;
    case 'away':
      return `${name}: broke, and comes back by itself`;
    case 'failed':
      return `${name}: given up`;
    case 'stopped':
      return `${name}: stopped`;
  }
}
