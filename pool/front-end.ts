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
import { FATE_SERVICE } from './block-fates/fate-service.js';
import type { PoolConfig } from './config/pool-config.js';
import type { PoolStatus } from './domain/events.js';
import type { LiveFacts } from './domain/live-facts.js';
import type { RefusedLogin } from './domain/login-refusals.js';
import type { Pool } from './engine.js';
import type { Bans } from './guard/bans.js';
import type { MetricFacts } from './metrics/metric-definition.js';
import type { PoolPolw } from './polw/open-pool-polw.js';
import { createFrontEndParts, type FrontEndModules, MAX_LINE_BYTES } from './process/front-end-parts.js';
import { createStatusReader } from './report/status-reader.js';
import { LiveFactsCollector } from './sessions/live-facts-collector.js';
import { readinessOf } from './statistics/live-board.js';
import { Listeners } from './stratum/listeners.js';
import type { FullNodeUpstream } from './upstream/full-node-upstream.js';

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
  /** Undefined where the pool supplies no coins. */
  readonly polw: PoolPolw | undefined;
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

/** Between two times that the addresses which blocks pay are told, ms. */
const ADDRESSES_EVERY_MS = 10_000;

/** Newest blocks on record that are looked through for finds that a killed process has not kept. */
const MAX_NOTED_BLOCKS = 64;

/** Starts a front end. @throws ListenError */
export async function startFrontEnd(config: PoolConfig, modules: FrontEndModules): Promise<FrontEnd> {
  // Whole ms: what is kept of them for each miner takes less room, and is written without a detour.
  const now = (): number => Math.round(performance.now());
  const { recording, onEvent } = modules;
  const { journal } = recording;
  const parts = await createFrontEndParts(config, modules, now);
  const { limits, upstream, polw, bans, lines, nodeLines } = parts;
  const { refusedLogins, extranonces, pool, shared, server, seen, storeNow } = parts;
  const listeners = new Listeners();
  let listening = false;

  pool.start();
  const noteRecorded = async (): Promise<void> => {
    if (polw === undefined) return;
    try {
      polw.recorded(await recording.store.blocks({ offset: 0, limit: MAX_NOTED_BLOCKS }));
    } catch {
      // The store is away, and the recorder says so: it is read once it is back.
    }
  };
  void noteRecorded();
  const unsubscribe =
    polw &&
    recording.store.subscribe((event) => {
      if (event.type === 'blockFound') polw.found(event);
      else if (event.type === 'fundReleased') polw.released(event.id);
    });
  let told = { count: 0, atMs: 0 };
  const tellAddresses = (nowMs: number): void => {
    const addresses = polw?.addresses() ?? [];
    // None is ever taken away. Again, since a thread that was started anew knows none.
    if (addresses.length === told.count && nowMs - told.atMs < ADDRESSES_EVERY_MS) return;
    told = { count: addresses.length, atMs: nowMs };
    if (polw !== undefined) recording.tell(FATE_SERVICE, { type: 'addresses', addresses });
  };
  const timer = setInterval(() => {
    const nowMs = now();
    server.tick(nowMs);
    pool.tick();
    extranonces.tick();
    shared.tick(nowMs);
    lines.tick();
    nodeLines.tick();
    polw?.tick(nowMs);
    tellAddresses(nowMs);
  }, TICK_MS);
  const close = async (overMs: number): Promise<void> => {
    listening = false;
    listeners.stopAccepting();
    await server.close(overMs);
    clearInterval(timer);
    lines.close();
    await listeners.close();
    upstream.close();
    unsubscribe?.();
    await polw?.close();
    nodeLines.close();
    shared.close();
    await extranonces.close();
  };
  const { concurrentHandshakes, deadlines } = limits;
  const acceptorLimits = { ...deadlines, maxLineBytes: MAX_LINE_BYTES, concurrentHandshakes };
  const handlersOf = server.handlers.bind(server);
  try {
    await listeners.start(config.listeners, acceptorLimits, { handlersOf, now, onEvent });
  } catch (error) {
    await close(0);
    throw error;
  }
  listening = true;
  const ports = Object.fromEntries(listeners.ports);
  const storeUp = (): boolean => !recording.figures.storeAway && !recording.figures.storeFileGone;
  const facts = new LiveFactsCollector(pool, () => ({
    networkId: seen.networkId,
    nodes: upstream.nodes.map(({ state }) => state),
    ports,
    listening,
    storeUp: storeUp(),
    storeFileGone: recording.figures.storeFileGone,
    polw: polw?.facts(),
  }));
  return {
    pool,
    bans,
    upstream,
    polw: polw && {
      ...polw,
      cancel: async (id) => {
        const cancelled = await polw.cancel(id);
        if (cancelled) shared.tell({ type: 'fundReleased', id });
        return cancelled;
      },
    },
    ports: listeners.ports,
    refused: server.refused,
    failure: parts.failure.promise,
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
        ready: readinessOf({
          node: pool.node,
          standing: pool.standing,
          journalWritable: journal.writable,
          listening,
          storeUp: storeUp(),
          storeFileGone: figures.storeFileGone,
        }).ready,
        nodes: upstream.nodes,
        nodeChanges: seen.nodeChanges,
        blocksWaiting: upstream.waiting,
        heights: pool.work.heights,
        templateAges: pool.work.templateAges,
        journal: { ...figures, writable: journal.writable },
        store: { up: storeUp(), refusals: figures.storeRefusals, fileGone: figures.storeFileGone },
        bans: bans.size,
        blocks: modules.blockFigures(),
        money: modules.moneyFigures(),
        polw: polw?.facts(),
        nowMs: storeNow(),
      };
    },
    readStoreAgain: () => {
      shared.readAgain();
      polw?.storeBack();
      void noteRecorded();
    },
    removeBan: (address) => shared.unban(address),
    reload: () => {
      listeners.reload();
      polw?.reload().catch(({ message }: Error) => {
        onEvent({ type: 'notice', level: 'warn', name: 'polw', message });
      });
    },
    close,
  };
}
