/**
 * The pool put together: nodes, recording, sessions and listeners meet here, and nowhere else.
 *
 * ```
 * listeners -> stratum server -> pool core -> journal -> recorder's thread -> store
 *                                   |                                           |
 *                                   +--> full nodes        shared state  <------+
 * ```
 * @module
 */
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import type { NodeAddress } from '../node/node-set.js';
import { blockHash } from '../protocol/pow.js';
import { createWasmKernel, simdSupported } from '../shaders/cpu/wasm.js';
import type { ListenerConfig } from './config/listener-schema.js';
import type { NodeConfig, PoolConfig } from './config/pool-config.js';
import { Bans } from './core/bans.js';
import { DifficultyMemory } from './core/difficulty-memory.js';
import type { PoolServerEvent, PoolStatus } from './core/events.js';
import { ExtranonceKeeper } from './core/extranonce-keeper.js';
import { Pool } from './core/pool.js';
import type { ListenerSettings } from './core/session-host.js';
import { createStatusReader } from './core/status-reader.js';
import { openRecording, type Recording } from './recorder/open-recording.js';
import { describeRecording } from './report/recording-words.js';
import { SharedState } from './shared-state.js';
import { storeSettingsOf } from './store-settings-of.js';
import type { Acceptor } from './stratum/acceptor.js';
import { connectionsWithin, RESERVED_FILES, readFileLimit } from './stratum/file-limit.js';
import { startAcceptor } from './stratum/start-acceptor.js';
import { StratumServer } from './stratum/stratum-server.js';
import { FullNodeUpstream } from './upstream/full-node-upstream.js';

export interface PoolAppModules {
  readonly onEvent: (event: PoolServerEvent) => void;
}

/** A pool at work. */
export interface PoolApp {
  readonly pool: Pool;
  /** Where it stands; its hashrate is over the time since this was asked last. */
  status(): PoolStatus;
  /** Port of each listener, by its name. */
  readonly ports: ReadonlyMap<string, number>;
  /** Connections that never became a miner's, counted by reason. */
  readonly refused: ReadonlyMap<string, number>;
  /** Reads certificates again. */
  reload(): void;
  /** Settles when the pool can't go on: with the reason. */
  readonly failure: Promise<Error>;
  /** Takes no more connections, ends those there are, and puts everything on record. */
  close(): Promise<void>;
}

const TICK_MS = 500;

const MAX_LINE_BYTES = 8_192;

/** The store's clock may be off this machine's by less than this, ms: beyond, one of them is wrong. */
const MAX_CLOCK_OFFSET_MS = 2_000;

/** Longest wait at the end for what is pending to reach the store, ms: what does not is sent at the next start. */
const FLUSH_MS = 5_000;

/** The clock of this machine and the store's differ too much: shares would be booked at wrong times. */
export class ClockOffsetError extends Error {
  override readonly name = 'ClockOffsetError';
  readonly code = 'ERR_CLOCK_OFFSET';
}

/**
 * Starts a pool.
 * @throws Error with code EADDRINUSE and the like if it can't listen
 * @throws StoreMismatchError, StoreUnavailableError and what else opening the store throws
 * @throws ClockOffsetError if the store's clock is off
 */
export async function startPool(config: PoolConfig, modules: PoolAppModules): Promise<PoolApp> {
  const { onEvent } = modules;
  mkdirSync(config.dataFolder, { recursive: true });
  const recording = await openRecording(
    {
      folder: config.dataFolder,
      maxUnconfirmedBytes: config.journal.maxBytes,
      storeModule: new URL('./store/open-store.js', import.meta.url).href,
      settings: storeSettingsOf(config),
    },
    {
      onEvent: (event) => {
        const line = describeRecording(event);
        if (line !== undefined) onEvent({ type: 'notice', name: 'recording', ...line });
      },
    },
  );
  try {
    if (Math.abs(recording.offsetMs) >= MAX_CLOCK_OFFSET_MS)
      throw new ClockOffsetError(
        `the store's clock is ${(recording.offsetMs / 1_000).toFixed(1)} s ahead of this machine's: set them right`,
      );
    return await startServing(config, recording, modules);
  } catch (error) {
    await recording.close(0);
    throw error;
  }
}

