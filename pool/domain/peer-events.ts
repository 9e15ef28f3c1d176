/**
 * What the other ends of connections do, as far as an operator may want to know of it. Whoever connects can cause these at any
 * rate, so that none is told before it was gathered (`report/peer-lines.ts`).
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { Carrier } from '../../protocol/stratum/carrier.js';
import type { SpokenProtocol } from '../../protocol/stratum/spoken-protocol.js';
import type { DisconnectReason } from './counters.js';
import type { LoginRefusal } from './login-refusals.js';
import type { RejectReason } from './reject-reasons.js';

/** Whom it is about. */
export interface Peer {
  /** Canonical text of the remote address. */
  readonly address: string;
  /** Name of the listener. */
  readonly listener: string;
  /** What the software calls itself, cleaned; empty where it has not said. */
  readonly agent: string;
}

export type PeerEvent = Peer &
  (
    | {
        readonly what: 'loginRefused';
        /** The user that was sent, cleaned and cut. */
        readonly sent: string;
        readonly reason: LoginRefusal;
      }
    /** A login was made to fit: its worker mines under another name than was sent. */
    | {
        readonly what: 'loginChanged';
        readonly sent: string;
        /** Address that is paid. */
        readonly account: string;
        readonly worker: string;
      }
    | {
        readonly what: 'authorized';
        readonly account: string;
        readonly worker: string;
        /** Stratum difficulty. */
        readonly difficulty: number;
      }
    | {
        readonly what: 'firstJob';
        readonly account: string;
        readonly worker: string;
        readonly chain: ChainIndex;
        readonly height: number;
        readonly difficulty: number;
      }
    | {
        readonly what: 'left';
        readonly reason: DisconnectReason;
        /** Of its first worker; both empty where none had authorized. */
        readonly account: string;
        readonly worker: string;
        readonly connectedMs: number;
        /** Shares. */
        readonly accepted: number;
        readonly rejected: number;
      }
    | {
        readonly what: 'shareRefused';
        readonly account: string;
        readonly worker: string;
        readonly reason: RejectReason;
      }
    | { readonly what: 'unknownMethod'; readonly method: string }
    | { readonly what: 'malformed'; readonly sent: string; readonly reason: string }
    /** It speaks another protocol than the listener does. */
    | { readonly what: 'otherProtocol'; readonly spoken: SpokenProtocol; readonly expected: Carrier }
    /** A connection ended before it was a miner's. */
    | {
        readonly what: 'connectionRefused';
        readonly reason: string;
        /** More of it, where there is more. */
        readonly detail: string | undefined;
      }
    /** An address was banned. */
    | { readonly what: 'banned'; readonly untilMs: number; readonly forMs: number; readonly reason: string }
  );

/** How much an event matters. */
export type PeerEventLevel = 'debug' | 'info' | 'warn';

/** Refusals that miners suffer since something here is full: the operator can help that. */
const SHORTAGES: ReadonlySet<string> = new Set([
  'full',
  'addressFull',
  'addressRate',
  'fileLimit',
  'acceptQueueFull',
  'tlsQueueFull',
  'noExtranonce',
  'addressExtranonces',
  'unrecorded',
]);

export function levelOfPeerEvent(event: PeerEvent): PeerEventLevel {
  switch (event.what) {
    case 'loginRefused':
    case 'banned':
      return 'warn';
    case 'loginChanged':
    case 'otherProtocol':
      return 'info';
    case 'connectionRefused':
      return SHORTAGES.has(event.reason) ? 'warn' : 'debug';
    case 'authorized':
    case 'firstJob':
    case 'left':
    case 'shareRefused':
    case 'unknownMethod':
    case 'malformed':
      return 'debug';
  }
}
