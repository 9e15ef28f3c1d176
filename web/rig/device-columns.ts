/**
 * The columns of a rig's table of devices.
 * @module
 */
import type { DeviceStatus } from '../../miner/core/events.js';
import { formatHashesPerJoule, formatHashrate } from '../../protocol/quantity-text.js';
import { countText } from '../words/number-words.js';
import { deviceStanding, type Kind } from './rig-words.js';

/** What stands in a cell: empty where nothing is known. */
export type Cell = readonly [text: string, kind?: Kind];

interface Column {
  readonly name: string;
  /** Whether it is there even where it is empty for all devices. */
  readonly always?: boolean;
  readonly read: (device: DeviceStatus) => Cell;
}

const COLUMNS: readonly Column[] = [
  { name: 'State', always: true, read: deviceStanding },
  { name: '10 s', always: true, read: ({ hashrates }) => [formatHashrate(hashrates.over10s)] },
  { name: '60 s', always: true, read: ({ hashrates }) => [formatHashrate(hashrates.over60s)] },
  { name: '15 min', always: true, read: ({ hashrates }) => [formatHashrate(hashrates.over15min)] },
  { name: 'Temp.', read: (device) => [temperatureText(device)] },
  { name: 'Power', read: ({ sensors }) => [measured(sensors?.powerW, 'W')] },
  { name: 'Fan', read: ({ sensors }) => [measured(sensors?.fanPercent, '%')] },
  {
    name: 'Efficiency',
    read: ({ hashesPerJoule }) => [hashesPerJoule === undefined ? '' : formatHashesPerJoule(hashesPerJoule)],
  },
  { name: 'Errors', always: true, read: ({ errors }) => [countText(errors), errors > 0 ? 'bad' : ''] },
];

/** One of several cards of a name is no hotter than the hottest of them. */
function temperatureText({ sensors, among }: DeviceStatus): string {
  if (among?.hottestC === undefined) return measured(sensors?.temperatureC, '°C');
  return `≤ ${measured(among.hottestC, '°C')}`;
}

function measured(value: number | undefined, unit: string): string {
  return value === undefined ? '' : `${Math.round(value)} ${unit}`;
}

export interface DeviceTable {
  /** Names of the columns, that of the devices' names left out. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
}

/** What nobody measures has no column, and a device that was stopped no row. */
export function deviceTable(devices: readonly DeviceStatus[]): DeviceTable {
  const there = devices.filter(({ state }) => state !== 'stopped');
  const shown = COLUMNS.filter(
    ({ always, read }) => always === true || there.some((device) => read(device)[0] !== ''),
  );
  return {
    columns: shown.map(({ name }) => name),
    rows: there.map((device) => ({ name: device.name, cells: shown.map(({ read }) => read(device)) })),
  };
}
