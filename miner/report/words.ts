/**
 * A miner's events and status in words.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import { formatDuration, formatHashesPerJoule, formatHashrate } from '../../protocol/quantity-text.js';
import { joinParts, type StatusPart } from '../../protocol/status-line.js';
import type { RefusalReason } from '../../protocol/stratum/refusal.js';
import type { Style } from '../../protocol/terminal.js';
import type { DeviceStatus, MinerEvent, MinerStatus } from '../core/events.js';
import type { HoldReason } from '../core/holds.js';
import type { ShareStatus } from '../core/share-status.js';
import type { SourceProgress } from '../core/source.js';
import type { CreditedRate } from '../core/work-meter.js';

/** How much a line matters. */
export type Level = 'debug' | 'info' | 'warn';

/** An event in one line. */
export interface EventLine {
  readonly level: Level;
  readonly text: string;
  /** Where the terminal has colours. */
  readonly style?: Style;
}

export function describeEvent(event: MinerEvent): EventLine {
  switch (event.type) {
    case 'session':
      return { level: 'info', text: `mining for ${event.name}` };
    case 'progress':
      return describeProgress(event);
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
    case 'unsent':
      return { level: 'warn', text: describeUnsent(event) };
    case 'difficulty':
      return { level: 'info', text: `share difficulty ${formatDifficulty(event.difficulty)}` };
    case 'idle':
      return describeIdle(event);
    case 'paused':
      return { level: 'info', text: event.paused ? 'paused; r resumes' : 'resumed' };
    case 'hold':
      return {
        level: event.held && event.reason === 'temperature' ? 'warn' : 'info',
        text: `${event.device ?? 'all devices'}: ${event.message}`,
      };
  }
}

/** Failures are told as notices, with the wait until the next try. */
function describeProgress({ name, state, failures }: SourceProgress): EventLine {
  switch (state) {
    case 'connecting':
      return { level: failures === 0 ? 'info' : 'debug', text: `connecting to ${name}` };
    case 'authorized':
      return { level: 'info', text: `${name}: authorized` };
    case 'waiting':
      return { level: 'info', text: `${name}: waiting for the first job` };
    case 'away':
      return { level: 'debug', text: `${name}: failed ${times(failures)} in a row` };
  }
}

