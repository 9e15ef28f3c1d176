/**
 * The port to what tells the operator of the other ends of connections.
 * @module
 */
import type { PeerEvent } from '../domain/peer-events.js';

export interface PeerLog {
  /** Whether events of level debug are told: `detail` need not be called otherwise. */
  readonly detailed: boolean;
  note(event: PeerEvent): void;
  /**
   * Notes an event of level debug. There may be thousands a second, of which few are told: only these are made.
   * @param what - as in the event
   * @param reason - as in the event; empty where it has none
   * @param make - called at once, or some seconds later, or never
   */
  detail(what: PeerEvent['what'], reason: string, make: () => PeerEvent): void;
}

/** Tells nobody. */
export const SILENT_PEER_LOG: PeerLog = { detailed: false, note() {}, detail() {} };
