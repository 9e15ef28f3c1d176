/**
 * A pool of several processes on one machine: the primary takes connections and hands them round, serves the API and
 * the sum of the metrics; workers are front ends like those on other machines, and share one Redis with them.
 * @module
 */

import cluster from 'node:cluster';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDeferred } from '../../../protocol/deferred.js';
import { API_SERVICE, apiServiceOf } from '../../api-service/api-service.js';
import type { ToApiService } from '../../api-service/api-service-messages.js';
import type { PoolRunModules, RunningPool } from '../../app.js';
import type { PoolConfig } from '../../config/pool-config.js';
import { storeSettingsOf } from '../../config/store-settings-of.js';
import { type ConnectionQuery, connectionsTogether } from '../../domain/connection-facts.js';
import type { PoolServerEvent, PoolStatus } from '../../domain/events.js';
import { LISTEN_ERROR_CODE, ListenError } from '../../domain/listen-error.js';
import { metricsTogether, PROMETHEUS_CONTENT_TYPE } from '../../metrics/prometheus.js';
import { describeRecording } from '../../report/recording-words.js';
import { openStoreThread } from '../../store-thread/store-thread.js';
import { frontEndName } from '../front-end-place.js';
import { openPoolDataFolder } from '../open-data-folder.js';
import { STORE_MODULE } from '../open-pool-recording.js';
import { type FrontEndFacts, startPoolAdmin } from '../pool-admin.js';
import type { FromWorker } from './messages.js';
import { Notices } from './notices.js';
import { statusTogether } from './status-together.js';
import { WorkerProcess } from './worker-process.js';

export interface PoolWorkersOptions {
  readonly config: PoolConfig;
  /** The file that it was read from: workers read it again. */
  readonly configPath: string;
  /** 1 to 64. */
  readonly workers: number;
}

/** What every worker says alike: it is told once, by the first. */
const TOLD_ONCE: ReadonlySet<PoolServerEvent['type']> = new Set(['listening', 'identity', 'node', 'noNode']);

/** How much longer than its closes take a worker may need to end, ms. */
const STOP_GRACE_MS = 15_000;

interface Latest {
  readonly status: PoolStatus;
  readonly frontEnd: FrontEndFacts;
}

/**
 * Starts the workers, and resolves when all of them serve miners.
 * @throws Error if one of them can't start
 * @throws DataFolderUnwritableError if there is no room in the data folder
 */
export async function startPoolWorkers(
  { config, configPath, workers: count }: PoolWorkersOptions,
  { onEvent, version, detailed = false }: PoolRunModules,
): Promise<RunningPool> {
  openPoolDataFolder(config, onEvent);
  const notices = new Notices();
  const tell = (event: PoolServerEvent, process?: number): void => {
    if (event.type !== 'notice' || notices.isNews(event, performance.now())) onEvent(event, process);
  };
  let httpPort: number | undefined;
  const thread = await openStoreThread({
    storeModule: STORE_MODULE,
    settings: storeSettingsOf(config),
    services: apiServiceOf(config, {
      onListening: (port) => {
        httpPort = port;
      },
      onTrouble: (message) => tell({ type: 'notice', level: 'warn', name: 'api', message }),
    }),
    onEvent: (event) => {
      const line = describeRecording(event);
      if (line !== undefined) tell({ type: 'notice', name: 'recording', ...line });
    },
    onFigures: () => {},
  });
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./worker.js', import.meta.url)),
    args: [],
    serialization: 'advanced',
  });

  const latest = new Map<number, Latest>();
  const ports = new Map<string, number>();
  let started = false;
  const failure = createDeferred<Error>();
  const tellApi = (message: ToApiService): void => thread.tell(API_SERVICE, message);
  const nameOf = (number: number): string => frontEndName(config.dataFolder, number);
  const ready = new Map<number, () => void>();

  const hear = (number: number, message: FromWorker): void => {
    if (message.type === 'event') {
      if (!TOLD_ONCE.has(message.event.type)) tell(message.event, number);
      else if (number === 0) tell(message.event);
    } else if (message.type === 'ready') {
      for (const [name, port] of message.ports) ports.set(name, port);
      ready.get(number)?.();
    } else if (message.type === 'facts') {
      latest.set(number, message);
      tellApi({ type: 'facts', frontEnd: nameOf(number), facts: message.facts });
    } else if (message.type === 'failed') {
      // At the start any failure is the end; later a worker that fails is started again, and the others go on.
      if (message.fatal || !started) failure.resolve(errorOf(message));
    }
  };
  const workers = Array.from(
    { length: count },
    (_, number) =>
      new WorkerProcess({
        number,
        configPath: resolve(configPath),
        version,
        detailed,
        onMessage: (message) => hear(number, message),
        onDeath: (reason, retryInMs) => {
          latest.delete(number);
          tellApi({ type: 'gone', frontEnd: nameOf(number) });
          const message = `${reason}; started again in ${(retryInMs / 1000).toFixed(1)} s`;
          onEvent({ type: 'notice', level: 'warn', name: `worker ${number}`, message });
        },
      }),
  );
  const closeWorkers = async (): Promise<void> => {
    const limitMs = config.stop.closeOverMs + STOP_GRACE_MS;
    await Promise.all(workers.map((worker) => worker.stop(limitMs)));
    await thread.close(0);
  };
  try {
    const all = workers.map((worker) => new Promise<void>((done) => ready.set(worker.number, done)));
    for (const worker of workers) worker.start();
    const early = await Promise.race([Promise.all(all).then(() => undefined), failure.promise]);
    if (early !== undefined) throw early;
    started = true;
    const admin = await startPoolAdmin(config, {
      frontEnds: () => [...latest.values()].map(({ frontEnd }) => frontEnd),
      metrics: async () => {
        const snapshots = await Promise.all(workers.map((worker) => worker.metrics()));
        return metricsTogether(snapshots.filter((snapshot) => snapshot !== undefined));
      },
      metricsContentType: PROMETHEUS_CONTENT_TYPE,
      status: () => statusTogether([...latest.values()].map(({ status }) => status)),
      connections: (query) =>
        connectionsTogether(
          workers.map((worker) => (one: ConnectionQuery) => worker.connections(one)),
          query,
        ),
      version,
      store: thread.store,
      bans: () => thread.store.bans(),
      removeBan: async (address) => {
        await thread.store.removeBan(address);
        await thread.store.publish({ type: 'unban', address });
      },
    });
    if (httpPort !== undefined && config.http !== false)
      onEvent({ type: 'serving', what: 'api', host: config.http.host, port: httpPort });
    if (admin !== undefined && config.admin !== false)
      onEvent({ type: 'serving', what: 'admin', host: config.admin.host, port: admin.port });
    return {
      ports,
      httpPort,
      adminPort: admin?.port,
      failure: failure.promise,
      status: () => statusTogether([...latest.values()].map(({ status }) => status)),
      reload: () => {
        for (const worker of workers) worker.reload();
      },
      close: async () => {
        await admin?.close();
        await closeWorkers();
      },
    };
  } catch (error) {
    await closeWorkers();
    throw error;
  }
}

/** Why a worker failed, as an error of its class where somebody asks for that. */
function errorOf({ message, code }: FromWorker & { type: 'failed' }): Error {
  return code === LISTEN_ERROR_CODE ? new ListenError(message) : new Error(message);
}
