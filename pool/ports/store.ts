/**
 * The port to everything that the pool keeps, in words of the domain. It has two implementations (embedded, Redis) and one conformance suite.
 *
 * Everything that a front end earned for its miners comes in through `apply`, once and only once. Work is a bigint here;
 * a store keeps it as two integer limbs (low 32 bits, and the rest) and joins them on reading.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { Batch } from '../domain/batch.js';
import type {
  BlockFate,
  BlockListing,
  FateOutcome,
  FateStage,
  FateState,
  FollowedBlock,
} from '../domain/block-fate.js';
import type { BlockFound, BlockState, NodeVerdict } from '../domain/block-record.js';
import type { RejectReason } from '../domain/reject-reasons.js';
import type { WorkerIdentity } from '../domain/worker-identity.js';
import type { Books } from './books.js';
import type { FundRecords } from './fund-records.js';
import type { TaskLeases } from './task-leases.js';
import type { UpstreamIdentity } from './upstream.js';

/** `applied`: the batch is stored now. `already`: this number or a later one was stored before. `gap`: an earlier number is missing. */
export type ApplyOutcome = 'applied' | 'already' | 'gap';

/** The store's mark of a journal. */
export interface JournalMark {
  readonly journal: string;
  /** Highest batch number applied, 0 if none. */
  readonly number: number;
  /** Everything of this journal before this time is stored, ms since the epoch. */
  readonly throughMs: number;
  /** Whether the journal is finished: no batch will follow. */
  readonly finished: boolean;
}

/** A block of 256 extranonce values, leased to a front end. */
export interface ExtranonceLease {
  /** Values `256 * block` to `256 * block + 255`. */
  readonly block: number;
  /** When the block was given back or its lease ran out, ms since the epoch; undefined if it was never leased. */
  readonly releasedMs: number | undefined;
  /** When this lease runs out unless renewed, ms since the epoch. */
  readonly expiresMs: number;
}

/** A remote address that may not connect. */
export interface Ban {
  /** IPv4 address, or the /64 of an IPv6 address, in canonical text. */
  readonly address: string;
  readonly untilMs: number;
  readonly reason: string;
}

/** The events that front ends of one pool tell each other. */
export type PoolEvent =
  | {
      readonly type: 'blockFound';
      readonly hash: string;
      readonly chain: ChainIndex;
      readonly parent: string;
      readonly height: number;
    }
  | {
      readonly type: 'blockState';
      readonly hash: string;
      readonly state: NodeVerdict;
      /** Refused since its template had another block: its parent is no freer than before. */
      readonly surplus: boolean;
    }
  /** The chains tell something else of a block than before. */
  | {
      readonly type: 'blockFate';
      readonly hash: string;
      readonly chain: ChainIndex;
      readonly height: number;
      readonly state: FateState;
      readonly final: boolean;
      readonly matured: boolean;
    }
  | { readonly type: 'ban'; readonly ban: Ban }
  | { readonly type: 'unban'; readonly address: string }
  /** Coins of the fund that were set aside for a withdrawal are given back. */
  | { readonly type: 'fundReleased'; readonly id: string }
  /** The operator has changed the identity that nodes must have: the store holds the new one. */
  | { readonly type: 'nodeIdentity' };

/** An entry of a slice as the store returns it. */
export interface StoredSliceEntry {
  readonly worker: StoredWorkerId;
  readonly chain: ChainIndex;
  readonly shares: number;
  readonly work: bigint;
  readonly workSquared: bigint;
}

/** A batch's part of a slice. */
export interface StoredSlice {
  readonly startMs: number;
  readonly journal: string;
  /** Number of the batch that brought this part. */
  readonly number: number;
  readonly entries: readonly StoredSliceEntry[];
  /** Block targets, 32 bytes, by chain. */
  readonly targets: readonly (Uint8Array | undefined)[];
}

/** Number that a store gave a worker, from 1; never used again for another. */
export type StoredWorkerId = number;

