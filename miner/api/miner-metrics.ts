/**
 * Every metric of a miner: its name, what it means, and how it is read. docs/MINER-API.md lists them, and a test compares.
 * Values are read when they are asked for. Labels are words of this program, and names of devices as their drivers say them.
 * @module
 */
import type { MetricDefinition, MetricValues } from '../../metrics/metric-definition.js';
import { REFUSAL_REASONS } from '../../protocol/stratum/refusal.js';
import type { DeviceStatus, MinerStatus } from '../core/events.js';
import { HOLD_REASONS } from '../core/holds.js';
import type { ShareStatus } from '../core/share-status.js';
import { isThere } from './xmrig-answers.js';

/** A metric of the miner. */
export type MinerMetric = MetricDefinition<MinerStatus>;

const MHZ = 1e6;

export const MINER_METRICS: readonly MinerMetric[] = [
  gauge('uptime_seconds', 'Time since the start.', ({ uptimeMs }) => uptimeMs / 1000),
  gauge('connected', '1 while there is a node or pool to work for.', ({ session }) =>
    flag(session !== undefined),
  ),
  gauge('session_seconds', 'Time since the present session with the node or pool began.', ({ session }) =>
    session === undefined ? undefined : session.forMs / 1000,
  ),
  counter(
    'sessions_lost_total',
    'Sessions that ended while they were worked in.',
    ({ sessionsLost }) => sessionsLost,
  ),
  gauge(
    'held',
    '1 while all devices are held for this reason: a user, the battery, the schedule, the temperature.',
    ({ held }) => Object.fromEntries(HOLD_REASONS.map((reason) => [reason, flag(held.includes(reason))])),
    'reason',
  ),
  counter('hashes_total', 'Hashes made: its rate is the hashrate.', ({ totalHashes }) => totalHashes),
  counter(
    'stale_hashes_total',
    'The part of them that was made on templates with a new parent.',
    ({ staleHashes }) => staleHashes,
  ),
  gauge(
    'hashrate',
    'Hashes per second over the last 10 s, 60 s and 15 min, or since the start.',
    ({ hashrates: { over10s, over60s, over15min } }) => ({
      '10s': over10s,
      '60s': over60s,
      '15m': over15min,
    }),
    'window',
  ),
  gauge('hashrate_highest', 'The highest hashes per second over 10 s.', ({ hashrates }) => hashrates.highest),
  gauge('difficulty', 'Difficulty of the pool: 1 stands for 2^34 hashes.', ({ difficulty }) => difficulty),
  ofShares('counter', 'shares_found_total', 'Shares found.', ({ found }) => found),
  ofShares('counter', 'shares_accepted_total', 'Shares that the pool accepted.', ({ accepted }) => accepted),
  ofShares(
    'counter',
    'shares_rejected_total',
    'Shares that the pool refused, by reason.',
    // All of them from the start: `rate` and `increase` see no first one that comes with its series.
    ({ byReason }) => Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, byReason[reason] ?? 0])),
    'reason',
  ),
  ofShares(
    'gauge',
    'shares',
    'Shares that came to nothing: stale (not sent, or refused as stale), unanswered (some are answered yet), unsent.',
    ({ stale, unanswered, unsent }) => ({ stale, unanswered, unsent }),
    'outcome',
  ),
  ofShares(
    'counter',
    'accepted_work_hashes_total',
    'Expected hashes of accepted shares: its rate is the hashrate that the pool sees.',
    ({ acceptedWork }) => Number(acceptedWork),
  ),
  ofShares(
    'gauge',
    'share_answer_seconds',
    "Median time to the pool's answer, over the last 64.",
    ({ answerMs }) => (answerMs === undefined ? undefined : answerMs / 1000),
  ),
  gauge(
    'blocks',
    'Blocks found so far, by outcome; some unanswered ones are answered yet.',
    ({ blocks: { found: _found, ...outcomes } }) => outcomes,
    'outcome',
  ),
  counter(
    'device_errors_total',
    'Finds that were none, overflows and breakdowns, by device.',
    ...byDevice(({ errors }) => errors),
  ),
  gauge(
    'device_up',
    '1 while a device is well: it mines, or waits for work.',
    ...byDevice(({ state }) => flag(state === 'mining' || state === 'idle')),
  ),
  gauge(
    'device_held',
    '1 while a device is held, for whatever reason.',
    ...byDevice(({ held }) => flag(held.length > 0)),
  ),
  counter('device_hashes_total', 'Hashes made, by device.', ...byDevice(({ totalHashes }) => totalHashes)),
  gauge(
    'device_hashrate',
    'Hashes per second over the last 60 s, by device.',
    ...byDevice(({ hashrates }) => hashrates.over60s),
  ),
  gauge(
    'device_temperature_celsius',
    'Temperature, by device.',
    ...byDevice(({ sensors }) => sensors?.temperatureC),
  ),
  gauge(
    'device_power_watts',
    'Power that is drawn, by device.',
    ...byDevice(({ sensors }) => sensors?.powerW),
  ),
  gauge(
    'device_fan_ratio',
    'Speed of the fan, of its full speed, by device.',
    ...byDevice(({ sensors }) => scaled(sensors?.fanPercent, 0.01)),
  ),
  gauge(
    'device_core_clock_hertz',
    'Clock of the core, by device.',
    ...byDevice(({ sensors }) => scaled(sensors?.coreMHz, MHZ)),
  ),
  gauge(
    'device_memory_clock_hertz',
    'Clock of the memory, by device.',
    ...byDevice(({ sensors }) => scaled(sensors?.memoryMHz, MHZ)),
  ),
  gauge(
    'device_hashes_per_joule',
    'Hashes of the last minute to the energy drawn meanwhile, by device.',
    ...byDevice(({ hashesPerJoule }) => hashesPerJoule),
  ),
];

