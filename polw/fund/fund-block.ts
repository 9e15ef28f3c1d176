/**
 * What the fund is told of blocks, and what it answers about coins. Hashes, ids and keys are lower-case hex of 32 bytes.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';

/** What the fund needs of a block, on a main chain or beside one. */
export interface FundBlock {
  readonly hash: string;
  readonly chain: ChainIndex;
  /** From 0, which is the genesis block. */
  readonly height: number;
  /** 7, as in the header: the tips of the other groups, then those of the chains (from, 0..3). The parent is `deps[3 + to]`. */
  readonly deps: readonly string[];
  /** Of the header, ms since the epoch. */
  readonly timestampMs: number;
  /** Blocks whose miners outputs 1 and on of the coinbase pay, in the order of these outputs; at most 2. */
  readonly uncles: readonly string[];
  /** Those that touch our addresses, in the order of the block. */
  readonly transactions: readonly FundTransaction[];
  /**
   * Ids of transactions that have no effect since this block of (f, f) took their blocks in: another one spends the same
   * output. A node tells them with the block that holds such a transaction, from then on; here they belong to the block that
   * decided, so that they go when it goes.
   */
  readonly conflicted: readonly string[];
  /** Whether it is still to be asked what this block of (f, f) has decided: `conflicted` may lack some, and it is not final. */
  readonly undecided?: boolean;
}

/** A transaction that spends outputs at our addresses, or makes some. */
export interface FundTransaction {
  readonly id: string;
  readonly coinbase: boolean;
  /** Keys of the outputs that it spends and that may be ours: their hints are those of our addresses. */
  readonly spends: readonly string[];
  /** Those to our addresses. */
  readonly outputs: readonly FundOutput[];
  /** What its gas costs, attoALPH: of a coinbase only what goes beyond the gas of a plain one, which is free. */
  readonly gasFee: bigint;
}

/** An output to one of our addresses. */
export interface FundOutput {
  readonly key: string;
  /** A signed 32-bit integer. */
  readonly hint: number;
  readonly address: string;
  /** attoALPH. */
  readonly amount: bigint;
  /** From when on it can be spent, ms since the epoch; 0 for at once. */
  readonly lockTimeMs: number;
  /** Whether it holds any token. */
  readonly tokens: boolean;
  /** Among all outputs of its transaction, from 0. */
  readonly index: number;
}

/** What a template can see. */
export interface TemplateView {
  readonly chain: ChainIndex;
  /** 7, of its header. */
  readonly deps: readonly string[];
  /** Of its header, ms since the epoch. */
  readonly timestampMs: number;
}

/** An output of a chain's burn address that a block of that chain can spend. */
export interface Coin {
  readonly key: string;
  /** A signed 32-bit integer. */
  readonly hint: number;
  /** attoALPH. */
  readonly amount: bigint;
  /** ms since the epoch, 0 for never locked. */
  readonly lockTimeMs: number;
}

/** Coins for a template. */
export interface CoinsInView {
  readonly kind: 'coins';
  /** Visible, unlocked at the template's time, unspent, not reserved, without tokens: largest first. */
  readonly coins: readonly Coin[];
  /** On the way, attoALPH: not visible yet, or locked for less than an hour more. */
  readonly sent: bigint;
}

/** What the fund knows of the coins for a template. */
export type CoinsAnswer =
  | CoinsInView
  | {
      readonly kind: 'unknown';
      /** Blocks that the fund must be told of first. Ask again then: there may be further ones. */
      readonly hashes: readonly string[];
    };
