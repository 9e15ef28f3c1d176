/**
 * The port between the miner and the source of its jobs: full nodes, or a pool.
 * @module
 */
import type { Job } from '../../protocol/job.js';
import type { Refusal } from '../../protocol/stratum/refusal.js';

/** The other side of a connection. */
export interface SessionPeer {
  /** Its IP address; of a proxy, where there is one. */
  readonly address: string;
  /** The protocol, such as `TLSv1.3`; missing without TLS. */
  readonly tls?: string;
}

/** The time during which one node, or one pool, hands out jobs without a gap. Its jobs are worth nothing afterwards. */
export interface SourceSession {
  /** Unique in its source. */
  readonly id: number;
  /** Name of the node or pool, for people. */
  readonly name: string;
  /** First bytes of every nonce: a pool's extranonce, or none. */
  readonly noncePrefix: Uint8Array;
  /** Missing where it is not known. */
  readonly peer?: SessionPeer;
}

/** Something that the user should know, of one node or pool. */
export interface SourceNotice {
  readonly level: 'info' | 'warn';
  /** Name of the node or pool. */
  readonly name: string;
  readonly message: string;
  /**
   * `failure`: a try to connect, or a connection, has failed; another follows. `said`: words of the pool's for people.
   * `fault`: it sent what it should not have sent, and goes on.
   */
  readonly topic?: 'failure' | 'said' | 'fault';
}

/** Progress towards a node or pool that has brought no job yet. */
export interface SourceProgress {
  readonly name: string;
  /**
   * `connecting`: a connection is being opened. `authorized`: the pool knows the worker. `waiting`: and it has sent no
   * job for half a second. `away`: the try failed, and another follows.
   */
  readonly state: 'connecting' | 'authorized' | 'waiting' | 'away';
  /** Why the node or pool is away; missing otherwise. */
  readonly reason?: string;
  /** Tries in a row that failed before this one, or with it. */
  readonly failures: number;
}

export interface SourceEvents {
  /** A connection has come further, or has failed. */
  onProgress(progress: SourceProgress): void;
  /** From now on jobs come from this session; one before it has ended, or was left for a better one. */
  onSession(session: SourceSession): void;
  /** The newest jobs of the session, one a chain; a chain without an entry has no job any more. */
  onJobs(session: SourceSession, jobs: readonly Job[]): void;
  /** The outcome of a submission: refused, or not. May come late, twice or never. */
  onVerdict(session: SourceSession, blockHash: Uint8Array, refusal: Refusal | undefined): void;
  /** The session ended: its unanswered submissions stay so. */
  onSessionEnd(session: SourceSession): void;
  onNotice(notice: SourceNotice): void;
}

/**
 * Where jobs come from. `nodes`: a job's find is a block, one of which ends the work on its parent. `pools`: it is a
 * share, one of many; jobs have share targets and ids of the pool's, and a later session takes none of an earlier one.
 */
export type SourceKind = 'nodes' | 'pools';

/** Where jobs come from. Retries by itself, for ever. */
export interface JobSource {
  /** Of the session that was announced last, and of all later ones until it changes. */
  readonly kind: SourceKind;
  open(events: SourceEvents): void;
  /**
   * Sends a find.
   * @param session - the one that its job came from
   * @param job - the very object that came with `onJobs`
   * @param header - 326 bytes
   * @param blockHash - its hash, 32 bytes
   * @returns false if that session is over
   */
  submit(session: SourceSession, job: Job, header: Uint8Array, blockHash: Uint8Array): boolean;
  /** Tells the pool the hashrate that the miner measures. @param hashesPerSecond - at least 0 */
  reportHashrate?(hashesPerSecond: number): void;
  close(): void;
}
