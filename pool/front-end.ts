/**
 * One front end of the pool: listeners, sessions and nodes around the core, on a recording.
 *
 * ```
 * listeners -> stratum server -> pool core -> journal -> recorder's thread -> store
 *                                   |                                           |
 *                                   +--> full nodes        shared state  <------+
 * ```
 * @module
 */
import { createDeferred } from '../protocol/deferred.js';
import { bestBlockHash } from '../shaders/cpu/kernels.js';
import type { ListenerConfig } from './config/listener-schema.js';
import { nodeAddressOf } from './config/node-address-of.js';
import type { PoolConfig } from './config/pool-config.js';
import { SharedState } from './coordination/shared-state.js';
import type { PoolServerEvent, PoolStatus } from './domain/events.js';
import { listenAt } from './domain/listen-error.js';
import type { LiveFacts } from './domain/live-facts.js';
import type { RefusedLogin } from './domain/login-refusals.js';
import { Pool } from './engine.js';
import { ExtranonceKeeper } from './extranonces/extranonce-keeper.js';
import { Bans } from './guard/bans.js';
import type { MetricFacts } from './metrics/metrics.js';
import type { PeerLog } from './ports/peer-log.js';
import type { ListenerSettings } from './ports/session-connection.js';
import type { Recording } from './recorder/open-recording.js';
import { PeerLines } from './report/peer-lines.js';
import { RefusedLogins } from './report/refused-logins.js';
import { createStatusReader } from './report/status-reader.js';
import { DifficultyMemory } from './sessions/difficulty-memory.js';
import { LiveFactsCollector } from './sessions/live-facts-collector.js';
import { firstShareMs } from './shares/vardiff.js';
import type { Acceptor } from './stratum/acceptor.js';
import { connectionsWithin, fileLimitWarning, readFileLimit } from './stratum/file-limit.js';
import { startAcceptor } from './stratum/start-acceptor.js';
import { StratumServer } from './stratum/stratum-server.js';
import { FullNodeUpstream } from './upstream/full-node-upstream.js';

export interface FrontEndModules {
  readonly recording: Recording;
  /** Unique among the front ends of the pool, and the same after a restart. */
  readonly name: string;
  readonly onEvent: (event: PoolServerEvent) => void;
  /** Of the program. */
  readonly version: string;
  /** Whether events of level debug are told. */
  readonly detailed: boolean;
}

/** A front end at work. */
export interface FrontEnd {
  readonly pool: Pool;
  readonly bans: Bans;
  readonly upstream: FullNodeUpstream;
  /** Port of each listener, by its name. */
  readonly ports: ReadonlyMap<string, number>;
  /** Connections that never became a miner's, counted by reason. */
  readonly refused: ReadonlyMap<string, number>;
  /** Settles when it can't go on: with the reason. */
  readonly failure: Promise<Error>;
  /** Where it stands; its hashrate is over the time since this was asked last. */
  status(): PoolStatus;
  /** What changed since this was asked last. */
  liveFacts(): LiveFacts;
  /** Logins that were refused lately, the latest first. */
  refusedLogins(): readonly RefusedLogin[];
  metricFacts(): MetricFacts;
  /** Ends a ban on all front ends. @throws StoreUnavailableError */
  removeBan(address: string): Promise<void>;
  /** The store has what it had not: what is read from it at start is read again. */
  readStoreAgain(): void;
  /** Reads certificates again. */
  reload(): void;
  /** Takes no more connections, and ends those there are. The recording stays open. @param overMs - closes are spread over it */
  close(overMs: number): Promise<void>;
}

const TICK_MS = 1_000;

const MAX_LINE_BYTES = 8_192;

