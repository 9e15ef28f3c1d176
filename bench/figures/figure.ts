/**
 * A figure that the project promises, and what it takes to show it.
 * @module
 */
import { median } from '../statistics.js';

/** One line of the table. */
export interface FigureLine {
  readonly what: string;
  readonly measured: string;
  /** What it must be, in words; a line without is there to be read. */
  readonly required?: string;
  /** Whether it is what it must be. */
  readonly met?: boolean;
}

/** A figure. Its program is the file of the same name. */
export interface Figure {
  readonly name: string;
  measure(): Promise<FigureLine[]>;
}

/** Pairs of windows of every ratio. */
export const PAIRS = 9;

/** Measures two sides by turns, in changing order. @returns the ratios of the first to the second */
export async function ratiosOf(
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<number[]> {
  const ratios: number[] = [];
  for (let i = 0; i < PAIRS; i++) {
    if (i % 2 === 0) {
      const a = await first();
      ratios.push(a / (await second()));
    } else {
      const b = await second();
      ratios.push((await first()) / b);
    }
  }
  return ratios;
}

/** A line for a ratio that must be at least so much. */
export function ratioLine(what: string, ratios: readonly number[], atLeast?: number): FigureLine {
  const middle = median(ratios);
  const sorted = ratios.toSorted((a, b) => a - b);
  const digits = middle < 2 ? 3 : middle < 10 ? 2 : 1;
  const measured = `${middle.toFixed(digits)} (${sorted[0]!.toFixed(digits)} to ${sorted.at(-1)!.toFixed(digits)}, ${ratios.length} pairs)`;
  if (atLeast === undefined) return { what, measured };
  return { what, measured, required: `at least ${atLeast}`, met: middle >= atLeast };
}

/** A line for a number that must be at most so much. */
export function limitLine(what: string, value: number, atMost: number, unit: string, note = ''): FigureLine {
  return {
    what,
    measured: `${Math.round(value)} ${unit}${note}`,
    required: `at most ${atMost} ${unit}`,
    met: value <= atMost,
  };
}
