/**
 * The events of a pool: one closed union, which logs and feeds turn into their own words.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';
import type { BlockStateChange } from './block-record.js';
import type { PeerEvent, PeerEventLevel } from './peer-events.js';

export type PoolServerEvent =
  | {
      readonly type: 'listening';
      readonly listener: string;
      readonly protocol: string;
      readonly host: string;
      readonly port: number;
    }
  | { readonly type: 'identity'; readonly networkId: number; readonly minerAddresses: readonly string[] }
  | { readonly type: 'node'; readonly name: string }
  | {
      readonly type: 'notice';
      readonly level: 'info' | 'warn';
      readonly name: string;
      readonly message: string;
    }
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
  /** HTTP is served: the API, or what is for the operator. */
  | {
      readonly type: 'serving';
      readonly what: 'api' | 'admin';
      readonly host: string;
      readonly port: number;
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

/** Where a front end stands. */
export interface PoolStatus {
  /** Node that leads, or undefined. */
  readonly node: string | undefined;
  readonly uptimeMs: number;
  readonly connections: number;
  readonly workers: number;
  /** Shares since the start. */
  readonly accepted: number;
  readonly rejected: number;
  /** From the accepted work since the last status, or since the start. */
  readonly hashesPerSecond: number;
  readonly blocksFound: number;
  readonly blocksAccepted: number;
}
