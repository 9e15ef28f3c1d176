/**
 * The lines of `nvidia-smi --query-gpu=... --format=csv,noheader,nounits`: one a card and look. Pure.
 *
 * ```
 * 00000000:01:00.0, NVIDIA GeForce RTX 3080, 61, 221.30, 45, 1740, 9251
 * ```
 *
 * What a card does not have, or does not tell at the moment, is a word instead of a number: `[N/A]`, `[Not Supported]`,
 * `[Unknown Error]`, `[GPU is lost]`, `[GPU requires reset]`, `[Insufficient Permissions]`, `ERR!`.
 * @module
 */
import type { SensorReading } from '../core/sensors.js';
import { pciAddress } from './pci-address.js';
import { readingOf } from './plausible.js';

/** The fields that are asked for, in the order of the columns. */
export const NVIDIA_FIELDS =
  'pci.bus_id,name,temperature.gpu,power.draw,fan.speed,clocks.current.graphics,clocks.current.memory';

/** Numbers at the end of a line. */
const NUMBERS = 5;

/** A card, as one line tells of it. */
export interface CardLine {
  /** As `0000:01:00.0`. */
  readonly pci: string;
  readonly name: string;
  readonly reading: SensorReading;
}

/** @returns undefined for a line that is none of a card: an error's text, or rubbish */
export function parseCardLine(line: string): CardLine | undefined {
  const cells = line.split(',').map((cell) => cell.trim());
  const pci = pciAddress(cells[0]!);
  // A comma would be a part of the name.
  const name = cells.slice(1, -NUMBERS).join(', ');
  if (pci === undefined || name === '') return undefined;
  const [temperatureC, powerW, fanPercent, coreMHz, memoryMHz] = cells.slice(-NUMBERS).map(numberOf);
  return { pci, name, reading: readingOf({ temperatureC, powerW, fanPercent, coreMHz, memoryMHz }) };
}

/** Old versions of the tool leave some units in. */
function numberOf(cell: string): number | undefined {
  const [, number] = /^(-?\d{1,9}(?:\.\d{1,6})?)(?: ?(?:%|W|C|MHz))?$/.exec(cell) ?? [];
  return number === undefined ? undefined : Number(number);
}
