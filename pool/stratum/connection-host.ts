/**
 * What a connection needs of the server around it.
 * @module
 */

import type { Pool } from '../engine.js';
import type { Admission } from '../guard/admission.js';
import type { Offence } from '../guard/bans.js';
import type { MessageLimit } from '../guard/message-limit.js';
import type { StratumConnection } from './stratum-connection.js';

export interface ConnectionLimits {
  /** Longest line, bytes, without its newline. */
  readonly maxLineBytes: number;
  /** Bytes that may wait for a client which does not read. */
  readonly maxUnsentBytes: number;
  /** From connecting to the end of the first line, ms. */
  readonly firstLineMs: number;
  /** From the first byte of a line to its end, ms. */
  readonly lineMs: number;
  /** From connecting to a good authorize, ms. */
  readonly authorizeMs: number;
}

export interface ConnectionHost {
  readonly pool: Pool;
  readonly limits: ConnectionLimits;
  readonly messageLimit: MessageLimit;
  readonly admission: Admission;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Whether an address is neither limited nor banned. */
  isTrusted(address: string): boolean;
  /** A client of this address abused the protocol. */
  noteOffence(address: string, offence: Offence): void;
  /** A connection has a deadline before it. */
  watch(connection: StratumConnection): void;
  onGone(connection: StratumConnection): void;
}
