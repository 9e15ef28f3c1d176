/**
 * A block as the simulated node keeps it.
 * @module
 */
import { bytesToHex } from '../protocol/bytes.js';
import type { ChainIndex } from '../protocol/chain.js';
import type { Header } from '../protocol/header.js';
import type { Transaction } from '../protocol/transaction.js';

/** A block's hash in hex: the key under which it is kept. */
export type BlockId = string;

/** A block that another one pays although it is not of the main chain. */
export interface UncleReference {
  readonly hash: Uint8Array;
  /** Lockup script of the uncle's own reward. */
  readonly lockupScript: Uint8Array;
  /** Height of the referencing block less that of the uncle, 1 to 7. */
  readonly heightDifference: number;
}

/** A block. */
export interface Block {
  readonly id: BlockId;
  readonly hash: Uint8Array;
  readonly chain: ChainIndex;
  readonly height: number;
  readonly header: Header;
  /** 326 bytes. */
  readonly headerBytes: Uint8Array;
  /** The coinbase is the last one. A genesis block has none, but may hold the coins that there are to begin with. */
  readonly transactions: readonly Transaction[];
  readonly parent: BlockId;
  /** Lockup script that output 0 of the coinbase pays; empty for a genesis block. */
  readonly miner: Uint8Array;
  /** In the order of the coinbase's outputs that pay them: by hash, as signed bytes. */
  readonly uncles: readonly UncleReference[];
}

/** The key of a hash. */
export function blockId(hash: Uint8Array): BlockId {
  return bytesToHex(hash);
}
