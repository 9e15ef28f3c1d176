/**
 * All that a miner tells of itself: one closed union, that each way of reporting turns into its own words.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { RefusalReason } from '../../protocol/stratum/refusal.js';
import type { Hashrates } from './hashrate.js';
import type { HoldReason } from './holds.js';
import type { CardsOfName, SensorReading } from './sensors.js';
import type { ShareStatus, ShareVerdict } from './share-status.js';
import type { SessionPeer, SourceNotice, SourceProgress } from './source.js';
import type { SubmissionCounts, Verdict } from './submissions.js';
import type { Idleness } from './work-plan.js';

/** The state of a device. */
export type DeviceState = 'starting' | 'mining' | 'away' | 'failed' | 'stopped';

/** One device, as a status shows it. */
export interface DeviceStatus {
  readonly name: string;
  readonly kind: 'cpu' | 'gpu';
  /** `idle`: well, and without work. `away`: broken, and coming back by itself. `failed`: given up. */
  readonly state: DeviceState | 'idle';
  /** Why it is given no work, though it is well: what holds all devices, and what holds this one. Empty while it mines. */
  readonly held: readonly HoldReason[];
  readonly hashrates: Hashrates;
  /** Hashes since the device was started. */
  readonly totalHashes: number;
  /** Finds that were none, overflows, and breakdowns. */
  readonly errors: number;
  /** Its place on the PCI bus, as `0000:01:00.0`, where that is certain. */
  readonly pci?: string;
  /** CPUs that its threads are bound to, one each, in their order. */
  readonly cpus?: readonly number[];
  /** What is measured of it, where there are sensors, and while they speak. */
  readonly sensors?: SensorReading;
  /** Hashes of the last minute to the energy drawn meanwhile, where power is measured. */
  readonly hashesPerJoule?: number;
  /** Where it can't be told from other cards of its name, and so nothing of it alone is measured. */
  readonly among?: CardsOfName;
}

/** The session that the miner works in. */
export interface SessionStatus {
  readonly forMs: number;
  /** Blocks or shares that were accepted in it, side blocks too. */
  readonly accepted: number;
  /** The other side of the connection, where that is known. */
  readonly peer?: SessionPeer;
}

/** The state of a miner. */
export interface MinerStatus {
  /** Whether a user holds all devices. */
  readonly paused: boolean;
  /** What holds all devices; empty while they may mine. */
  readonly held: readonly HoldReason[];
  /** Part of their time that devices may be busy for: 1 where it is not limited. */
  readonly maxLoad: number;
  /** The node or pool that the miner works for, or undefined while there is none. */
  readonly source: string | undefined;
  /** Undefined while there is none. */
  readonly session: SessionStatus | undefined;
  /** Sessions that have ended while they were worked in. */
  readonly sessionsLost: number;
  /** Progress towards a node or pool, while there is none; undefined before the first try. */
  readonly progress: SourceProgress | undefined;
  /** Why there has been nothing to do for some seconds, though there is a node; undefined while there is. */
  readonly idle: Idleness | undefined;
  readonly uptimeMs: number;
  readonly hashrates: Hashrates;
  readonly devices: readonly DeviceStatus[];
  readonly blocks: Readonly<SubmissionCounts>;
  /** Undefined where the work is for full nodes. */
  readonly shares: ShareStatus | undefined;
  /** Difficulty of the pool's newest jobs, as pools name it; undefined without a pool, or before its first job. */
  readonly difficulty: number | undefined;
  /** Hashes since the start, and the part of them that was made on stale templates. */
  readonly totalHashes: number;
  readonly staleHashes: number;
  readonly deviceErrors: number;
  /** Per chain index: blocks accepted (side blocks not counted), and hashes made. */
  readonly acceptedByChain: readonly number[];
  readonly hashesByChain: readonly number[];
}

export type MinerEvent =
  | { readonly type: 'session'; readonly name: string }
  | ({ readonly type: 'progress' } & SourceProgress)
  | ({ readonly type: 'notice' } & SourceNotice)
  | { readonly type: 'missingChains'; readonly chains: readonly ChainIndex[] }
  | {
      readonly type: 'device';
      readonly name: string;
      readonly state: DeviceState;
      /** Whether the device did something wrong; it may be mining all the same. */
      readonly error: boolean;
      readonly message: string;
    }
  | {
      readonly type: 'find';
      readonly chain: ChainIndex;
      readonly height: number;
      readonly hash: string;
      readonly device: string;
      readonly stale: boolean;
    }
  | {
      readonly type: 'verdict';
      readonly chain: ChainIndex;
      readonly height: number;
      readonly hash: string;
      readonly verdict: Verdict;
      readonly answerMs: number;
      readonly late: boolean;
    }
  | {
      readonly type: 'share';
      readonly chain: ChainIndex;
      /** 0 where the pool does not say. */
      readonly height: number;
      readonly hash: string;
      /** The pool that its job came from. */
      readonly pool: string;
      readonly difficulty: number;
      /** The same exactly, in expected hashes. */
      readonly work: bigint;
      /** Whether the share meets the block target, too. */
      readonly block: boolean;
      readonly verdict: ShareVerdict['kind'];
      /** Why the share was refused, and the pool's words. */
      readonly reason?: RefusalReason;
      readonly message?: string;
      readonly answerMs: number;
      readonly late: boolean;
    }
  /** A block or a share that could not be sent. */
  | {
      readonly type: 'unsent';
      readonly to: 'node' | 'pool';
      readonly chain: ChainIndex;
      readonly height: number;
      readonly hash: string;
      readonly block: boolean;
      /** `away`: the connection it belongs to is gone. `busy`: the pool has not answered very many before it. */
      readonly why: 'away' | 'busy';
    }
  /** The pool wants shares of another difficulty. */
  | { readonly type: 'difficulty'; readonly difficulty: number }
  | { readonly type: 'paused'; readonly paused: boolean }
  /** A device, or all without one, are held for a reason other than a user's, or that reason is gone. */
  | {
      readonly type: 'hold';
      readonly reason: Exclude<HoldReason, 'user'>;
      readonly held: boolean;
      readonly device?: string;
      /** Why, in words. */
      readonly message: string;
    }
  /** There has been nothing to do for some seconds; `idle` is missing when there is something again. */
  | { readonly type: 'idle'; readonly name: string; readonly idle: Idleness | undefined };
