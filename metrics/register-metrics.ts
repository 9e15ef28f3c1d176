/**
 * Metrics through prom-client.
 * @module
 */
import { type Aggregator, Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import type { MetricDefinition, MetricValues } from './metric-definition.js';

/** prom-client's default metrics that list every socket: with 18,000 sockets they would stop an event loop for tens of milliseconds. */
const SLOW_DEFAULT_METRICS = [
  'process_open_fds',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
];

/** Time between two looks at the lag of the event loop, ms: each look wakes an idle process. */
const LAG_EVERY_MS = 100;

/** Adds what prom-client tells of the process: CPU, memory, event loop. */
export function registerProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_EVERY_MS });
  for (const name of SLOW_DEFAULT_METRICS) registry.removeSingleMetric(name);
}

/**
 * Adds a metric whose value is read when it is asked for.
 * @param facts - what it is read from, at that moment
 * @param together - how the metrics of several processes become one
 */
export function registerMetric<F>(
  registry: Registry,
  { name, help, kind, label, read }: MetricDefinition<F>,
  facts: () => F,
  together: Aggregator = 'sum',
): void {
  const settings = {
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [registry],
    aggregator: together,
  };
  // What is not known is not there: after a reset a metric without a label would report 0.
  const unknown = (values: MetricValues | undefined, metric: { remove(): void }): values is undefined => {
    if (values === undefined && label === undefined) metric.remove();
    return values === undefined;
  };
  if (kind === 'counter') {
    new Counter({
      ...settings,
      collect() {
        const values = read(facts());
        // The value is counted elsewhere: the counter is only set to it.
        this.reset();
        if (unknown(values, this)) return;
        for (const [labels, value] of valuesOf(values, label)) this.inc(labels, value);
      },
    });
  } else {
    new Gauge({
      ...settings,
      collect() {
        const values = read(facts());
        this.reset();
        if (unknown(values, this)) return;
        for (const [labels, value] of valuesOf(values, label)) this.set(labels, value);
      },
    });
  }
}

function* valuesOf(
  values: MetricValues,
  label: string | undefined,
): Generator<readonly [Record<string, string>, number]> {
  if (typeof values === 'number') yield [{}, values];
  else if (label !== undefined)
    for (const [name, value] of Object.entries(values))
      if (value !== undefined) yield [{ [label]: name }, value];
}
