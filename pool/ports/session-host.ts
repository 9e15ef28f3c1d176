/**
 * What a session needs of the pool around it.
 * @module
 */

import type { Counters, DisconnectReason } from '../domain/counters.js';
import type { RejectReason } from '../domain/reject-reasons.js';
import type { Offence } from '../guard/bans.js';
import type { HeaderBoard } from '../jobs/header-board.js';
import type { PoolHeader } from '../jobs/pool-header.js';
import type { Acknowledgements } from '../sessions/acknowledgements.js';
import type { LiveWorker, LiveWorkers } from '../sessions/live-worker.js';
import type { Session } from '../sessions/session.js';
import type { DifficultyTable } from '../shares/difficulty-table.js';
import type { HeaderHash } from '../shares/share-check.js';
import type { ShareJournal } from './journal.js';

/** How one listener treats its miners. */
export interface ListenerSettings {
  readonly name: string;
  /** Work of the first difficulty, and bounds of all, in expected hashes. */
  readonly startWork: bigint;
  readonly minWork: bigint;
  readonly maxWork: bigint;
  /** Whether difficulties never change. */
  readonly fixed: boolean;
  /** Share rate that difficulties aim at. */
  readonly sharesPerMinute: number;
  /** One job at a time, or all 16. */
  readonly jobs: 'one' | 'all';
}

/** Takes text of one character a byte, or bytes. */
export interface SessionOutput {
  /** @returns false if so much waits that `checkUnsent` is due */
  write(data: string | Uint8Array): boolean;
}

/** What a session needs of its connection. */
export interface SessionConnection {
  /** Canonical text of the client's address. */
  readonly remoteAddress: string;
  /** Whether that address is free of its limits. */
  readonly trusted: boolean;
  /** Where its bytes go. Directly, since a job to thousands of miners is little else than this. */
  readonly output: SessionOutput;
  /** The output said that much waits there: ends a connection that does not read. */
  checkUnsent(): void;
  /** Sends what is queued, then closes. */
  end(): void;
  noteAccepted(): void;
  /** A share was refused. @returns false if there were too many: the connection is to be closed */
  noteRefused(reason: RejectReason): boolean;
  /** A login was refused: a line to send, and half a millisecond to look at. @returns false if there were too many */
  noteRefusedLogin(): boolean;
  /** The connection is closed for abuse of the protocol. */
  noteOffence(offence: Offence): void;
}

/** A block that a share turned out to be. */
export interface BlockFind {
  readonly header: PoolHeader;
  /** 326 bytes, this block's own. */
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  /** Undefined: nobody has authorized on that connection. */
  readonly worker: LiveWorker | undefined;
  /** Work that it was credited as a share; 0 where it is none. */
  readonly work: bigint;
  /** Whether its chain has another parent by now. */
  readonly stale: boolean;
}

export interface SessionHost {
  readonly board: HeaderBoard;
  readonly difficulties: DifficultyTable;
  readonly journal: ShareJournal;
  readonly acknowledgements: Acknowledgements;
  readonly counters: Counters;
  readonly workers: LiveWorkers;
  readonly hashHeader: HeaderHash;
  /** An extranonce as hex digits, or undefined where none is left. */
  takeExtranonce(): string | undefined;
  /** A session has its first worker: gives it its first job. */
  admit(session: Session, nowMs: number): void;
  /** Sends a block to its node, and notes it in the journal: a flush is to follow. */
  submitBlock(find: BlockFind): void;
  /** Takes no more shares on a header: its miners get other work. */
  closeHeader(header: PoolHeader, nowMs: number): void;
  /** Closes a connection. */
  disconnect(session: Session, reason: DisconnectReason): void;
}

/** Where extranonces come from, as hex digits. */
export interface Extranonces {
  /** @returns undefined if none is left */
  take(): string | undefined;
  /** @param used - whether a share was accepted under it */
  release(extranonce: string, used: boolean): void;
}
