/**
 * Whether this machine runs on its battery.
 *
 * Linux: /sys/class/power_supply, as systemd reads it: mains that are there decide; without any, a battery that discharges.
 * Batteries of mice and headsets (`scope` is `Device`) do not count. macOS: the first line of `pmset -g batt`. Windows tells it
 * only through a process that is dear to start, or a library: there it is not supported.
 * @module
 */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `none`: there is no battery, and so nothing to hold for. */
export type PowerSource = 'mains' | 'battery' | 'none';

/** Most supplies that are looked at. */
const MAX_SUPPLIES = 64;

/** Longest that `pmset` may take, ms: it answers within some 20. */
const PMSET_TIMEOUT_MS = 5_000;

/** Longest answer of `pmset`, bytes: it has some 200. */
const MAX_PMSET_BYTES = 65_536;

/** Reads where power comes from. @throws Error if that can't be told */
export type ReadPowerSource = () => Promise<PowerSource>;

/** How this system tells; undefined where it does not. */
export function powerSourceReader(platform: NodeJS.Platform): ReadPowerSource | undefined {
  if (platform === 'linux') return () => readPowerSupplies('/sys/class/power_supply');
  if (platform === 'darwin') return readPmset;
  return undefined;
}

/** @param folder - /sys/class/power_supply, or one that a test has made */
export async function readPowerSupplies(folder: string): Promise<PowerSource> {
  const names = await readdir(folder).catch(() => []);
  let batteries = 0;
  let discharging = 0;
  let online = 0;
  for (const name of names.slice(0, MAX_SUPPLIES)) {
    const read = async (file: string): Promise<string> =>
      (await readFile(join(folder, name, file), 'latin1').catch(() => '')).trim().toLowerCase();
    if ((await read('scope')) === 'device') continue;
    const type = await read('type');
    if (type === 'battery' || type === 'ups') {
      if ((await read('present')) === '0') continue;
      batteries++;
      if ((await read('status')) === 'discharging') discharging++;
      // Some chargers tell 2: they are there, and set by a program.
    } else if (/^[1-9]/.test(await read('online'))) online++;
  }
  if (batteries === 0) return 'none';
  return online === 0 && discharging > 0 ? 'battery' : 'mains';
}

function readPmset(): Promise<PowerSource> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: PMSET_TIMEOUT_MS, maxBuffer: MAX_PMSET_BYTES };
    execFile('pmset', ['-g', 'batt'], limits, (error, stdout) => {
      const source = error === null ? parsePmset(stdout) : undefined;
      if (source !== undefined) resolve(source);
      else
        reject(
          new Error(
            error === null ? 'pmset says nothing of power' : `pmset: ${error.message.split('\n')[0]}`,
          ),
        );
    });
  });
}

/** What `pmset -g batt` says; undefined if that is something else. */
export function parsePmset(text: string): PowerSource | undefined {
  const [, source] = /^Now drawing from '([^'\n]{1,40})'/.exec(text) ?? [];
  if (source === undefined) return undefined;
  if (!/InternalBattery|UPS/.test(text)) return 'none';
  return source === 'AC Power' ? 'mains' : 'battery';
}
