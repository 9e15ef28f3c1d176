/**
 * Which values of sensors are believed: drivers give nonsense for cards that sleep or fall off the bus. Pure.
 * @module
 */
import type { SensorReading } from '../core/sensors.js';

/** Lowest and highest that is believed. A temperature of 511 °C is a register full of ones. */
const BOUNDS: Readonly<Record<keyof SensorReading, readonly [number, number]>> = {
  temperatureC: [-40, 150],
  powerW: [0, 3_000],
  // Some fans go beyond what their maker calls full speed.
  fanPercent: [0, 200],
  coreMHz: [0, 10_000],
  memoryMHz: [0, 100_000],
};

/** What of some values can be believed, with one decimal. */
export function readingOf(
  values: {
    readonly [name in keyof SensorReading]?: number | undefined;
  },
): SensorReading {
  const reading: { -readonly [name in keyof SensorReading]: SensorReading[name] } = {};
  for (const name of Object.keys(BOUNDS) as (keyof SensorReading)[]) {
    const value = values[name];
    const [least, most] = BOUNDS[name];
    if (value !== undefined && value >= least && value <= most) reading[name] = Math.round(value * 10) / 10;
  }
  return reading;
}
