/**
 * The catalogue of metrics through prom-client: text for Prometheus, and snapshots that can be sent to another
 * process and summed there.
 * @module
 */
import { AggregatorRegistry, Histogram, Registry } from 'prom-client';
import { registerMetric, registerProcess } from '../../metrics/register-metrics.js';
import type { MetricFacts } from './metric-definition.js';
import { POOL_METRICS, STORE_LATENCY, STORE_LATENCY_BUCKETS } from './metrics.js';

/** The values of one process at one moment: plain data. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

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
  for (const definition of POOL_METRICS)
    registerMetric(registry, definition, () => current, definition.together);
  const latency = new Histogram({
    ...STORE_LATENCY,
    buckets: [...STORE_LATENCY_BUCKETS],
    registers: [registry],
  });
  if (withProcess) registerProcess(registry);
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
