/**
 * A miner's metrics as text for Prometheus.
 * @module
 */
import { Registry } from 'prom-client';
import { registerMetric, registerProcess } from '../../metrics/register-metrics.js';
import type { MinerStatus } from '../core/events.js';
import { MINER_METRICS } from './miner-metrics.js';

export interface MinerMetrics {
  readonly contentType: string;
  /** All of them, as a status has them. */
  text(status: MinerStatus): Promise<string>;
}

export function createMinerMetrics(): MinerMetrics {
  const registry = new Registry();
  let current: MinerStatus | undefined;
  for (const { read, ...definition } of MINER_METRICS)
    registerMetric(
      registry,
      {
        ...definition,
        read: (status: MinerStatus | undefined) => (status === undefined ? undefined : read(status)),
      },
      () => current,
    );
  registerProcess(registry);
  return {
    contentType: registry.contentType,
    text: (status) => {
      current = status;
      return registry.metrics();
    },
  };
}
