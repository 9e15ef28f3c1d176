/**
 * The catalogue of metrics as a table in Markdown: docs/METRICS.md ends with it.
 * @module
 */
import { POOL_METRICS, STORE_LATENCY, STORE_LATENCY_BUCKETS } from './metrics.js';

/** One row a metric. */
export function metricsTable(): string {
  const rows = POOL_METRICS.map(({ name, kind, label, together, help }) =>
    row(name, kind, label, together, help),
  );
  const bounds = STORE_LATENCY_BUCKETS.join(', ');
  const latency = `${STORE_LATENCY.help} Buckets: ${bounds}.`;
  return [
    '| metric | kind | label | of several processes | meaning |',
    '|---|---|---|---|---|',
    ...rows,
    row(STORE_LATENCY.name, 'histogram', undefined, 'sum', latency),
    '',
  ].join('\n');
}

function row(name: string, kind: string, label: string | undefined, together: string, help: string): string {
  return `| \`${name}\` | ${kind} | ${label === undefined ? '-' : `\`${label}\``} | ${together} | ${help} |`;
}
