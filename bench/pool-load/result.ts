/**
 * What a run of the bench leaves behind, and how it is read back.
 * @module
 */
import type { Machine } from '../machine.js';

/** Figures by name; their units are in their names. What could not be measured is left out, or NaN. */
export type Figures = Readonly<Record<string, number>>;

/** One scenario against one server, once. */
export interface ScenarioResult {
  readonly figures: Figures;
  /** Refused shares by `code message`. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Miners that did not get ready, by reason. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Which scenario, which server, which repetition. */
export interface Measurement extends ScenarioResult {
  readonly scenario: string;
  /** `bare`, `lesswork, redis` and the like. */
  readonly target: string;
  /** From 0. */
  readonly repetition: number;
}

/** A whole run. */
export interface PoolLoadRun {
  readonly machine: Machine;
  readonly measurements: readonly Measurement[];
}

/**
 * A run from the text of a file.
 * @throws SyntaxError if it is no JSON, TypeError with the place if it is something else
 */
export function parsePoolLoadRun(text: string): PoolLoadRun {
  const run = JSON.parse(text) as Partial<PoolLoadRun> | null;
  if (typeof run !== 'object' || run === null || !Array.isArray(run.measurements))
    throw new TypeError('"measurements" expected a list, as --json prints it');
  for (const [i, measurement] of run.measurements.entries()) {
    const { scenario, target, figures } = (measurement ?? {}) as Partial<Measurement>;
    const expect = (right: boolean, what: string, kind: string): void => {
      if (!right) throw new TypeError(`"measurements[${i}].${what}" expected ${kind}`);
    };
    expect(typeof scenario === 'string', 'scenario', 'a text');
    expect(typeof target === 'string', 'target', 'a text');
    expect(typeof figures === 'object' && figures !== null, 'figures', 'an object');
    // JSON has no NaN: what could not be measured comes back as null.
    for (const [name, value] of Object.entries(figures!))
      expect(value === null || typeof value === 'number', `figures.${name}`, 'a number or null');
  }
  return run as PoolLoadRun;
}