function describeIdle({ name, idle }: MinerEvent & { type: 'idle' }): EventLine {
  if (idle === undefined) return { level: 'info', text: `${name}: there is work again` };
  const why = {
    noJobs: 'the node has no template that is worth work',
    taken:
      'the node took the block of the last template of each chain, found here, and has brought no others',
    refused: 'the node refuses the blocks of its templates, and has brought no others',
  }[idle];
  return { level: 'warn', text: `${name}: nothing to mine: ${why}` };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function describeVerdict(event: MinerEvent & { type: 'verdict' }): EventLine {
  const block = `block on chain ${chainName(event.chain)} at height ${event.height} ${event.hash.slice(0, 16)}…`;
  const after = `after ${Math.round(event.answerMs)} ms${event.late ? ' (late)' : ''}`;
  switch (event.verdict) {
    case 'accepted':
      return { level: 'info', text: `${block} accepted ${after}`, style: 'good' };
    case 'side':
      return { level: 'info', text: `${block} accepted as a side block ${after}`, style: 'good' };
    case 'rejected':
      return { level: 'warn', text: `${block} refused by the node ${after}` };
    case 'unanswered':
      return { level: 'warn', text: `${block}: no answer ${after}` };
  }
}

/** A block's fate is told to the pool by its node, and no pool passes it on: the pool's yes is to the share. */
function describeShare(event: MinerEvent & { type: 'share' }): EventLine {
  const what = event.block ? 'share that is a block' : 'share';
  const share = `${what} on chain ${chainName(event.chain)} ${event.hash.slice(0, 16)}…`;
  const after = `after ${Math.round(event.answerMs)} ms${event.late ? ' (late)' : ''}`;
  switch (event.verdict) {
    case 'accepted':
      return event.block
        ? { level: 'info', text: `${share}: accepted by the pool ${after}`, style: 'good' }
        : { level: 'info', text: `${share} accepted ${after}` };
    case 'rejected':
      return { level: 'warn', text: `${share} refused by the pool ${after}: ${event.message}` };
    case 'unanswered':
      return { level: 'warn', text: `${share}: no answer ${after}` };
  }
}

function describeUnsent({ to, chain, hash, block, why }: MinerEvent & { type: 'unsent' }): string {
  const what = to === 'node' ? 'block' : block ? 'share that is a block' : 'share';
  const find = `${what} on chain ${chainName(chain)} ${hash.slice(0, 16)}…`;
  if (why === 'busy') return `${find} not sent: the pool has thousands to answer`;
  return `${find} could not be sent: ${to === 'node' ? 'its node' : 'the connection to its pool'} is gone`;
}

/** A difficulty in four digits or so: `0.0312`, `1024`. @param difficulty - above 0 */
export function formatDifficulty(difficulty: number): string {
  return difficulty >= 1000 ? difficulty.toFixed(0) : String(Number(difficulty.toPrecision(4)));
}

/** Refusals by reason: `2 duplicate, 1 stale`, or nothing. */
export function describeReasons(byReason: Readonly<Partial<Record<RefusalReason, number>>>): string {
  const reasons = Object.entries(byReason).sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return '';
  return reasons.map(([reason, count]) => `${count} ${REASON_WORDS[reason as RefusalReason]}`).join(', ');
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
  return joinParts(statusParts(status));
}

/** The parts of a status: who is mined for, hashrates, what came of it. */
export function statusParts(status: MinerStatus): StatusPart[] {
  const { hashrates, blocks, shares, deviceErrors } = status;
  const parts: StatusPart[] = [
    { text: describeState(status), rank: 2, style: status.source === undefined ? 'warning' : 'strong' },
    { text: formatHashrate(hashrates.over10s), rank: 0 },
    { text: `60s ${formatHashrate(hashrates.over60s)}`, rank: 6 },
    ...(shares === undefined ? blockParts(blocks) : shareParts(shares, blocks)),
  ];
  parts.push(...sensorParts(status.devices));
  if (status.maxLoad < 1) parts.push({ text: `max load ${Math.round(status.maxLoad * 100)} %`, rank: 7 });
  const held = describeHeldDevices(status);
  if (held !== '') parts.push({ text: held, rank: 2, style: 'warning' });
  if (deviceErrors > 0) parts.push({ text: `device errors ${deviceErrors}`, rank: 3, style: 'bad' });
  parts.push({ text: `up ${formatDuration(status.uptimeMs)}`, rank: 8 });
  return parts;
}

/** The hottest device, and what all together draw. */
function sensorParts(devices: readonly DeviceStatus[]): StatusPart[] {
  const there = devices.filter(({ state }) => state !== 'stopped');
  const temperatures = there.flatMap(({ sensors, among }) => sensors?.temperatureC ?? among?.hottestC ?? []);
  const powers = there.flatMap(({ sensors }) => sensors?.powerW ?? []);
  const parts: StatusPart[] = [];
  if (temperatures.length > 0) parts.push({ text: `${Math.round(Math.max(...temperatures))} °C`, rank: 7 });
  if (powers.length > 0)
    parts.push({ text: `${Math.round(powers.reduce((sum, power) => sum + power, 0))} W`, rank: 8 });
  return parts;
}

/**
 * What is measured of a device: `61 °C, 221 W, fan 45 %, core 1740 MHz, memory 9251 MHz, 4.21 MH/J`; of one that can't be told
 * from others `one of 6 cards of this name, the hottest at 71 °C`.
 */
export function describeSensors({ sensors = {}, hashesPerJoule, among }: DeviceStatus): string {
  const { temperatureC, powerW, fanPercent, coreMHz, memoryMHz } = sensors;
  return [
    temperatureC === undefined ? '' : `${Math.round(temperatureC)} °C`,
    powerW === undefined ? '' : `${Math.round(powerW)} W`,
    fanPercent === undefined ? '' : `fan ${Math.round(fanPercent)} %`,
    coreMHz === undefined ? '' : `core ${Math.round(coreMHz)} MHz`,
    memoryMHz === undefined ? '' : `memory ${Math.round(memoryMHz)} MHz`,
    hashesPerJoule === undefined ? '' : formatHashesPerJoule(hashesPerJoule),
    among === undefined ? '' : `one of ${among.cards} cards of this name`,
    among?.hottestC === undefined ? '' : `the hottest at ${Math.round(among.hottestC)} °C`,
  ]
    .filter((text) => text !== '')
    .join(', ');
}

/** Longest reason of a failure in a status, characters. */
const MAX_REASON_CHARS = 48;

/** Why devices are held, in a word or two. */
const HOLD_WORDS: Readonly<Record<HoldReason, string>> = {
  user: 'paused',
  temperature: 'too hot',
  battery: 'on battery',
  schedule: 'off schedule',
};

/** Reasons that hold something: `paused, on battery`, or nothing. */
export function describeHolds(held: readonly HoldReason[]): string {
  return held.map((reason) => HOLD_WORDS[reason]).join(', ');
}

/** Devices that are held while others may mine: `1 of 3 too hot`, or nothing. */
function describeHeldDevices({ held, devices }: MinerStatus): string {
  const there = devices.filter(({ state }) => state !== 'stopped' && state !== 'failed');
  const alone = there.filter((device) => device.held.length > 0);
  if (held.length > 0 || alone.length === 0) return '';
  const why = describeHolds([...new Set(alone.flatMap((device) => device.held))]);
  return there.length === 1 ? why : `${alone.length} of ${there.length} ${why}`;
}

function describeState({ held, source, progress, idle, shares }: MinerStatus): string {
  if (held.length > 0) return describeHolds(held);
  if (source !== undefined && idle !== undefined) return `${source}: nothing to mine`;
  if (source !== undefined) return source;
  if (progress === undefined) return shares === undefined ? 'no node' : 'no pool';
  const { name, state, reason = '', failures } = progress;
  switch (state) {
    case 'connecting':
      return failures === 0 ? `connecting to ${name}` : `connecting to ${name}, try ${failures + 1}`;
    case 'authorized':
      return `${name}: authorized`;
    case 'waiting':
      return `${name}: waiting for the first job`;
    case 'away': {
      const short = reason.length > MAX_REASON_CHARS ? `${reason.slice(0, MAX_REASON_CHARS - 1)}…` : reason;
      return `${name} away${failures > 1 ? ` (${failures} tries)` : ''}: ${short}`;
    }
  }
}

function blockParts(blocks: MinerStatus['blocks']): StatusPart[] {
  const parts: StatusPart[] = [
    { text: `blocks A ${blocks.accepted}`, rank: 1, ...(blocks.accepted > 0 ? { style: 'good' } : {}) },
  ];
  if (blocks.side > 0) parts.push({ text: `side ${blocks.side}`, rank: 5 });
  if (blocks.rejected > 0) parts.push({ text: `R ${blocks.rejected}`, rank: 1, style: 'bad' });
  if (blocks.unanswered > 0)
    parts.push({ text: `unanswered ${blocks.unanswered}`, rank: 3, style: 'warning' });
  return parts;
}

function shareParts(shares: ShareStatus, blocks: MinerStatus['blocks']): StatusPart[] {
  const { accepted, rejected, stale, unanswered, unsent, credited, answerMs } = shares;
  const parts: StatusPart[] = [
    { text: describeCredited(credited), rank: 4 },
    { text: `A ${accepted}`, rank: 1, ...(accepted > 0 ? { style: 'good' } : {}) },
    { text: `R ${rejected}`, rank: 1, ...(rejected > 0 ? { style: 'bad' } : {}) },
  ];
  if (stale > 0) parts.push({ text: `stale ${stale}`, rank: 7 });
  if (unanswered + unsent > 0) parts.push({ text: `lost ${unanswered + unsent}`, rank: 7 });
  if (blocks.found > 0) parts.push({ text: `blocks ${blocks.accepted + blocks.side}`, rank: 5 });
  if (answerMs !== undefined) parts.push({ text: `${answerMs.toFixed(answerMs < 10 ? 1 : 0)} ms`, rank: 9 });
  return parts;
}

/** The hashrate that the pool credits, with the error of a small number of shares: `pool 8.31 MH/s ±26 %`. */
export function describeCredited({ hashesPerSecond, error }: CreditedRate): string {
  if (error === undefined) return 'pool -';
  return `pool ${formatHashrate(hashesPerSecond)} ±${Math.min(999, Math.round(error * 100))} %`;
}

function deviceState({ state, held }: DeviceStatus): string {
  if (held.length > 0 && (state === 'idle' || state === 'mining')) return describeHolds(held);
  return state === 'idle' ? 'no work' : state;
}

/** Columns of hashrates, and the least room for each: a table of them fits 80 characters. */
const RATE_COLUMNS = ['10 s', '60 s', '15 min', 'highest'] as const;
const RATE_CHARS = 9;

/** Hashrates of each device and in total, a line each below one with the names of the columns. */
export function describeHashrates(status: MinerStatus): string[] {
  const rows = [
    ...status.devices.map((device) => ({
      name: `${device.name} [${deviceState(device)}]`,
      rates: device.hashrates,
    })),
    { name: 'total', rates: status.hashrates },
  ];
  const width = Math.max(...rows.map((row) => row.name.length));
  const line = (name: string, columns: readonly string[]): string =>
    [name.padEnd(width), ...columns.map((column) => column.padStart(RATE_CHARS))].join('  ');
  const lines = [line('', RATE_COLUMNS)];
  for (const { name, rates } of rows) {
    const shown = [rates.over10s, rates.over60s, rates.over15min].map(formatHashrate);
    // The highest is told from the first full 10 s on.
    shown.push(rates.highest === 0 ? '-' : formatHashrate(rates.highest));
    lines.push(line(name, shown));
  }
  for (const device of status.devices) {
    const measured = describeSensors(device);
    if (measured !== '') lines.push(`${device.name}: ${measured}`);
  }
  if (status.shares !== undefined) {
    const { credited, answerMs, byReason } = status.shares;
    const reasons = describeReasons(byReason);
    const answers = answerMs === undefined ? '' : `, answers in ${answerMs.toFixed(1)} ms`;
    lines.push(
      `${describeCredited(credited)} over 15 min (99 %)${answers}${status.difficulty === undefined ? '' : `, difficulty ${formatDifficulty(status.difficulty)}`}${reasons === '' ? '' : ` (refused: ${reasons})`}`,
    );
  }
  return lines;
}