async function startServing(
  config: PoolConfig,
  recording: Recording,
  { onEvent }: PoolAppModules,
): Promise<PoolApp> {
  const now = (): number => performance.now();
  const storeNow = (): number => recording.clock.now();
  const { store, journal } = recording;
  const limits = { ...config.limits, maxConnections: maxConnectionsOf(config, onEvent) };
  const frontEnd = hostname();
  let fail: (reason: Error) => void = () => {};
  const failure = new Promise<Error>((resolve) => {
    fail = resolve;
  });

  const upstream = new FullNodeUpstream({ nodes: config.nodes.map(nodeAddressOf) });
  const bans = new Bans(limits.trusted);
  const extranonces = new ExtranonceKeeper(config.extranonceBytes, {
    store,
    owner: frontEnd,
    storeNow,
    oldestLiveHeaderMs: () => pool.oldestLiveHeaderMs,
    onLost: (lost) => pool.loseExtranonces(lost),
  });
  await extranonces.start();
  const pool: Pool = new Pool(
    {
      frontEnd,
      refreshAfterMs: config.jobs.refreshAfterMs,
      parentGraceMs: config.jobs.parentGraceMs,
      maxLivePerChain: config.jobs.liveHeadersPerChain,
      tolerance: config.shares.tolerance,
      workersPerAccount: limits.workersPerAccount,
      workersPerAddress: limits.workersPerAddress,
    },
    {
      upstream,
      journal,
      hashHeader: chooseHash(),
      extranonces,
      difficultyMemory: new DifficultyMemory(store),
      now,
      storeNow,
      afterTick: (callback) => setImmediate(callback),
      onEvent: (event) => {
        if (event.type === 'identity') shared.claimNetwork(event.networkId);
        onEvent(event);
      },
      publish: (event) => shared.tell(event),
    },
  );
  const shared: SharedState = new SharedState({
    store,
    pool,
    bans,
    upstream,
    storeNow,
    onEvent,
    onFatal: (error) => fail(error),
  });
  const server = new StratumServer(
    {
      ...limits,
      ...limits.deadlines,
      maxLineBytes: MAX_LINE_BYTES,
      maxUnsentBytes: limits.unsentBytes,
      reconnectAgents: config.stop.reconnectAgents,
    },
    {
      pool,
      bans,
      now,
      storeNow,
      random: Math.random,
      onBan: (ban) => {
        shared.ban(ban);
        onEvent({ type: 'ban', ...ban });
      },
    },
  );
  pool.start();
  const timer = setInterval(() => {
    const nowMs = now();
    server.tick(nowMs);
    pool.tick();
    extranonces.tick();
    shared.tick(nowMs);
  }, TICK_MS);

  const acceptors: Acceptor[] = [];
  const close = async (overMs: number): Promise<void> => {
    for (const acceptor of acceptors) acceptor.stopAccepting();
    await server.close(overMs);
    clearInterval(timer);
    await Promise.all(acceptors.map((acceptor) => acceptor.close()));
    upstream.close();
    shared.close();
    await extranonces.close();
    await recording.close(FLUSH_MS);
  };
  const ports = new Map<string, number>();
  try {
    for (const listener of config.listeners) {
      const acceptor = await startAcceptor(
        listener,
        {
          ...limits.deadlines,
          maxLineBytes: MAX_LINE_BYTES,
          concurrentHandshakes: limits.concurrentHandshakes,
        },
        {
          handlers: server.handlers(listenerSettings(listener)),
          now,
          onTrouble: (message) => onEvent({ type: 'notice', level: 'warn', name: listener.name, message }),
        },
      );
      acceptors.push(acceptor);
      ports.set(listener.name, acceptor.port);
      const { name, protocol, host } = listener;
      onEvent({ type: 'listening', listener: name, protocol, host, port: acceptor.port });
    }
  } catch (error) {
    await close(0);
    throw error;
  }
  return {
    pool,
    ports,
    refused: server.refused,
    failure,
    reload: () => {
      for (const acceptor of acceptors) void acceptor.reloadCertificate?.();
    },
    status: createStatusReader(pool, now),
    close: () => close(config.stop.closeOverMs),
  };
}

/** As many as the configuration says, if the process may open as many files. */
function maxConnectionsOf({ limits }: PoolConfig, onEvent: (event: PoolServerEvent) => void): number {
  const { maxConnections } = limits;
  const fileLimit = readFileLimit();
  if (fileLimit === undefined || connectionsWithin(fileLimit) >= maxConnections) return maxConnections;
  const possible = Math.max(1, connectionsWithin(fileLimit));
  const message = `the limit of open files is ${fileLimit}: ${possible} miners may connect, not ${maxConnections} (ulimit -n ${maxConnections + RESERVED_FILES} allows them)`;
  onEvent({ type: 'notice', level: 'warn', name: 'limits', message });
  return possible;
}

function nodeAddressOf({ apiKey, ...endpoint }: NodeConfig): NodeAddress {
  return { endpoint, apiKey: apiKey?.reveal() };
}

function listenerSettings({ name, difficulty, vardiff, jobs }: ListenerConfig): ListenerSettings {
  const { start, min, max, fixed } = difficulty;
  return {
    name,
    startWork: start,
    minWork: min,
    maxWork: max,
    fixed,
    sharesPerMinute: vardiff.sharesPerMinute,
    jobs,
  };
}

/** WASM, or the reference where the machine has no SIMD. */
function chooseHash(): (header: Uint8Array) => Uint8Array {
  if (!simdSupported()) return blockHash;
  const kernel = createWasmKernel();
  return (header) => kernel.hash(header);
}
