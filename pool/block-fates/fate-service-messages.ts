/**
 * What the follower of blocks, in the store's thread, and the rest of the pool say to each other. All of it can be cloned.
 * @module
 */
import type { NodeAddress } from '../../node/node-set-port.js';
import type { BlockFigures } from '../domain/block-figures.js';
import type { PoolServerEvent } from '../domain/events.js';
import type { SettlementTerms } from '../settlement/settlement.js';

/** What the follower is started with. */
export interface FateServiceData {
  /** Name of the front end: the owner of the lease. */
  readonly owner: string;
  /** In order of preference. */
  readonly nodes: readonly NodeAddress[];
  /** Bits by which the network's thresholds are lowered. */
  readonly shift: number;
  /** Blocks that must follow on one before it is final. */
  readonly depth: number;
  /** Whether blocks pay addresses beside the nodes' miner addresses, which are told later. */
  readonly awaitsAddresses: boolean;
  /** How what blocks bring is credited; undefined where nothing is. */
  readonly settlement: SettlementTerms | undefined;
}

/** Addresses that blocks pay beside the nodes' miner addresses. */
export interface ToFateService {
  readonly type: 'addresses';
  readonly addresses: readonly string[];
}

export type BlockFateEvent = PoolServerEvent & { readonly type: 'blockFate' };

export type FromFateService =
  | { readonly type: 'figures'; readonly figures: BlockFigures }
  | { readonly type: 'fate'; readonly event: BlockFateEvent }
  /** What became of blocks can't be asked, or can again; `settlement`: what blocks bring can't be credited. */
  | {
      readonly type: 'trouble';
      readonly name: 'blocks' | 'settlement';
      readonly level: 'info' | 'warn';
      readonly message: string;
    };
