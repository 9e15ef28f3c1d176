/**
 * The pool put together: nodes, journal, sessions and listeners meet here, and nowhere else.
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
import type { PoolServerEvent, PoolStatus } from './core/events.js';
import { LocalExtranonces } from './core/local-extranonces.js';
import { Pool } from './core/pool.js';
import type { ListenerSettings } from './core/session-host.js';
import { openJournal } from './journal/open-journal.js';
import type { Acceptor } from './stratum/acceptor.js';
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
  /** Takes no more connections, ends those there are, and puts everything on record. */
  close(): Promise<void>;
}

const TICK_MS = 500;
const MAX_LINE_BYTES = 8_192;

/**
 * Starts a pool.
 * @throws Error with code EADDRINUSE and the like if it can't listen
 */
export async function startPool(config: PoolConfig, { onEvent }: PoolAppModules): Promise<PoolApp> {
  mkdirSync(config.dataFolder, { recursive: true });
  const now = (): number => performance.now();
  const storeNow = (): number => Date.now();
  const journal = openJournal(
    { folder: config.dataFolder, maxUnconfirmedBytes: config.journal.maxBytes },
    { clock: storeNow, onSegmentClosed: () => {}, onEvent: () => {} },
  );
  const upstream = new FullNodeUpstream({ nodes: config.nodes.map(nodeAddressOf) });
  const pool = new Pool(
    {
      frontEnd: `${hostname()}-${process.pid}`,
      refreshAfterMs: config.jobs.refreshAfterMs,
      parentGraceMs: config.jobs.parentGraceMs,
      maxLivePerChain: config.jobs.liveHeadersPerChain,
      tolerance: config.shares.tolerance,
    },
    {
      upstream,
      journal,
      hashHeader: chooseHash(),
      extranonces: new LocalExtranonces(config.extranonceBytes),
      now,
      storeNow,
      afterTick: (callback) => setImmediate(callback),
      onEvent,
    },
  );
  const { limits } = config;
  const { unsentBytes, deadlines } = limits;
  const bans = new Bans(limits.trusted);
  const server = new StratumServer(
    {
      maxLineBytes: MAX_LINE_BYTES,
      maxUnsentBytes: unsentBytes,
      messagesPerSecond: limits.messagesPerSecond,
      maxConnections: limits.maxConnections,
      connectionsPerAddress: limits.connectionsPerAddress,
      trusted: limits.trusted,
      firstLineMs: deadlines.firstLineMs,
      lineMs: deadlines.lineMs,
      authorizeMs: deadlines.authorizeMs,
    },
    { pool, now, storeNow, bans, onBan: (ban) => onEvent({ type: 'ban', ...ban }) },
  );
  pool.start();
  const timer = setInterval(() => {
    server.tick(now());
    pool.tick();
  }, TICK_MS);
  const acceptors: Acceptor[] = [];
  const close = async (overMs: number): Promise<void> => {
    for (const acceptor of acceptors) acceptor.stopAccepting();
    await server.close(overMs);
    clearInterval(timer);
    await Promise.all(acceptors.map((acceptor) => acceptor.close()));
    upstream.close();
    journal.close();
    journal.release();
  };
  const ports = new Map<string, number>();
  try {
    for (const listener of config.listeners) {
      const acceptor = await startAcceptor(
        listener,
        { maxLineBytes: MAX_LINE_BYTES, concurrentHandshakes: limits.concurrentHandshakes, ...deadlines },
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
  return { pool, ports, status: statusOf(pool, now), close: () => close(config.stop.closeOverMs) };
}

/** Tells where a pool stands, its hashrate since the last call. */
function statusOf(pool: Pool, now: () => number): () => PoolStatus {
  const startedMs = now();
  let lastMs = startedMs;
  let lastWork = 0n;
  return () => {
    const { counters, workers, node, sessions } = pool;
    const nowMs = now();
    const { work } = counters;
    const hashesPerSecond = Math.round((Number(work - lastWork) * 1_000) / Math.max(1, nowMs - lastMs));
    lastMs = nowMs;
    lastWork = work;
    return {
      node,
      uptimeMs: Math.round(nowMs - startedMs),
      connections: sessions,
      workers: workers.size,
      accepted: counters.accepted,
      rejected: counters.rejectedTotal,
      hashesPerSecond,
      blocksFound: counters.blocksFound,
      blocksAccepted: counters.blockStates.accepted,
    };
  };
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