type Read = MinerMetric['read'];

function gauge(name: string, help: string, read: Read, label?: string): MinerMetric {
  return metric('gauge', name, help, read, label);
}

function counter(name: string, help: string, read: Read, label?: string): MinerMetric {
  return metric('counter', name, help, read, label);
}

function metric(
  kind: MinerMetric['kind'],
  name: string,
  help: string,
  read: Read,
  label?: string,
): MinerMetric {
  return { name: `lesswork_miner_${name}`, kind, help, read, ...(label === undefined ? {} : { label }) };
}

/** There are values only where a pool is mined for. */
function ofShares(
  kind: MinerMetric['kind'],
  name: string,
  help: string,
  read: (shares: ShareStatus) => MetricValues | undefined,
  label?: string,
): MinerMetric {
  return metric(kind, name, help, ({ shares }) => (shares === undefined ? undefined : read(shares)), label);
}

/** A value a device, under its name. */
function byDevice(read: (device: DeviceStatus) => number | undefined): [read: Read, label: string] {
  return [
    ({ devices }) => {
      const shown = devices.filter(isThere);
      const names = distinctNames(shown.map(({ name }) => name));
      return Object.fromEntries(shown.map((device, i) => [names[i]!, read(device)]));
    },
    'device',
  ];
}

/** Names of devices, those that would be the same with a number behind them: `RTX 4090`, `RTX 4090 #2`. */
export function distinctNames(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} #${count}`;
  });
}

const flag = (holds: boolean): number => (holds ? 1 : 0);

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

/** The catalogue as a table in Markdown: docs/MINER-API.md ends with it. */
export function minerMetricsTable(): string {
  const rows = MINER_METRICS.map(
    ({ name, kind, label, help }) =>
      `| \`${name}\` | ${kind} | ${label === undefined ? '-' : `\`${label}\``} | ${help} |`,
  );
  return ['| metric | kind | label | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}
