/**
 * The metrics that the documents list, for tests of what names them: alert rules and dashboards.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPoolMetrics } from '../../pool/metrics/prometheus.js';
import { PROJECT_ROOT } from './lesswork.js';
import { metricFacts } from './metric-facts.js';

/** Labels that Prometheus itself gives to what it scrapes. */
const OF_PROMETHEUS = ['job', 'instance'];

/** Labels by metric, those of the process and of Prometheus included. */
export async function documentedMetrics(): Promise<ReadonlyMap<string, readonly string[]>> {
  const metrics = new Map<string, readonly string[]>([['up', OF_PROMETHEUS]]);
  const documents = ['docs/METRICS.md', 'docs/MINER-API.md'].map((path) =>
    readFileSync(join(PROJECT_ROOT, path), 'utf8'),
  );
  const row = /^\| `(\w+)` \| (\w+) \| (?:-|`(\w+)`) \|/gm;
  for (const [, name, kind, label] of documents.join('\n').matchAll(row)) {
    const labels = [...OF_PROMETHEUS, ...(label === undefined ? [] : [label])];
    if (kind === 'histogram') {
      metrics.set(`${name}_bucket`, [...labels, 'le']);
      for (const part of ['sum', 'count']) metrics.set(`${name}_${part}`, labels);
    } else metrics.set(name!, labels);
  }
  for (const [, name] of (await createPoolMetrics(() => metricFacts()).text()).matchAll(/^# TYPE (\S+) /gm))
    if (!metrics.has(name!) && !name!.startsWith('lesswork_')) metrics.set(name!, OF_PROMETHEUS);
  return metrics;
}

/** Metrics that an expression of PromQL names, each with the labels of its selector. */
export function metricsIn(
  expression: string,
): { readonly name: string; readonly labels: readonly string[] }[] {
  const pattern = /\b((?:lesswork|process|nodejs)_\w+|up\b)(?:\{([^}]*)\})?/g;
  return [...expression.matchAll(pattern)].map(([, name, selector]) => ({
    name: name!,
    labels: [...(selector ?? '').matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!),
  }));
}

/** Labels that an expression groups by. */
export function groupedBy(expression: string): string[] {
  return [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) =>
    list!.split(',').map((x) => x.trim()),
  );
}
