/**
 * The newest readings of all sensors. Pure.
 * @module
 */
import type { CardsOfName, MeasuredDevice, SensorReading } from '../core/sensors.js';
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
    const rows = this.#rowsOf(name);
    return rows.length === 1 ? rows[0]![0] : undefined;
  }

  /** What several devices of this name have in common; undefined if there are none, or one. */
  among(name: string, nowMs: number): CardsOfName | undefined {
    const rows = this.#rowsOf(name);
    if (rows.length < 2) return undefined;
    const temperatures = rows.flatMap(([place]) => this.at(place, nowMs).sensors?.temperatureC ?? []);
    return {
      cards: rows.length,
      ...(temperatures.length === 0 ? {} : { hottestC: Math.max(...temperatures) }),
    };
  }

  #rowsOf(name: string): [string, Row][] {
    const wanted = plainName(name);
    return [...this.#rows].filter(([, row]) => plainName(row.name) === wanted);
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
