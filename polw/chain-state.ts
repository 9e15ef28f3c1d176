/**
 * Where a chain stands under Proof of Less Work, and the words for it.
 * @module
 */
import { type ChainIndex, chainName } from '../protocol/chain.js';
import type { Closeness } from './builder/polw-network.js';

/**
 * Why a chain is not mined. `notAuthorized`: nobody signed for its burn address. `noCoins`: there are none.
 * `coinsOnTheWay`: some come. `tooLittle`: those that are there do not make up for a block. `fundBehind`: the fund has not
 * read the blocks that the template builds on. `listBehind`: its transactions have not been walked over.
 * `badTemplate`: the template is of another form than those that are known. `nodeCannotBuild`: the chain is at the threshold, and its node gives no more templates. `noReward`: nothing would be left
 * to pay. `fault`: this program would break a rule.
 */
export type UnfundedReason =
  | 'notAuthorized'
  | 'noCoins'
  | 'coinsOnTheWay'
  | 'tooLittle'
  | 'fundBehind'
  | 'listBehind'
  | 'badTemplate'
  | 'nodeCannotBuild'
  | 'noReward'
  | 'fault';

/** Coins at a chain's burn address, attoALPH. */
export interface CoinsSeen {
  /** Outputs that can be spent. */
  readonly count: number;
  readonly visible: bigint;
  /** On the way. */
  readonly sent: bigint;
}

/**
 * What a chain is warned of before it crosses the threshold. `notAuthorized`: nobody signed for its burn address.
 * `noCoins`: there are none to spend. `nodeMayStop`: its node keeps transactions to itself, as one does that burns coins
 * itself, and one that will stop.
 */
export interface Warning {
  readonly reason: 'notAuthorized' | 'noCoins' | 'nodeMayStop';
  readonly detail: string;
}

/** Where a chain stands. Amounts in attoALPH. */
export type ChainState =
  /** No template has come. */
  | { readonly kind: 'none' }
  /** Nothing is burnt. */
  | {
      readonly kind: 'plain';
      readonly closeness: Closeness;
      /** Those at its burn address, once the threshold is in sight and the fund knows. */
      readonly coins: CoinsSeen | undefined;
      /** What will go wrong at the threshold, if anything is known to. */
      readonly warning: Warning | undefined;
    }
  /** The node burns coins itself. */
  | { readonly kind: 'nodeBuilt' }
  | {
      readonly kind: 'funded';
      /** By its next block. */
      readonly burnt: bigint;
      /** Those of its next block among them. */
      readonly coins: CoinsSeen;
      /** Transactions beside the coinbase. */
      readonly transactions: number;
      /** Why there are none, if the template's cannot be used. */
      readonly listFault: string | undefined;
    }
  /** The template is new, and what it takes will be known within a moment: the one before it is mined meanwhile. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'unfunded'; readonly reason: UnfundedReason; readonly detail: string };

/** Chains that are named one by one. */
const MAX_CHAINS_NAMED = 4;

/** Chains for people. @param chains - at least one */
export function nameChains(chains: readonly ChainIndex[]): string {
  if (chains.length === 1) return `chain ${chainName(chains[0]!)}`;
  const named = chains.slice(0, MAX_CHAINS_NAMED).map(chainName).join(', ');
  const more = chains.length - MAX_CHAINS_NAMED;
  return more > 0 ? `chains ${named} and ${more} more` : `chains ${named}`;
}
