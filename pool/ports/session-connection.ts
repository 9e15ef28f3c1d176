/**
 * A miner's connection as its session uses it, and its listener's settings.
 * @module
 */
import type { Carrier } from '../../protocol/stratum/carrier.js';
import type { RejectReason } from '../domain/reject-reasons.js';
import type { Offence } from '../guard/bans.js';

/** The settings that a listener has for its miners. */
export interface ListenerSettings {
  readonly name: string;
  /** What carries its lines. */
  readonly carrier: Carrier;
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

/** A miner's connection as its session uses it. */
export interface SessionConnection {
  /** Canonical text of the client's address. */
  readonly remoteAddress: string;
  /** Whether that address is free of limits and bans. */
  readonly trusted: boolean;
  /** The output of the connection. Used directly, since sending a job to thousands of miners is little else than this. */
  readonly output: SessionOutput;
  /** Called when much waits in the output: ends a connection that does not read. */
  checkUnsent(): void;
  /** Sends the queued bytes, then closes. */
  end(): void;
  noteAccepted(): void;
  /** Counts a refused share. @returns false if there were too many: the connection must be closed */
  noteRefused(reason: RejectReason): boolean;
  /** A login was refused. Checking one costs half a millisecond, so too many are an attack. @returns false if there were too many */
  noteRefusedLogin(): boolean;
  /** Notes that the connection is closed for abuse of the protocol. */
  noteOffence(offence: Offence): void;
}
