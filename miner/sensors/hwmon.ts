/**
 * Sensors of cards and of the CPU in Linux's sysfs: hwmon, and what drivers keep beside it. Every call reads files one
 * after the other: where a driver hangs, one thread of Node's pool hangs with it, and not all four.
 *
 * ```
 * bus/pci/devices/0000:03:00.0/hwmon/hwmon4/{name,temp1_input,power1_average,pwm1,freq1_input,...}    amdgpu, i915, xe, nouveau
 * bus/pci/devices/0000:03:00.0/drm/card1/gt_act_freq_mhz, .../tile0/gt0/freq0/act_freq                Intel's clocks
 * class/hwmon/hwmon2/{name,temp1_label,temp1_input}                                                   coretemp, k10temp
 * class/powercap/intel-rapl:0/{name,energy_uj,max_energy_range_uj}                                    the CPU's energy, for root
 * ```
 * @module
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SensorReading } from '../core/sensors.js';
import { EnergyCounter } from './energy-counter.js';
import { cardReading, cpuTemperatureFile, FIXED_FILES, HWMON_FILES, numberIn } from './hwmon-values.js';
import { readingOf } from './plausible.js';

/** Most files of one hwmon that are read: amdgpu has some 40, of which 20 are of use. */
const MAX_FILES = 64;

/** Most hwmons of a machine that are looked at for its CPU's. */
const MAX_HWMONS = 64;

/** Drivers of a CPU's temperature. */
const CPU_DRIVERS = /^(coretemp|k10temp|zenpower|cpu_thermal|soc_thermal)$/;

/** Sensors under a folder that is `/sys`, or one that a test has made. */
export class Hwmon {
  readonly #root: string;
  readonly #now: () => number;
  /** By the file of the counter. */
  readonly #energy = new Map<string, EnergyCounter>();
  /** By the folder of a hwmon: its files that change, and those that do not. On a CPU that hashes each file takes its time. */
  readonly #known = new Map<
    string,
    { readonly names: readonly string[]; readonly fixed: Map<string, string> }
  >();
  /** Files of the CPU's temperatures, once they are found. */
  #cpuFiles: readonly string[] = [];

  /** @param now - monotonic clock, ms */
  constructor(root: string, now: () => number) {
    this.#root = root;
    this.#now = now;
  }

  /** What is measured of a card; empty where nothing is. */
  async readCard(pci: string): Promise<SensorReading> {
    const device = join(this.#root, 'bus/pci/devices', pci);
    const [hwmon] = (await list(join(device, 'hwmon'))).filter((name) => /^hwmon\d+$/.test(name)).sort();
    const files =
      hwmon === undefined ? new Map<string, string>() : await this.#readAll(join(device, 'hwmon', hwmon));
    const { energyFile, energyMicrojoules, ...values } = cardReading(files);
    const powerW =
      values.powerW ??
      (energyFile === undefined ? undefined : this.#power(`${pci} ${energyFile}`, energyMicrojoules));
    return readingOf({ ...values, powerW, coreMHz: values.coreMHz ?? (await this.#intelClock(device)) });
  }

  /** What is measured of the CPU; empty where nothing is. */
  async readCpu(): Promise<SensorReading> {
    if (this.#cpuFiles.length === 0) this.#cpuFiles = await this.#findCpuFiles();
    const temperatures: number[] = [];
    for (const file of this.#cpuFiles) {
      const temperature = numberIn(await text(file));
      if (temperature !== undefined) temperatures.push(temperature / 1000);
    }
    // Drivers may be loaded anew.
    if (temperatures.length === 0) this.#cpuFiles = [];
    const temperatureC = temperatures.length === 0 ? undefined : Math.max(...temperatures);
    return readingOf({ temperatureC, powerW: await this.#packagePower() });
  }

  async #findCpuFiles(): Promise<string[]> {
    const folder = join(this.#root, 'class/hwmon');
    const found: string[] = [];
    for (const hwmon of (await list(folder)).slice(0, MAX_HWMONS)) {
      const name = (await text(join(folder, hwmon, 'name')))?.trim() ?? '';
      if (!CPU_DRIVERS.test(name)) continue;
      const file = cpuTemperatureFile(await this.#readAll(join(folder, hwmon)));
      if (file !== undefined) found.push(join(folder, hwmon, file));
    }
    return found;
  }

  /** Those files of a hwmon that are of use, by their name. */
  async #readAll(folder: string): Promise<Map<string, string>> {
    let known = this.#known.get(folder);
    if (known === undefined) {
      const names = (await list(folder)).filter((name) => HWMON_FILES.test(name));
      const all = names.sort().slice(0, MAX_FILES);
      const fixed = await readFiles(
        folder,
        all.filter((name) => FIXED_FILES.test(name)),
      );
      known = { names: all.filter((name) => !FIXED_FILES.test(name)), fixed };
      this.#known.set(folder, known);
    }
    const changing = await readFiles(folder, known.names);
    // Its driver may have gone.
    if (changing.size === 0) this.#known.delete(folder);
    return new Map([...known.fixed, ...changing]);
  }

  async #intelClock(device: string): Promise<number | undefined> {
    const cards = (await list(join(device, 'drm'))).filter((name) => /^card\d+$/.test(name));
    const places = [
      ...cards.map((card) => join(device, 'drm', card, 'gt_act_freq_mhz')),
      join(device, 'tile0/gt0/freq0/act_freq'),
    ];
    for (const place of places) {
      const clock = numberIn(await text(place));
      if (clock !== undefined) return clock;
    }
    return undefined;
  }

  /** Of all packages together, W. Undefined where the counters are for root alone, as they are on most systems. */
  async #packagePower(): Promise<number | undefined> {
    const folder = join(this.#root, 'class/powercap');
    let sum: number | undefined;
    for (const zone of (await list(folder)).filter((name) => /^intel-rapl:\d{1,3}$/.test(name))) {
      const energy = numberIn(await text(join(folder, zone, 'energy_uj')));
      if (energy === undefined) continue;
      if (!/^package-/.test((await text(join(folder, zone, 'name'))) ?? '')) continue;
      const range = numberIn(await text(join(folder, zone, 'max_energy_range_uj')));
      const power = this.#power(zone, energy, range);
      if (power !== undefined) sum = (sum ?? 0) + power;
    }
    return sum;
  }

  #power(counter: string, microjoules: number | undefined, range?: number): number | undefined {
    if (microjoules === undefined) return undefined;
    let energy = this.#energy.get(counter);
    if (energy === undefined) {
      energy = new EnergyCounter();
      this.#energy.set(counter, energy);
    }
    return energy.power(microjoules, this.#now(), range);
  }
}

/** Contents by name; those that can't be read are left out. */
async function readFiles(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of names) {
    const content = await text(join(folder, name));
    if (content !== undefined) files.set(name, content);
  }
  return files;
}

/** Names in a folder; none where it can't be read. */
async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Content of a file; undefined where it can't be read: sysfs refuses what a card that sleeps does not tell. */
async function text(path: string): Promise<string | undefined> {
  return readFile(path, 'latin1').catch(() => undefined);
}
