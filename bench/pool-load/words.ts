/**
 * Results in words.
 * @module
 */
import type { Measurement } from './result.js';
import { isKept, PROMISES, type Row } from './summary.js';

/** One measurement, a line or more. */
export function describeMeasurement(measurement: Measurement): string[] {
  const { scenario, target, repetition, figures, rejected, failures } = measurement;
  const text = Object.entries(figures).map(([name, value]) => `${name} ${shown(value)}`);
  return [
    `${scenario}, ${target}, repetition ${repetition + 1}: ${text.join(', ')}`,
    ...Object.entries(rejected).map(([reason, count]) => `  refused ${count}: ${reason}`),
    ...Object.entries(failures).map(([reason, count]) => `  not ready ${count}: ${reason}`),
  ];
}

/** Rows side by side. @param names - of the sides; one alone is shown without ratios */
export function describeRows(
  rows: readonly Row[],
  names: readonly [string] | readonly [string, string],
): string[] {
  const cell = (text: string): string => text.padStart(18);
  const two = names.length === 2;
  const width = Math.max(16, ...rows.map(({ scenario }) => scenario.length + 2));
  const head = `${''.padEnd(width + 20)}${names.map(cell).join('')}${two ? cell('ratio') : ''}`;
  return [
    head,
    ...rows.map((row) => {
      const name = `${row.scenario.padEnd(width)}${row.figure}`.padEnd(width + 20);
      if (!two) return `${name}${cell(shown(row.a))}`;
      const ratio = row.ratio === undefined ? '-' : row.ratio.toFixed(3);
      return `${name}${cell(shown(row.a))}${cell(shown(row.b))}${cell(ratio)}${verdict(row)}`;
    }),
  ];
}

function verdict(row: Row): string {
  const kept = isKept(row);
  if (kept === undefined) return '';
  const promise = PROMISES.find(
    ({ scenario, figure }) => scenario === row.scenario && figure === row.figure,
  )!;
  const { atMost, atLeast } = promise.ratio ?? promise.value!;
  const kind = promise.ratio === undefined ? '' : 'ratio ';
  const bound = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  return `  ${kept ? 'ok' : 'MISSED'}: ${kind}${bound}`;
}

function shown(value: number | undefined): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 1_000) return Math.round(value).toString();
  return value.toFixed(Math.abs(value) >= 100 ? 0 : 2);
}