/** Starts a front end. @throws ListenError */
export async function startFrontEnd(
  config: PoolConfig,
  { recording, name, onEvent, version, detailed }: FrontEndModules,
): Promise<FrontEnd> {
  // Whole ms: what is kept of them for each miner takes less room, and is written without a detour.
  const now = (): number => Math.round(performance.now());
  const storeNow = (): number => recording.clock.now();
  const { store, journal } = recording;
  const limits = { ...config.limits, maxConnections: maxConnectionsOf(config, onEvent) };
  let networkId: number | undefined;
  let nodeChanges = 0;
  let listening = false;
  const failure = createDeferred<Error>();

  const upstream = new FullNodeUpstream({
    nodes: config.nodes.map(nodeAddressOf),
    claim: (identity) => shared.claimNodeIdentity(identity),
  });
  const bans = new Bans(limits.trusted);
  const lines = new PeerLines({ detailed, now, tell: onEvent });
  const refusedLogins = new RefusedLogins();
  const peers: PeerLog = {
    detailed,
    note: (event) => {
      if (event.what === 'loginRefused') refusedLogins.note(event, storeNow());
      lines.note(event);
    },
    detail: (what, reason, make) => lines.detail(what, reason, make),
  };
  const extranonces = new ExtranonceKeeper(
    { bytes: config.extranonceBytes, perAddress: limits.extranoncesPerAddress },
    {
      store,
      owner: name,
      storeNow,
      oldestLiveHeaderMs: () => pool.oldestLiveHeaderMs,
      onLost: (lost) => pool.loseExtranonces(lost),
    },
  );
  await extranonces.start();
  const pool: Pool = new Pool(
    {
      frontEnd: name,
      mode: config.mode,
      software: `lesswork/${version}`,
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
      hashHeader: bestBlockHash(),
      extranonces,
      difficultyMemory: new DifficultyMemory(store),
      now,
      storeNow,
      afterTick: (callback) => setImmediate(callback),
      onEvent: (event) => {
        if (event.type === 'identity') networkId = event.networkId;
        if (event.type === 'node') nodeChanges++;
        if (event.type === 'unrecorded') lines.noteUnrecorded(event.count);
        else onEvent(event);
      },
      publish: (event) => shared.tell(event),
      peers,
    },
  );
  const shared: SharedState = new SharedState({
    frontEnd: name,
    store,
    pool,
    bans,
    upstream,
    storeNow,
    onFatal: failure.resolve,
  });
  const server = new StratumServer(
    {
      ...limits,
      ...limits.deadlines,
      maxLineBytes: MAX_LINE_BYTES,
      maxUnsentBytes: limits.unsentBytes,
      reconnectAgents: config.stop.reconnectAgents,
      firstShareMs: Math.max(...config.listeners.map((listener) => firstShareMs(listenerSettings(listener)))),
    },
    {
      pool,
      bans,
      now,
      storeNow,
      random: Math.random,
      onBan: (ban) => {
        shared.ban(ban);
        const forMs = ban.untilMs - storeNow();
        peers.note({ what: 'banned', listener: '', agent: '', forMs, ...ban });
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
    lines.tick();
  }, TICK_MS);

  const acceptors: Acceptor[] = [];
  const close = async (overMs: number): Promise<void> => {
    listening = false;
    for (const acceptor of acceptors) acceptor.stopAccepting();
    await server.close(overMs);
    clearInterval(timer);
    lines.close();
    await Promise.all(acceptors.map((acceptor) => acceptor.close()));
    upstream.close();
    shared.close();
    await extranonces.close();
  };
  const ports = new Map<string, number>();
  try {
    for (const [i, listener] of config.listeners.entries()) {
      const place = { setting: `listeners[${i}]`, host: listener.host, port: listener.port };
      const acceptor = await listenAt(place, () =>
        startAcceptor(
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
        ),
      );
      acceptors.push(acceptor);
      ports.set(listener.name, acceptor.port);
      const { protocol, host } = listener;
      onEvent({ type: 'listening', listener: listener.name, protocol, host, port: acceptor.port });
    }
  } catch (error) {
    await close(0);
    throw error;
  }
  listening = true;
  const storeUp = (): boolean => !recording.figures.storeAway && !recording.figures.storeFileGone;
  const facts = new LiveFactsCollector(pool, () => ({
    networkId,
    listening,
    storeUp: storeUp(),
    storeFileGone: recording.figures.storeFileGone,
  }));
  return {
    pool,
    bans,
    upstream,
    ports,
    refused: server.refused,
    failure: failure.promise,
    status: createStatusReader(pool, () => upstream.nodes, now),
    liveFacts: () => facts.collect(storeNow()),
    refusedLogins: () => refusedLogins.recent(storeNow()),
    metricFacts: () => {
      const { figures } = recording;
      return {
        counters: pool.counters,
        connections: pool.sessions,
        workers: pool.workers.size,
        refused: server.refused,
        ready: pool.node !== undefined && journal.writable && listening && !figures.storeFileGone,
        nodes: upstream.nodes,
        nodeChanges,
        blocksWaiting: upstream.waiting,
        heights: pool.heights,
        journal: { ...figures, writable: journal.writable },
        store: { up: storeUp(), refusals: figures.storeRefusals, fileGone: figures.storeFileGone },
        bans: bans.size,
        nowMs: storeNow(),
      };
    },
    readStoreAgain: () => shared.readAgain(),
    removeBan: (address) => shared.unban(address),
    reload: () => {
      for (const acceptor of acceptors) void acceptor.reloadCertificate?.();
    },
    close,
  };
}

/** As many as the configuration says, if the process may open as many files. */
function maxConnectionsOf({ limits }: PoolConfig, onEvent: (event: PoolServerEvent) => void): number {
  const { maxConnections } = limits;
  const fileLimit = readFileLimit();
  const message = fileLimit === undefined ? undefined : fileLimitWarning(fileLimit, maxConnections);
  if (fileLimit === undefined || message === undefined) return maxConnections;
  onEvent({ type: 'notice', level: 'warn', name: 'limits', message });
  return Math.max(1, connectionsWithin(fileLimit));
}

function listenerSettings({ name, protocol, difficulty, vardiff, jobs }: ListenerConfig): ListenerSettings {
  const { start, min, max, fixed } = difficulty;
  return {
    name,
    carrier: protocol,
    startWork: start,
    minWork: min,
    maxWork: max,
    fixed,
    sharesPerMinute: vardiff.sharesPerMinute,
    jobs,
  };
}
