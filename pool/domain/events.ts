/**
 * The events of a pool: one closed union, which logs and feeds turn into their own words.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { Gathered } from '../../protocol/event-gatherer.js';
import type { FateState } from './block-fate.js';
import type { BlockStateChange } from './block-record.js';
import type { PeerEvent, PeerEventLevel } from './peer-events.js';
import type { RejectReason } from './reject-reasons.js';

/** What a node can cause at any rate: an event may stand for several of its kind. */
interface OfNode {
  readonly gathered?: Gathered;
}

export type PoolServerEvent =
  | {
      readonly type: 'listening';
      readonly listener: string;
      readonly protocol: string;
      readonly host: string;
      readonly port: number;
    }
  | (OfNode & {
      readonly type: 'identity';
      readonly networkId: number;
      readonly minerAddresses: readonly string[];
    })
  /** A node leads; for how long none did, ms, where that was told. */
  | (OfNode & { readonly type: 'node'; readonly name: string; readonly awayMs: number | undefined })
  /** No node leads, and that for some seconds. */
  | (OfNode & { readonly type: 'noNode' })
  | (OfNode & {
      readonly type: 'notice';
      readonly level: 'info' | 'warn';
      readonly name: string;
      readonly message: string;
    })
  | {
      readonly type: 'block';
      readonly hash: string;
      readonly nonce: string;
      readonly chain: ChainIndex;
      readonly height: number;
      /** Address and name of the worker that found it; missing where nobody had authorized. */
      readonly account: string | undefined;
      readonly worker: string | undefined;
      /** Whether its chain had another parent by then: a side block at best. */
      readonly stale: boolean;
    }
  | {
      readonly type: 'blockState';
      readonly hash: string;
      readonly state: BlockStateChange['state'];
      /** Refused since its template had a block of ours already: a node takes one. */
      readonly surplus: boolean;
      readonly chain: ChainIndex | undefined;
      readonly height: number | undefined;
    }
  /** The chains tell something else of a block than before. */
  | {
      readonly type: 'blockFate';
      readonly hash: string;
      readonly chain: ChainIndex;
      readonly height: number;
      readonly state: FateState;
      /** Whether the state is another than before. */
      readonly isNews: boolean;
      readonly final: boolean;
      readonly matured: boolean;
      /** What it earned, decimal attoALPH. */
      readonly earned: string;
      /** Whom it pays, where that is not the pool. */
      readonly pays: string | undefined;
    }
  /** HTTP is served: the API, or what is for the operator. */
  | {
      readonly type: 'serving';
      readonly what: 'api' | 'admin';
      readonly host: string;
      readonly port: number;
      /** Whether the page is served with the API. */
      readonly page?: boolean;
    }
  /** What another end of a connection did. */
  | ({
      readonly type: 'peer';
      readonly level: PeerEventLevel;
      /** Others like it that it stands for. */
      readonly more: number;
      /** Time in which they came, ms. */
      readonly overMs: number;
    } & PeerEvent)
  /** Shares were refused since they could not be written down. */
  | { readonly type: 'unrecorded'; readonly count: number };

/** Where a full node stands. */
export interface NodeStanding {
  readonly name: string;
  readonly state: 'leading' | 'ready' | 'behind' | 'refused' | 'away';
}

/** Where a front end stands. */
export interface PoolStatus {
  /** Node that leads, or undefined. */
  readonly node: string | undefined;
  /** In order of preference. */
  readonly nodes: readonly NodeStanding[];
  readonly uptimeMs: number;
  readonly connections: number;
  /** Connections that have authorized. */
  readonly miners: number;
  readonly workers: number;
  /** Shares since the start. */
  readonly accepted: number;
  readonly rejected: number;
  /** Reasons that there were. */
  readonly rejectedBy: Readonly<Partial<Record<RejectReason, number>>>;
  /** From the accepted work of the last ten minutes, or since the start. */
  readonly hashesPerSecond: number;
  /** Time that this is over, ms. */
  readonly hashrateOverMs: number;
  readonly blocksFound: number;
  readonly blocksAccepted: number;
}
