/**
 * A pool of several processes on one machine: the primary takes connections and hands them round, serves the API and
 * the sum of the metrics; workers are front ends like those on other machines, and share one Redis with them.
 *
 * ```
 * worker 0 --+                        +--> log
 * worker 1 --+--> worker group -------+--> API, in the store's thread
 * ...      --+    (newest facts)      +--> administration
 * ```
 * @module
 */

import { API_SERVICE, apiServiceOf } from '../../api-service/api-service.js';
import type { PoolRunModules, RunningPool } from '../../app.js';
import type { PoolConfig } from '../../config/pool-config.js';
import { storeSettingsOf } from '../../config/store-settings-of.js';
import type { PoolServerEvent } from '../../domain/events.js';
import type { Admin } from '../../http/admin/admin.js';
import { PROMETHEUS_CONTENT_TYPE } from '../../metrics/prometheus.js';
import type { Store } from '../../ports/store.js';
import { describeRecording } from '../../report/recording-words.js';
import { openStoreThread, type StoreThread } from '../../store-thread/store-thread.js';
import { frontEndName } from '../front-end-place.js';
import { openPoolDataFolder } from '../open-data-folder.js';
import { STORE_MODULE } from '../open-pool-recording.js';
import { startPoolAdmin } from '../pool-admin.js';
import { Notices } from './notices.js';
import { WorkerGroup, type WorkerGroupOptions } from './worker-group.js';

export interface PoolWorkersOptions extends Pick<WorkerGroupOptions, 'workers' | 'configPath'> {
  /** What the file at `configPath` says. */
  readonly config: PoolConfig;
}

/** How much longer than its closes take a worker may need to end, ms. */
const STOP_GRACE_MS = 15_000;

/** Tells an event, unless it is a notice that was told a moment ago. @param process - number of the worker */
type Tell = (event: PoolServerEvent, process?: number) => void;

/**
 * Starts the workers, and resolves when all of them serve miners.
 * @throws Error if one of them can't start
 * @throws DataFolderUnwritableError if there is no room in the data folder
 */
export async function startPoolWorkers(
  { config, configPath, workers }: PoolWorkersOptions,
  { onEvent, version, detailed = false }: PoolRunModules,
): Promise<RunningPool> {
  openPoolDataFolder(config, onEvent);
  const notices = new Notices();
  const tell: Tell = (event, process) => {
    if (event.type !== 'notice' || notices.isNews(event, performance.now())) onEvent(event, process);
  };
  const { thread, httpPort } = await openPrimaryStore(config, tell);
  const nameOf = (number: number): string => frontEndName(config.dataFolder, number);
  const group = new WorkerGroup(
    { workers, configPath, version, detailed },
    {
      onEvent: tell,
      onFacts: (number, facts) =>
        thread.tell(API_SERVICE, { type: 'facts', frontEnd: nameOf(number), facts }),
      onDeath: (number, reason, retryInMs) => {
        thread.tell(API_SERVICE, { type: 'gone', frontEnd: nameOf(number) });
        const message = `${reason}; started again in ${(retryInMs / 1000).toFixed(1)} s`;
        onEvent({ type: 'notice', level: 'warn', name: `worker ${number}`, message });
      },
    },
  );
  const close = async (): Promise<void> => {
    await group.stop(config.stop.closeOverMs + STOP_GRACE_MS);
    await thread.close(0);
  };
  try {
    await group.start();
    const admin = await startGroupAdmin(config, { group, store: thread.store, version });
    if (httpPort !== undefined && config.http !== false) {
      const { host, page } = config.http;
      onEvent({ type: 'serving', what: 'api', host, port: httpPort, page });
    }
    if (admin !== undefined && config.admin !== false)
      onEvent({ type: 'serving', what: 'admin', host: config.admin.host, port: admin.port });
    return {
      ports: group.ports,
      httpPort,
      adminPort: admin?.port,
      failure: group.failure,
      status: () => group.status(),
      reload: () => group.reload(),
      close: async () => {
        await admin?.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface PrimaryStore {
  readonly thread: StoreThread;
  /** Port of the API, where it is served. */
  readonly httpPort: number | undefined;
}

/** Opens the store in a thread, with the API beside it. */
async function openPrimaryStore(config: PoolConfig, tell: Tell): Promise<PrimaryStore> {
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
  return { thread, httpPort };
}

interface GroupAdminModules {
  readonly group: WorkerGroup;
  readonly store: Store;
  readonly version: string;
}

/** The operator's listener over all workers. @returns undefined where none is wanted @throws ListenError */
function startGroupAdmin(
  config: PoolConfig,
  { group, store, version }: GroupAdminModules,
): Promise<Admin | undefined> {
  return startPoolAdmin(config, {
    frontEnds: () => group.frontEnds(),
    metrics: () => group.metrics(),
    metricsContentType: PROMETHEUS_CONTENT_TYPE,
    status: () => group.status(),
    connections: (query) => group.connections(query),
    version,
    store,
    bans: () => store.bans(),
    polw: config.polw === undefined ? undefined : group.polw,
    removeBan: async (address) => {
      await store.removeBan(address);
      await store.publish({ type: 'unban', address });
    },
  });
}
