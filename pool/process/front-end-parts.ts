/**
 * The parts of a front end, made and connected, without its timers and listeners.
 * @module
 */
import { createDeferred } from '../../protocol/deferred.js';
import { Late } from '../../protocol/late.js';
import { bestBlockHash } from '../../shaders/cpu/kernels.js';
import { networkRemedy } from '../config/network-remedy.js';
import { nodeAddressOf } from '../config/node-address-of.js';
import type { PoolConfig } from '../config/pool-config.js';
import { SharedState } from '../coordination/shared-state.js';
import type { BlockFigures } from '../domain/block-figures.js';
import type { PoolServerEvent } from '../domain/events.js';
import type { MoneyFigures } from '../domain/money-figures.js';
import { Pool } from '../engine.js';
import { ExtranonceKeeper } from '../extranonces/extranonce-keeper.js';
import { Bans } from '../guard/bans.js';
import type { PoolPolw, PoolPolwModules } from '../polw/open-pool-polw.js';
import type { PeerLog } from '../ports/peer-log.js';
import type { UpstreamIdentity } from '../ports/upstream.js';
import type { Recording } from '../recorder/open-recording.js';
import { isNodeEvent, NodeLines } from '../report/node-lines.js';
import { PeerLines } from '../report/peer-lines.js';
import { RefusedLogins } from '../report/refused-logins.js';
import { DifficultyMemory } from '../sessions/difficulty-memory.js';
import { firstShareMs } from '../shares/vardiff.js';
import { listenerSettings } from '../stratum/listeners.js';
import { StratumServer } from '../stratum/stratum-server.js';
import { FullNodeUpstream } from '../upstream/full-node-upstream.js';
import { createPoolNodes, nodeSetOptionsOf } from '../upstream/pool-nodes.js';
import { maxConnectionsOf } from './connection-limit.js';

export interface FrontEndModules {
  readonly recording: Recording;
  /** Unique among the front ends of the pool, and the same after a restart. */
  readonly name: string;
  readonly onEvent: (event: PoolServerEvent) => void;
  /** Of the program. */
  readonly version: string;
  /** Whether events of level debug are told. */
  readonly detailed: boolean;
  /** How many blocks there are, by where they stand; undefined until they are counted. */
  readonly blockFigures: () => BlockFigures | undefined;
  /** Undefined where the pool credits nobody, and until it is read. */
  readonly moneyFigures: () => MoneyFigures | undefined;
}

/** Longest line of a miner, bytes. */
export const MAX_LINE_BYTES = 8_192;

/** The parts of a front end. */
export type FrontEndParts = Awaited<ReturnType<typeof createFrontEndParts>>;

/**
 * Makes the parts. Extranonces are leased; nothing else is started.
 * @param now - monotonic clock, whole ms
 * @throws StoreUnavailableError if no extranonces can be leased
 */
export async function createFrontEndParts(
  config: PoolConfig,
  { recording, name, onEvent, version, detailed, blockFigures }: FrontEndModules,
  now: () => number,
) {
  const storeNow = (): number => recording.clock.now();
  const { store, journal } = recording;
  const limits = { ...config.limits, maxConnections: maxConnectionsOf(config, onEvent) };
  const seen: { networkId: number | undefined; nodeChanges: number } = {
    networkId: undefined,
    nodeChanges: 0,
  };
  const failure = createDeferred<Error>();
  // These two know each other, and the parts before them know them.
  const latePool = new Late<Pool>('the pool');
  const lateShared = new Late<SharedState>('the shared state');

  const nodeOptions = {
    nodes: config.nodes.map(nodeAddressOf),
    claim: (identity: UpstreamIdentity) => lateShared.value.claimNodeIdentity(identity),
    networkHint: networkRemedy(config),
  };
  const polw = await openPolw(config, {
    nodes: nodeSetOptionsOf(nodeOptions),
    records: store.fund,
    blockFigures,
    onNotice: (level, message) => onEvent({ type: 'notice', level, name: 'polw', message }),
  });
  const upstream = new FullNodeUpstream(polw?.nodes ?? createPoolNodes(nodeOptions), (push) =>
    recording.pushes.during(push),
  );
  const bans = new Bans(limits.trusted);
  const lines = new PeerLines({ detailed, now, tell: onEvent });
  const nodeLines = new NodeLines({ now, tell: onEvent });
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
      oldestLiveHeaderMs: () => latePool.value.work.oldestLiveHeaderMs,
      onLost: (lost) => latePool.value.loseExtranonces(lost),
    },
  );
  await extranonces.start();
  const pool = latePool.set(
    new Pool(
      {
        frontEnd: name,
        mode: config.mode,
        software: `lesswork/${version}`,
        refreshAfterMs: config.jobs.refreshAfterMs,
        parentGraceMs: config.jobs.parentGraceMs,
        maxLivePerChain: config.jobs.liveHeadersPerChain,
        tolerance: config.shares.tolerance,
        workersPerAccount: limits.workersPerAccount,
        workersPerNetwork: limits.workersPerAddress,
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
        later: (callback, afterMs) => {
          if (afterMs === 0) setImmediate(callback);
          else setTimeout(callback, afterMs).unref();
        },
        onEvent: (event) => {
          if (event.type === 'identity') seen.networkId = event.networkId;
          if (event.type === 'node') seen.nodeChanges++;
          if (event.type === 'unrecorded') lines.noteUnrecorded(event.count);
          else if (isNodeEvent(event)) nodeLines.note(event);
          else onEvent(event);
        },
        publish: (event) => lateShared.value.tell(event),
        peers,
      },
    ),
  );
  const shared = lateShared.set(
    new SharedState({
      frontEnd: name,
      store,
      pool,
      bans,
      upstream,
      storeNow,
      onFatal: failure.resolve,
    }),
  );
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
  return {
    limits,
    upstream,
    polw,
    bans,
    lines,
    nodeLines,
    refusedLogins,
    extranonces,
    pool,
    shared,
    server,
    failure,
    seen,
    storeNow,
  };
}

/** @returns undefined where the pool supplies no coins: then nothing of it is loaded */
async function openPolw(
  { polw, payouts }: PoolConfig,
  modules: PoolPolwModules,
): Promise<PoolPolw | undefined> {
  if (polw === undefined) return undefined;
  const { openPoolPolw } = await import('../polw/open-pool-polw.js');
  // What a block brought is on the books once the fund has it as final: when its fate is, not later.
  const depth = payouts && { depth: payouts.blockDepth };
  return openPoolPolw({ ...polw, ...depth }, modules);
}
