/**
 * The miner put together: sources and devices meet the core here, and nowhere else.
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { NodeEndpoint } from '../node/endpoint.js';
import { PREFIX_BYTES } from '../shaders/search.js';
import type { MinerEvent } from './core/events.js';
import { Miner } from './core/miner.js';
import type { DeviceChoice } from './device-choice.js';
import { Devices } from './devices.js';
import { FullNodeSource } from './sources/full-node-source.js';

export interface MinerAppOptions {
  /** Full nodes in order of preference. */
  readonly endpoints: readonly NodeEndpoint[];
  /** For the nodes' REST API. */
  readonly apiKey?: string | undefined;
  readonly devices: DeviceChoice;
  /** Threads of the CPU device. */
  readonly threads: number;
}

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

export function startMiner(options: MinerAppOptions, modules: MinerAppModules): MinerApp {
  let fail: (reason: Error) => void = () => {};
  const failure = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  let starting = true;
  const failIfNoneLeft = (): void => {
    const left = miner.status().devices.filter(({ state }) => state !== 'failed' && state !== 'stopped');
    if (!starting && left.length === 0) fail(new Error('no device is left that could mine'));
  };
  const onEvent = (event: MinerEvent): void => {
    modules.onEvent(event);
    if (event.type === 'device' && event.state === 'failed') failIfNoneLeft();
  };
  const miner: Miner = new Miner({
    source: new FullNodeSource({ endpoints: options.endpoints, link: { apiKey: options.apiKey } }),
    now: () => performance.now(),
    noncePrefix: randomBytes(PREFIX_BYTES),
    onEvent,
  });
  const devices = new Devices({ choice: options.devices, threads: options.threads }, { miner, onEvent });
  const timer = setInterval(() => miner.tick(), TICK_MS);
  miner.start();
  devices.start().then(() => {
    starting = false;
    failIfNoneLeft();
  }, fail);
  return {
    miner,
    failure,
    close: async () => {
      devices.close();
      miner.stop();
      const deadline = performance.now() + CLOSE_WAIT_MS;
      while (miner.submissionsInFlight > 0 && performance.now() < deadline) await sleep(20);
      clearInterval(timer);
      await miner.close();
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
