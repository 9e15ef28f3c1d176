/**
 * What HiveOS and mmpOS want to hear of a custom miner, exactly.
 * @module
 */
import type { DeviceStatus, MinerStatus } from '../core/events.js';
import { ALGORITHM, isThere, outcomesOf } from './xmrig-answers.js';

/** Both are told of rates in kH/s, over the last minute. */
const UNITS = 'khs';

const kiloHashes = ({ hashrates }: Pick<MinerStatus, 'hashrates'>): number =>
  Math.round(hashrates.over60s) / 1000;

/**
 * `GET /hiveos`: what `h-stats.sh` sets `khs` and `stats` to. The keys come in this order, in one line: a shell can cut them
 * out.
 */
export function hiveosAnswer(status: MinerStatus, version: string) {
  const devices = inOrder(status);
  const { accepted, rejected } = outcomesOf(status);
  const measured = (read: (device: DeviceStatus) => number | undefined): (number | null)[] =>
    devices.map((device) => {
      const value = read(device);
      return value === undefined ? null : Math.round(value);
    });
  return {
    khs: kiloHashes(status),
    stats: {
      hs: devices.map(kiloHashes),
      hs_units: UNITS,
      temp: measured(({ sensors }) => sensors?.temperatureC),
      fan: measured(({ sensors }) => sensors?.fanPercent),
      uptime: Math.floor(status.uptimeMs / 1000),
      ver: version,
      ar: [accepted, rejected],
      algo: ALGORITHM,
      // Of a CPU it has none.
      bus_numbers: devices.map(busNumber),
    },
  };
}

/** `GET /mmpos`: what `mmp-stats.sh` prints. */
export function mmposAnswer(status: MinerStatus, version: string) {
  const devices = inOrder(status);
  const { accepted, rejected } = outcomesOf(status);
  return {
    busid: devices.map((device) => (device.kind === 'cpu' ? 'cpu' : busNumber(device))),
    hash: devices.map(kiloHashes),
    units: UNITS,
    // Accepted, invalid, rejected. Invalid: what devices did wrong, which nobody was sent.
    air: [accepted, status.deviceErrors, rejected].map(String),
    miner_name: 'lesswork',
    miner_version: version,
  };
}

/** The CPU first: mmpOS wants it so. */
function inOrder({ devices }: MinerStatus): DeviceStatus[] {
  const shown = devices.filter(isThere);
  return [...shown.filter(({ kind }) => kind === 'cpu'), ...shown.filter(({ kind }) => kind === 'gpu')];
}

/** The number of a card's bus, decimal; null where it is not certain, and of a CPU. @example 0000:0a:00.0 is 10 */
function busNumber({ pci }: DeviceStatus): number | null {
  const bus = /^[0-9a-f]{4,8}:([0-9a-f]{2}):/i.exec(pci ?? '')?.[1];
  return bus === undefined ? null : Number.parseInt(bus, 16);
}
