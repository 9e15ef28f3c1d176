/**
 * The port to what tells the operator of the other ends of connections.
 * @module
 */
import type { PeerEvent } from '../domain/peer-events.js';

export interface PeerLog {
  /** Whether events of level debug are told: they need not be made otherwise. */
  readonly detailed: boolean;
  note(event: PeerEvent): void;
}

/** Tells nobody. */
export const SILENT_PEER_LOG: PeerLog = { detailed: false, note() {} };
