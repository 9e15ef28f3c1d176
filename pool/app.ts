/**
 * The pool as one process: a recording, a front end on it, and what is told of them over HTTP.
 * @module
 */
import { API_SERVICE, apiServiceOf } from './api-service/api-service.js';
import { fateServiceOf } from './block-fates/fate-service.js';
import type { PoolConfig } from './config/pool-config.js';
import type { BlockFigures } from './domain/block-figures.js';
import type { PoolServerEvent, PoolStatus } from './domain/events.js';
import { FACTS_MS } from './domain/live-facts.js';
import type { Pool } from './engine.js';
import { type FrontEnd, startFrontEnd } from './front-end.js';
import { createPoolMetrics } from './metrics/prometheus.js';
import { startStoreProbe } from './metrics/store-probe.js';
import { latestMoney } from './money/latest-money.js';
import type { PoolPolw } from './polw/open-pool-polw.js';
import { takeFrontEndPlace } from './process/front-end-place.js';
import { openPoolDataFolder } from './process/open-data-folder.js';
import { FLUSH_MS, openPoolRecording } from './process/open-pool-recording.js';
import { startPoolAdmin } from './process/pool-admin.js';

export interface PoolRunModules {
  /** @param process - number of the worker process that it comes from, where there are several */
  readonly onEvent: (event: PoolServerEvent, process?: number) => void;
  /** Of the program. */
  readonly version: string;
  /** Whether events of level debug are told. */
  readonly detailed?: boolean;
}

/** A pool at work, whether of one process or of several. */
export interface RunningPool {
  /** Port of each listener of miners, by its name. */
  readonly ports: ReadonlyMap<string, number>;
  /** Ports of API and administration, where they are served. */
  readonly httpPort: number | undefined;
  readonly adminPort: number | undefined;
  /** Settles when the pool can't go on: with the reason. */
  readonly failure: Promise<Error>;
  /** Where it stands; its hashrate is over the time since this was asked last. */
  status(): PoolStatus;
  /** Reads certificates again. */
  reload(): void;
  /** Takes no more connections, ends those there are, and puts everything on record. */
  close(): Promise<void>;
}

/** A pool of this process. */
export interface PoolApp extends RunningPool {
  readonly pool: Pool;
  /** Undefined where the pool supplies no coins. */
  readonly polw: PoolPolw | undefined;
  /** Connections that never became a miner's, counted by reason. */
  readonly refused: ReadonlyMap<string, number>;
}

/**
 * Starts a pool.
 * @throws ListenError if it can't listen
 * @throws StoreMismatchError, StoreUnavailableError and what else opening the store throws
 * @throws ClockOffsetError if the store's clock is off
 * @throws DataFolderTakenError if another pool has the data folder
 * @throws DataFolderUnwritableError if there is no room in it
 */
export async function startPool(
  config: PoolConfig,
  { onEvent, version, detailed = false }: PoolRunModules,
): Promise<PoolApp> {
  openPoolDataFolder(config, onEvent);
  let httpPort: number | undefined;
  let frontEnd: FrontEnd | undefined;
  const { name, release } = await takeFrontEndPlace(config.dataFolder);
  let figures: BlockFigures | undefined;
  const onFigures = (counted: BlockFigures): void => {
    figures = counted;
  };
  const blockFigures = (): BlockFigures | undefined => figures;
  const money = latestMoney(config, onEvent);
  const recording = await openPoolRecording(config, {
    onEvent,
    onNews: () => frontEnd?.readStoreAgain(),
    services: [
      ...apiServiceOf(config, {
        onListening: (port) => {
          httpPort = port;
        },
        onTrouble: (message) => onEvent({ type: 'notice', level: 'warn', name: 'api', message }),
      }),
      fateServiceOf(config, name, { onEvent, onFigures }),
      ...money.services,
    ],
  }).catch((error: unknown) => {
    release();
    throw error;
  });
  const closers: (() => Promise<unknown> | unknown)[] = [release, () => recording.close(FLUSH_MS)];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const started = await startFrontEnd(config, {
      recording,
      name,
      onEvent,
      version,
      detailed,
      blockFigures,
      moneyFigures: money.figures,
    });
    frontEnd = started;
    closers.push(() => started.close(config.stop.closeOverMs));
    const metrics = createPoolMetrics(() => started.metricFacts());
    const probe = startStoreProbe(recording.store, metrics.noteStoreLatency);
    closers.push(() => probe.close());
    const facts = setInterval(() => {
      recording.tell(API_SERVICE, { type: 'facts', frontEnd: name, facts: started.liveFacts() });
    }, FACTS_MS);
    closers.push(() => clearInterval(facts));
    const admin = await startPoolAdmin(config, {
      frontEnds: () => [{ ...started.metricFacts(), refusedLogins: started.refusedLogins() }],
      version,
      metrics: () => metrics.text(),
      metricsContentType: metrics.contentType,
      status: () => started.status(),
      connections: async (query) => started.pool.connections(query),
      store: recording.store,
      bans: () => recording.store.bans(),
      removeBan: (address) => started.removeBan(address),
      polw: started.polw,
    });
    if (admin !== undefined) closers.push(() => admin.close());
    if (httpPort !== undefined && config.http !== false) {
      const { host, page } = config.http;
      onEvent({ type: 'serving', what: 'api', host, port: httpPort, page });
    }
    if (admin !== undefined && config.admin !== false)
      onEvent({ type: 'serving', what: 'admin', host: config.admin.host, port: admin.port });
    return {
      pool: started.pool,
      polw: started.polw,
      refused: started.refused,
      ports: started.ports,
      httpPort,
      adminPort: admin?.port,
      failure: started.failure,
      status: started.status,
      reload: started.reload,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
