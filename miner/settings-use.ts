/**
 * What a miner is built of, as its settings say.
 * @module
 */
import type { NodeEndpoint } from '../node/endpoint.js';
import type { CareOptions, DeviceOptions, FullNodeOptions, PoolOptions } from './app.js';
import type { MinerSettings } from './config/miner-config.js';
import type { PoolPlace } from './config/schema.js';
import type { PoolEndpoint } from './sources/pool-endpoint.js';
import type { PoolLogin } from './sources/stratum-client.js';

/** What to mine for. @param agent - name and version of this program, for pools */
export function workOf(settings: MinerSettings, agent: string): FullNodeOptions | PoolOptions {
  const { nodes, restPort, apiKey, pools, user, password, tlsInsecure, allowRedirect } = settings;
  if (nodes !== undefined) {
    const endpoints = nodes.map(
      ({ host, port, restPort: own }): NodeEndpoint => ({ host, port, restPort: own ?? restPort }),
    );
    return { endpoints, apiKey: apiKey?.reveal() };
  }
  const logins = pools!.map(
    (pool: PoolPlace): PoolLogin => ({
      user: pool.user ?? user!,
      password: (pool.password ?? password).reveal(),
      agent,
    }),
  );
  const endpoints = pools!.map(
    ({ carrier, host, port, path }): PoolEndpoint => ({ carrier, host, port, path }),
  );
  return { pools: endpoints, login: logins, tlsInsecure, allowRedirect };
}

/** What mines. @param usable - threads that the CPU device has where nobody says */
export function devicesOf({ devices, threads, affinity }: MinerSettings, usable: number): DeviceOptions {
  return {
    devices,
    threads: threads ?? affinity?.length ?? usable,
    ...(affinity !== undefined && { affinity }),
  };
}

/** How devices are looked after. */
export function careOf({ sensors, limits, watchdog }: MinerSettings): CareOptions {
  const { temperature, loadPercent, pauseOnBattery, schedule } = limits;
  return {
    sensors,
    limits: { temperatureC: temperature, load: loadPercent / 100, pauseOnBattery, schedule },
    watchdog,
  };
}
