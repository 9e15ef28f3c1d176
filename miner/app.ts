/**
 * The miner put together: sources and devices meet the core here, and nowhere else.
 * @module
 */

import { randomBytes } from 'node:crypto';
import type { NodeEndpoint } from '../node/endpoint.js';
import { NodeSet } from '../node/node-set.js';
import type { Nodes } from '../node/node-set-port.js';
import { createDeferred } from '../protocol/deferred.js';
import { PREFIX_BYTES } from '../shaders/search.js';
import type { MinerEvent } from './core/events.js';
import { Miner } from './core/miner.js';
import type { JobSource } from './core/source.js';
import type { DeviceChoice } from './device-choice.js';
import { Devices, type DevicesOptions } from './devices.js';
import { type LimitSettings, Limits } from './limits/limits.js';
import { startMinerClock } from './miner-clock.js';
import { Sensors } from './sensors/sensors.js';
import { ChangingSource } from './sources/changing-source.js';
import { FullNodeSource } from './sources/full-node-source.js';
import type { PoolEndpoint } from './sources/pool-endpoint.js';
import type { PoolLogin } from './sources/stratum-client.js';
import { StratumSource } from './sources/stratum-source.js';
import { openTransport } from './sources/transports/open-transport.js';
import { DEFAULT_WATCHDOG, Watchdog, type WatchdogSettings } from './watchdog/watchdog.js';

/** Options for mining on full nodes. */
export interface FullNodeOptions {
  /** Full nodes in order of preference. */
  readonly endpoints: readonly NodeEndpoint[];
  /** Key of the nodes' REST API. */
  readonly apiKey?: string | undefined;
}

/** Options for mining on a set of nodes that was made elsewhere. */
export interface NodesOptions {
  /** Not open yet; closed with the miner. */
  readonly nodes: Nodes;
}

/** Options for mining for pools. */
export interface PoolOptions {
  /** Pools in order of preference. */
  readonly pools: readonly PoolEndpoint[];
  /** For all of them, or one for each in their order. */
  readonly login: PoolLogin | readonly PoolLogin[];
  /** Whether any TLS certificate is taken. */
  readonly tlsInsecure: boolean;
  /** Whether `client.reconnect` is followed to other hosts, too. */
  readonly allowRedirect: boolean;
}

export interface DeviceOptions {
  readonly devices: DeviceChoice;
  /** Threads of the CPU device. */
  readonly threads: number;
  /** CPUs that they are bound to, one each; as many as threads, or more. */
  readonly affinity?: readonly number[] | undefined;
}

/** How devices are looked after. */
export interface CareOptions {
  /** Whether their sensors are read; they are by default. */
  readonly sensors?: boolean;
  /** What they are held for, and how busy they may be; without limits by default. */
  readonly limits?: LimitSettings;
  /** What is done in trouble; devices are started again by default. */
  readonly watchdog?: WatchdogSettings;
}

/** What to mine for. */
export type WorkOptions = FullNodeOptions | NodesOptions | PoolOptions;

export type MinerAppOptions = DeviceOptions & CareOptions & WorkOptions;

export interface MinerAppModules {
  readonly onEvent: (event: MinerEvent) => void;
}

/** A miner at work. */
export interface MinerApp {
  readonly miner: Miner;
  /** Has it mine for something else: devices go on until there are jobs of that, 10 s at most. */
  changeWork(work: WorkOptions): void;
  /**
   * Has other devices mine; those that were asked for before, too, go on undisturbed. To be called once at a time.
   * @throws UnknownDeviceError if a device is not there; then all goes on as before
   * @throws AdapterListError if cards can't be listed; as well
   */
  changeDevices(devices: DeviceOptions): Promise<void>;
  /** Looks after devices in another way from now on; sensors are read, or not, until the end. */
  changeCare(care: Omit<CareOptions, 'sensors'>): void;
  /**
   * Settles when no device is left that could mine, or none could be started, or with a `TroubleError` where the watchdog is to
   * end the miner: with the reason.
   */
  readonly failure: Promise<Error>;
  /** Stops hashing, waits a moment for the answers to what was sent, and ends. */
  close(): Promise<void>;
}

export function startMiner(options: MinerAppOptions, modules: MinerAppModules): MinerApp {
  const failure = createDeferred<Error>();
  let starting = true;
  let closed = false;
  const notice = (name: string, message: string): void =>
    modules.onEvent({ type: 'notice', level: 'warn', name, message });
  const failIfNoneLeft = (): void => {
    const left = miner.status().devices.filter(({ state }) => state !== 'failed' && state !== 'stopped');
    if (!starting && left.length === 0) failure.resolve(new Error('no device is left that could mine'));
  };
  const onEvent = (event: MinerEvent): void => {
    modules.onEvent(event);
    watchdog.see(event);
    if (event.type === 'device' && event.state === 'failed') failIfNoneLeft();
  };
  const source = new ChangingSource(createSource(options));
  const sensors =
    options.sensors === false
      ? undefined
      : new Sensors({
          onFault: (message) => notice('sensors', message),
        });
  const miner: Miner = new Miner({
    source,
    now: () => performance.now(),
    noncePrefix: randomBytes(PREFIX_BYTES),
    onEvent,
    ...(sensors === undefined ? {} : { sensors }),
  });
  const watchdog = new Watchdog(
    {
      status: () => miner.status(),
      onNotice: (message) => notice('watchdog', message),
      onExit: failure.resolve,
    },
    options.watchdog,
  );
  const limits = new Limits({ miner, onNotice: (message) => notice('limits', message) });
  if (options.limits !== undefined) limits.set(options.limits);
  const devices = new Devices(devicesOptions(options), { miner, onEvent });
  const clock = startMinerClock(miner, source);
  const start = async (): Promise<void> => {
    if (closed) return;
    miner.start();
    await devices.start();
  };
  // Nobody is connected to before it is known that the devices that were asked for are there.
  const found = devices.find();
  const started = found === undefined ? start() : found.then(start);
  started.then(() => {
    starting = false;
    failIfNoneLeft();
  }, failure.resolve);
  return {
    miner,
    failure: failure.promise,
    changeWork: (work) => source.change(createSource(work)),
    changeDevices: async (next) => {
      await started;
      await devices.change(devicesOptions(next));
      failIfNoneLeft();
    },
    changeCare: (care) => {
      limits.set(care.limits ?? {});
      watchdog.set(care.watchdog ?? DEFAULT_WATCHDOG);
    },
    close: async () => {
      closed = true;
      devices.close();
      watchdog.close();
      limits.close();
      sensors?.close();
      await clock.close();
    },
  };
}

function devicesOptions({ devices: choice, threads, affinity }: DeviceOptions): DevicesOptions {
  return { choice, threads, affinity };
}

function createSource(options: WorkOptions): JobSource {
  if ('nodes' in options) return new FullNodeSource(options.nodes);
  if ('endpoints' in options) {
    const nodes = options.endpoints.map((endpoint) => ({ endpoint }));
    return new FullNodeSource(new NodeSet({ nodes, link: { apiKey: options.apiKey } }));
  }
  const { pools, login, tlsInsecure, allowRedirect } = options;
  return new StratumSource({ endpoints: pools, login, openTransport, link: { tlsInsecure, allowRedirect } });
}
