/**
 * A rig's status in words and numbers.
 * @module
 */
import type { DeviceStatus, MinerStatus } from '../../miner/core/events.js';
import type { HoldReason } from '../../miner/core/holds.js';
import type { ShareStatus } from '../../miner/core/share-status.js';
import { formatDuration, formatHashrate } from '../../protocol/quantity-text.js';
import { countText } from '../words/number-words.js';

/** How something looks: well, held, bad, or as all else. */
export type Kind = 'well' | 'held' | 'bad' | '';

/** A name, what is said of it, and how that looks. */
export type Row = readonly [name: string, text: string, kind?: Kind];

const HELD: Readonly<Record<HoldReason, string>> = {
  user: 'Paused',
  temperature: 'Too hot',
  battery: 'On battery',
  schedule: 'Off schedule',
};

const STATES: Readonly<Record<DeviceStatus['state'], string>> = {
  starting: 'starting',
  mining: 'mining',
  idle: 'no work',
  away: 'coming back',
  failed: 'given up',
  stopped: 'stopped',
};

function heldText(held: readonly HoldReason[]): string {
  // A newer miner may know more.
  return held.map((reason) => HELD[reason] ?? reason).join(', ');
}

/** How the rig stands. */
export function standing({ held, source, progress, idle }: MinerStatus): [text: string, kind: Kind] {
  if (held.length > 0) return [heldText(held), 'held'];
  if (source !== undefined) return idle === undefined ? ['Mining', 'well'] : ['No work', 'held'];
  if (progress === undefined) return ['Connecting', 'bad'];
  return [`${progress.name}: ${progress.reason ?? progress.state}`, 'bad'];
}

/** How a device stands. */
export function deviceStanding({ state, held }: DeviceStatus): [text: string, kind: Kind] {
  const isHeld = held.length > 0 && state !== 'failed';
  const text = isHeld ? heldText(held).toLowerCase() : (STATES[state] ?? state);
  if (state === 'failed' || state === 'away') return [text, 'bad'];
  return [text, isHeld || state === 'idle' ? 'held' : ''];
}

/** Who is mined for: a pool, or a node. */
export function sourceRows({ source, session, sessionsLost, shares, difficulty }: MinerStatus): Row[] {
  const rows: Row[] = [
    ['Host', source ?? 'none at the moment'],
    ['Connected', session === undefined ? 'no' : `for ${formatDuration(session.forMs)}`],
    ['Connections lost', countText(sessionsLost), sessionsLost > 0 ? '' : 'well'],
  ];
  if (shares === undefined) return rows;
  const { answerMs, credited } = shares;
  return [
    ...rows,
    ['Difficulty', difficulty === undefined ? '–' : Number(difficulty.toPrecision(4)).toString()],
    ['Answers in', answerMs === undefined ? '–' : `${Math.round(answerMs)} ms`],
    ['Credited', `${formatHashrate(credited.hashesPerSecond)}${errorText(credited.error)}`],
  ];
}

/** What JSON has in place of what is not known is no number. */
function errorText(error: unknown): string {
  return typeof error === 'number' && Number.isFinite(error) ? ` ± ${Math.round(error * 100)} %` : '';
}

type Count = readonly [name: string, count: number, kind?: Kind];

/** What came of shares for a pool, or of blocks for a node. */
export function resultRows({ shares, blocks }: MinerStatus): Row[] {
  const counts = shares === undefined ? blockCounts(blocks) : shareCounts(shares, blocks.found);
  return counts.map(([name, count, kind = '']) => [name, countText(count), kind]);
}

function shareCounts(
  { accepted, byReason, stale, unanswered, unsent }: ShareStatus,
  blocks: number,
): Count[] {
  const refused = Object.entries(byReason).map(
    ([reason, count]): Count => [`Refused: ${plainWords(reason)}`, count, 'bad'],
  );
  const lost: Count[] = [
    ['Stale, not sent', stale - (byReason.stale ?? 0)],
    ['Unanswered', unanswered],
    ['Not sent', unsent],
  ];
  return [
    ['Accepted', accepted],
    ...(refused.length === 0 ? [['Refused', 0] as const] : refused),
    ...lost.filter(([, count]) => count > 0),
    ['Blocks', blocks],
  ];
}

/** Ends of blocks that are told where there were some. A newer miner may know more. */
const BLOCK_ENDS: Readonly<Record<string, string>> = {
  rejected: 'Refused',
  unanswered: 'Unanswered',
  surplus: 'Template had its block',
  expired: 'Too late',
  unsent: 'Not sent',
};

function blockCounts({ found, accepted, side, ...others }: MinerStatus['blocks']): Count[] {
  const rest = Object.entries(others).map(
    ([name, count]): Count => [BLOCK_ENDS[name] ?? plainWords(name), count, name === 'rejected' ? 'bad' : ''],
  );
  return [
    ['Found', found],
    ['Accepted', accepted],
    ['Side blocks', side],
    ...rest.filter(([, count]) => count > 0),
  ];
}

/** `lowDifficulty` as `low difficulty`. */
function plainWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
