/**
 * The newest readings of all sensors. Pure.
 * @module
 */
import type { MeasuredDevice, SensorReading } from '../core/sensors.js';
import { PowerMean } from './power-mean.js';

/** A reading this old is not shown any more, ms: sensors are looked at every 2 s. */
export const STALE_MS = 15_000;

/** Most devices whose readings are kept: more than any machine has. */
const MAX_DEVICES = 256;

interface Row {
  readonly name: string;
  readonly power: PowerMean;
  reading: SensorReading;
  atMs: number;
}

/** Readings by the place of their device: a PCI address, or `cpu`. Time comes in as an argument, in ms. */
export class Readings {
  readonly #rows = new Map<string, Row>();

  /** @param name - what the device is called by what measures it; empty where it has no name */
  add(place: string, name: string, reading: SensorReading, nowMs: number): void {
    let row = this.#rows.get(place);
    if (row?.name !== name) {
      if (row === undefined && this.#rows.size >= MAX_DEVICES) return;
      row = { name, power: new PowerMean(), reading, atMs: nowMs };
      this.#rows.set(place, row);
    }
    row.reading = reading;
    row.atMs = nowMs;
    if (reading.powerW !== undefined) row.power.add(reading.powerW, nowMs);
  }

  /** The one place whose device has this name; undefined if none or several have. */
  placeOf(name: string): string | undefined {
    const wanted = plainName(name);
    const places = [...this.#rows].filter(([, row]) => plainName(row.name) === wanted);
    return places.length === 1 ? places[0]![0] : undefined;
  }

  /** What was measured at a place; nothing while its sensors are silent. */
  at(place: string, nowMs: number): Omit<MeasuredDevice, 'pci'> {
    const row = this.#rows.get(place);
    if (row === undefined || nowMs - row.atMs >= STALE_MS || Object.keys(row.reading).length === 0) return {};
    const meanPowerW = row.power.read(nowMs);
    return { sensors: row.reading, ...(meanPowerW === undefined ? {} : { meanPowerW }) };
  }
}

/** Drivers write the maker's name in front, or don't. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/^nvidia /, '');
}