export interface StoredWorker {
  readonly id: StoredWorkerId;
  readonly identity: WorkerIdentity;
  /** Address to pay, canonical text. */
  readonly address: string;
  /** First and last accepted share, ms since the epoch. */
  readonly firstShareMs: number;
  readonly lastShareMs: number;
  /** Least hash ever, 32 bytes. */
  readonly bestHash: Uint8Array;
  readonly lastWork: bigint;
  /** Since its first share. */
  readonly shares: number;
  readonly work: bigint;
  readonly rejects: Readonly<Partial<Record<RejectReason, number>>>;
}

export interface StoredBlock extends BlockFound {
  readonly state: BlockState;
  /** When the block came into that state, ms since the epoch. */
  readonly stateMs: number;
  /** What became of it, once that was asked for. */
  readonly fate: BlockFate | undefined;
}

/** A point of a chart. */
export interface SeriesPoint {
  /** Start of the bucket, ms since the epoch. */
  readonly startMs: number;
  readonly shares: number;
  readonly work: bigint;
  /** Workers with a share in it; of a worker's own series 1. */
  readonly workers: number;
}

/** The subject of a chart. */
export type SeriesScope =
  | { readonly of: 'pool' }
  | { readonly of: 'account'; readonly account: string }
  | { readonly of: 'worker'; readonly identity: WorkerIdentity };

/** Length of a chart's buckets, ms: ten minutes, or a day. */
export type SeriesStep = 600_000 | 86_400_000;

export interface Page {
  /** From 0. */
  readonly offset: number;
  /** 1 to 1000. */
  readonly limit: number;
}

/** The identity that the pool's nodes must have, as far as the store holds it. */
export type NotedNodeIdentity = Partial<UpstreamIdentity>;

/** The identity under which a store is opened. It refuses to open for another network, or with a schema that it can't migrate. */
export interface StoreIdentity {
  /** 1 to 32 of a-z 0-9 -. */
  readonly poolId: string;
  /** Alephium's network id: 0 main, 1 test, 4 development. Undefined until a node has told it. */
  readonly networkId: number | undefined;
  /** Length of the extranonces, 2 to 4, the same in the whole pool. */
  readonly extranonceBytes: number;
}

/** What of a store a backup is of. */
export type BackupPart = 'store' | 'books';

/**
 * A pool's store.
 * Every method rejects with a StoreUnavailableError while the store can't be reached, and with a StoreRefusedError if the
 * store refuses the request for good; none waits longer than its time limit.
 */
export interface Store extends TaskLeases {
  /** The store's own clock, ms since the epoch. */
  now(): Promise<number>;
  /**
   * Stores the identity of the pool's nodes: the network id and the miner addresses, each only if the store holds none, and nothing if the
   * network differs from the stored one. If several front ends claim at once, one identity is stored, and all get it.
   * @param replace - also replaces stored addresses, by the operator's wish
   * @returns the stored identity
   * @throws RangeError unless it has a network id of 0 to 255 and four addresses without blanks
   */
  claimNodeIdentity(identity: UpstreamIdentity, replace?: boolean): Promise<NotedNodeIdentity>;
  nodeIdentity(): Promise<NotedNodeIdentity>;

  // Batches of journals.
  marks(journals: readonly string[]): Promise<readonly JournalMark[]>;
  /** The marks of all journals, except finished ones that were pruned. */
  journals(): Promise<readonly JournalMark[]>;
  /** Applies a batch, wholly or not at all. @param allowGap - applies it although earlier numbers are missing and lost */
  apply(batch: Batch, allowGap?: boolean): Promise<ApplyOutcome>;
  /** Notes that everything of a journal from before this time is stored. @param finished - whether no batch will follow */
  reportThrough(journal: string, throughMs: number, finished: boolean): Promise<void>;

  // Extranonces.
  /** Leases up to `count` blocks for `owner`, those that rested longest first, never-used ones before them. */
  leaseExtranonces(owner: string, count: number, ttlMs: number): Promise<readonly ExtranonceLease[]>;
  /** @returns blocks that are still the owner's, renewed */
  renewExtranonces(owner: string, blocks: readonly number[], ttlMs: number): Promise<readonly number[]>;
  releaseExtranonces(owner: string, blocks: readonly number[]): Promise<void>;
  /** Gives back all blocks of `owner`, which an earlier process of that name could not give back. */
  releaseAllExtranonces(owner: string): Promise<void>;

