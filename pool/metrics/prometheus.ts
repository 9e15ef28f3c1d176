/**
 * The catalogue of metrics through prom-client: text for Prometheus, and snapshots that can be sent to another
 * process and summed there.
 * @module
 */
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricDefinition, MetricFacts, MetricValues } from './metric-definition.js';
import { POOL_METRICS, STORE_LATENCY, STORE_LATENCY_BUCKETS } from './metrics.js';

/** The values of one process at one moment: plain data. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** prom-client's default metrics that list every socket: with 18,000 sockets they would stop the stratum loop for tens of milliseconds. */
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

/** Of the text of all metrics. */
export const PROMETHEUS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

export interface PoolMetrics {
  readonly contentType: string;
  /** The metrics of a process. */
  text(): Promise<string>;
  snapshot(): Promise<MetricsSnapshot>;
  /** The store answered a small question. @param seconds - in that time */
  noteStoreLatency(seconds: number): void;
}

/** @param facts - called at each scrape @param withProcess - whether to tell of the process, too: CPU, memory, event loop */
export function createPoolMetrics(facts: () => MetricFacts, withProcess = true): PoolMetrics {
  const registry = new Registry();
  // The facts are read once for each scrape, not once for each metric.
  let current = facts();
  for (const definition of POOL_METRICS) register(registry, definition, () => current);
  const latency = new Histogram({
    ...STORE_LATENCY,
    buckets: [...STORE_LATENCY_BUCKETS],
    registers: [registry],
  });
  if (withProcess) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_EVERY_MS });
    for (const name of SLOW_DEFAULT_METRICS) registry.removeSingleMetric(name);
  }
  return {
    contentType: registry.contentType,
    text: () => {
      current = facts();
      return registry.metrics();
    },
    snapshot: () => {
      current = facts();
      return registry.getMetricsAsJSON();
    },
    noteStoreLatency: (seconds) => latency.observe(seconds),
  };
}

/** The metrics of several processes as those of one. */
export function metricsTogether(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}

function register(registry: Registry, definition: MetricDefinition, facts: () => MetricFacts): void {
  const { name, help, kind, label, together, read } = definition;
  const settings = {
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [registry],
    aggregator: together,
  };
  if (kind === 'counter') {
    new Counter({
      ...settings,
      collect() {
        // The value is counted elsewhere: the counter is only set to it.
        this.reset();
        for (const [labels, value] of valuesOf(read(facts()) ?? {}, label)) this.inc(labels, value);
      },
    });
  } else {
    new Gauge({
      ...settings,
      collect() {
        const values = read(facts());
        this.reset();
        // After a reset a gauge without a label would report 0.
        if (values === undefined) this.remove();
        else for (const [labels, value] of valuesOf(values, label)) this.set(labels, value);
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
