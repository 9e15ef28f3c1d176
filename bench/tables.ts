/**
 * A run of the bench as a table, for spreadsheets and for pages. Pure.
 * @module
 */
import { formatHashrate } from '../protocol/quantity-text.js';
import type { BenchRun } from './app.js';
import { perCpuSecond } from './measure.js';
import { describeMachineLines, nameOfResult, percent } from './words.js';

const CSV_COLUMNS = [
  'backend',
  'device',
  'threads',
  'hashes_per_second',
  'spread',
  'ceiling_hashes_per_second',
  'of_ceiling',
  'verified',
  'kernel',
  'hashes_per_cpu_second',
] as const;

/** A line for each result, after one with the names of the columns; what is not known is empty. As RFC 4180 has it, but for line ends of LF. */
export function benchCsv({ results }: BenchRun): string {
  const rows = results.map((result) => [
    result.backend,
    result.device,
    result.threads,
    result.hashesPerSecond,
    result.spread,
    result.ceilingHashesPerSecond ?? '',
    result.ofCeiling ?? '',
    result.verified,
    result.kernel ?? '',
    perCpuSecond(result) ?? '',
  ]);
  return [CSV_COLUMNS, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\n`).join('');
}

/** A table in Markdown, under a line with the machine. */
export function benchMarkdown({ machine, results }: BenchRun): string {
  const rows = results.map((result) => {
    const { hashesPerSecond, ceilingHashesPerSecond, ofCeiling, spread, verified } = result;
    const cpuRate = perCpuSecond(result);
    const cells = [
      nameOfResult(result),
      formatHashrate(hashesPerSecond),
      cpuRate === undefined ? '-' : formatHashrate(cpuRate),
      ceilingHashesPerSecond === null ? '-' : formatHashrate(ceilingHashesPerSecond),
      ofCeiling === null ? '-' : percent(ofCeiling),
      percent(spread),
      verified ? 'yes' : '**no**',
    ];
    return `| ${cells.map((cell, i) => (i === 0 ? markdownText(cell) : cell)).join(' | ')} |\n`;
  });
  const [first = ''] = describeMachineLines(machine);
  return `${markdownText(first)}\n\n| what | rate | per CPU second | limit | reached | spread | verified |\n|---|---|---|---|---|---|---|\n${rows.join('')}`;
}

/** Names come from drivers. A cell that begins like a formula is no number of ours: spreadsheets are kept from computing it. */
function csvCell(value: string | number | boolean): string {
  const text = typeof value === 'string' ? value.replace(/^[=+\-@\t\r]/, "'$&") : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function markdownText(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_[\]<>|]/g, '\\$&');
}