  // What becomes of blocks.
  /**
   * Notes what became of a block: from then on no journal changes its state.
   * @param fence - of the lease `settlement`
   * @throws RangeError if the parts of the fate do not fit together
   */
  noteFate(hash: string, fate: BlockFate, fence: number): Promise<FateOutcome>;
  /** Blocks about which something is still to be done, the oldest first. Accepted ones are `open`. */
  followed(stage: Exclude<FateStage, 'done'>, page: Page): Promise<readonly FollowedBlock[]>;
  /**
   * Blocks that were found before a time, the newest first.
   * @param beforeMs - ms since the epoch, not included
   * @param limit - 1 to 1000
   */
  foundBefore(beforeMs: number, limit: number): Promise<readonly FollowedBlock[]>;
  /** Blocks that were found in [fromMs, toMs), ms since the epoch, the oldest first. */
  foundBetween(fromMs: number, toMs: number, page: Page): Promise<readonly FollowedBlock[]>;

  // Bans and events, for the whole pool.
  bans(): Promise<readonly Ban[]>;
  addBan(ban: Ban): Promise<void>;
  removeBan(address: string): Promise<void>;
  publish(event: PoolEvent): Promise<void>;
  /** Calls back for events of all front ends, this one included. @returns a function that ends the calls */
  subscribe(listener: (event: PoolEvent) => void): () => void;

  // Reading.
  worker(identity: WorkerIdentity): Promise<StoredWorker | undefined>;
  workersOf(account: string, page: Page): Promise<readonly StoredWorker[]>;
  workersById(ids: readonly StoredWorkerId[]): Promise<readonly StoredWorker[]>;
  /** All parts of the slices that start in [fromMs, toMs), oldest first. */
  slices(fromMs: number, toMs: number): Promise<readonly StoredSlice[]>;
  /** Newest first. */
  blocks(page: Page, listed?: readonly BlockListing[]): Promise<readonly StoredBlock[]>;
  /** How many are kept. */
  countBlocks(listed?: readonly BlockListing[]): Promise<number>;
  block(hash: string): Promise<StoredBlock | undefined>;
  series(scope: SeriesScope, step: SeriesStep, fromMs: number, toMs: number): Promise<readonly SeriesPoint[]>;

  /** What is kept of the fund of Proof of Less Work. */
  readonly fund: FundRecords;
  /** Everything about money. Other processes may have them open too: `openBooks`. */
  readonly books: Books;

  /**
   * Writes all that the store holds into a new file, for its owner alone, while it is at work. Other requests wait for it.
   * @param of - what: the books, which are a database of their own, or all but them; the latter if left out
   * @returns false if there are no books (yet); then no file is made
   * @throws StoreRefusedError of a store that is a server: that has a backup of its own
   * @throws StoreUnavailableError if the file can't be made or written, or is there already; nothing is left of it
   */
  backup(path: string, of?: BackupPart): Promise<boolean>;
  /** Removes everything whose retention time is over. */
  prune(nowMs: number): Promise<void>;
  close(): Promise<void>;
}

/** The store can't be reached, or did not answer in time. It is unknown whether it carried out the request. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'ERR_STORE_UNAVAILABLE';
}

/**
 * The store refused what it was asked to do, and would refuse it again: a fault of this program, or of what the store
 * holds. It is not away.
 */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError';
  readonly code = 'ERR_STORE_REFUSED';
}

/** The store holds something else than the pool expects: another network, pool, schema or extranonce length. */
export class StoreMismatchError extends Error {
  override readonly name = 'StoreMismatchError';
  readonly code = 'ERR_STORE_MISMATCH';
}

/** Another process has opened the store, which takes only one. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';
  readonly code = 'ERR_STORE_IN_USE';
}
