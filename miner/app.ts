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
import { Devices } from './devices.js';
import { FullNodeSource } from './sources/full-node-source.js';
import type { PoolEndpoint } from './sources/pool-endpoint.js';
import type { PoolLogin } from './sources/stratum-client.js';
import { StratumSource } from './sources/stratum-source.js';

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
  readonly login: PoolLogin;
  /** Whether any TLS certificate is taken. */
  readonly tlsInsecure: boolean;
  /** Whether `client.reconnect` is followed to other hosts, too. */
  readonly allowRedirect: boolean;
}

export interface DeviceOptions {
  readonly devices: DeviceChoice;
  /** Threads of the CPU device. */
  readonly threads: number;
}

export type MinerAppOptions = DeviceOptions & (FullNodeOptions | NodesOptions | PoolOptions);

export interface MinerAppModules {
  readonly onEvent: (event: MinerEvent) => void;
}

/** A miner at work. */
export interface MinerApp {
  readonly miner: Miner;
  /** Settles when no device is left that could mine, or none could be started: with the reason. */
  readonly failure: Promise<Error>;
  /** Stops hashing, waits a moment for the answers to what was sent, and ends. */
  close(): Promise<void>;
}

/** Longest wait for answers at the end, ms. */
const CLOSE_WAIT_MS = 1_000;

const TICK_MS = 250;

/** How often a pool is told the measured hashrate, ms: it also shows a pool that a slow miner lives. */
const HASHRATE_REPORT_MS = 10_000;

export function startMiner(options: MinerAppOptions, modules: MinerAppModules): MinerApp {
  const failure = createDeferred<Error>();
  let starting = true;
  let closed = false;
  const failIfNoneLeft = (): void => {
    const left = miner.status().devices.filter(({ state }) => state !== 'failed' && state !== 'stopped');
    if (!starting && left.length === 0) failure.resolve(new Error('no device is left that could mine'));
  };
  const onEvent = (event: MinerEvent): void => {
    modules.onEvent(event);
    if (event.type === 'device' && event.state === 'failed') failIfNoneLeft();
  };
  const source = createSource(options);
  const miner: Miner = new Miner({
    source,
    now: () => performance.now(),
    noncePrefix: randomBytes(PREFIX_BYTES),
    onEvent,
  });
  const devices = new Devices({ choice: options.devices, threads: options.threads }, { miner, onEvent });
  const timer = setInterval(() => miner.tick(), TICK_MS);
  const reports = setInterval(
    () => source.reportHashrate?.(miner.status().hashrates.over60s),
    HASHRATE_REPORT_MS,
  );
  const start = async (): Promise<void> => {
    if (closed) return;
    miner.start();
    await devices.start();
  };
  // Nobody is connected to before it is known that the devices that were asked for are there.
  const found = devices.find();
  (found === undefined ? start() : found.then(start)).then(() => {
    starting = false;
    failIfNoneLeft();
  }, failure.resolve);
  return {
    miner,
    failure: failure.promise,
    close: async () => {
      closed = true;
      devices.close();
      miner.stop();
      const deadline = performance.now() + CLOSE_WAIT_MS;
      while (miner.submissionsInFlight > 0 && performance.now() < deadline) await sleep(20);
      clearInterval(timer);
      clearInterval(reports);
      await miner.close();
    },
  };
}

function createSource(options: FullNodeOptions | NodesOptions | PoolOptions): JobSource {
  if ('nodes' in options) return new FullNodeSource(options.nodes);
  if ('endpoints' in options) {
    const nodes = options.endpoints.map((endpoint) => ({ endpoint }));
    return new FullNodeSource(new NodeSet({ nodes, link: { apiKey: options.apiKey } }));
  }
  const { pools, login, tlsInsecure, allowRedirect } = options;
  return new StratumSource({ endpoints: pools, login, link: { tlsInsecure, allowRedirect } });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
