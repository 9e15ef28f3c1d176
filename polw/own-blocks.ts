/**
 * Blocks of ours as they were sent. What a template on one of them can spend follows from its bytes: nobody has to be asked for it.
 *
 * A block is given to the fund only as it reads with a node's REST API. So one is left for that whose other transactions touch burn
 * addresses: they are not taken apart here.
 * @module
 */

import { blake2b256 } from '../protocol/blake2b.js';
import { BoundedMap } from '../protocol/bounded-map.js';
import { bytesToHex, equalBytes } from '../protocol/bytes.js';
import type { ChainIndex } from '../protocol/chain.js';
import { depsOf, NONCE_BYTES, timestampOfBlob } from '../protocol/header.js';
import { outputKeyOf } from '../protocol/output-reference.js';
import { readNodeCoinbase } from './builder/node-coinbase.js';
import { readCoinbase } from './builder/read-coinbase.js';
import type { TransactionList } from './builder/transaction-list.js';
import { parentOf } from './fund/block-tree.js';
import type { FundBlock, FundOutput } from './fund/fund-block.js';

/** A block of ours that burns. */
export interface OwnBlock {
  /** Hex. */
  readonly hash: string;
  readonly chain: ChainIndex;
  readonly height: number;
  /** 326 bytes. */
  readonly header: Uint8Array;
  readonly list: TransactionList;
  readonly coinbase: Uint8Array;
}

/** A burn address. */
export interface BurnPlace {
  readonly text: string;
  readonly lockupScript: Uint8Array;
  readonly hint: number;
}

/** Blocks that are remembered: those that no template builds on are never asked for. */
const MAX_OWN_BLOCKS = 256;

/** Blocks of ours in a row that a node's jobs may skip. */
const MAX_WAY = 8;

type SentBlock = Omit<OwnBlock, 'list' | 'hash'>;

export class OwnBlocks {
  readonly #places: readonly BurnPlace[];
  readonly #hints: ReadonlySet<number>;
  readonly #blocks = new BoundedMap<string, SentBlock>(MAX_OWN_BLOCKS);

  /** @param places - all burn addresses of the fund */
  constructor(places: readonly BurnPlace[]) {
    this.#places = places;
    this.#hints = new Set(places.map(({ hint }) => hint));
  }

  /** Remembers a block. @returns false for one that must be read from a node */
  add({ hash, chain, height, header, list, coinbase }: OwnBlock): boolean {
    if (list.hints.some((hint) => this.#hints.has(hint))) return false;
    this.#blocks.set(hash, { chain, height, header, coinbase });
    return true;
  }

  /** Of a block that is remembered. @param hash - hex */
  heightOf(hash: string): number | undefined {
    return this.#blocks.get(hash)?.height;
  }

  /**
   * Blocks that lead to one, it included, as the fund is told of them: lowest first, as far down as they are remembered and not known.
   * @param hash - hex
   */
  wayTo(hash: string, isKnown: (hash: string) => boolean): readonly FundBlock[] {
    const way: FundBlock[] = [];
    for (let next = hash; way.length < MAX_WAY && !isKnown(next); ) {
      const sent = this.#blocks.get(next);
      if (sent === undefined) break;
      const block = this.#fundBlockOf(next, sent);
      way.unshift(block);
      next = parentOf(block);
    }
    return way;
  }

  #fundBlockOf(hash: string, { chain, height, header, coinbase }: SentBlock): FundBlock {
    const blob = header.subarray(NONCE_BYTES);
    const { inputs, outputs, gasFee, unsignedLength } = readCoinbase(coinbase);
    const id = blake2b256(coinbase.subarray(0, unsignedLength));
    const ours = outputs.flatMap(({ amount, lockupScript, lockTimeMs }, index): readonly FundOutput[] => {
      const place = this.#places.find((one) => equalBytes(one.lockupScript, lockupScript));
      if (place === undefined) return [];
      const { hint, text: address } = place;
      const key = bytesToHex(outputKeyOf(id, index));
      return [{ key, hint, address, amount, lockTimeMs: Number(lockTimeMs), tokens: false, index }];
    });
    const spends = inputs.filter(({ hint }) => this.#hints.has(hint)).map(({ key }) => bytesToHex(key));
    const uncles = readNodeCoinbase(coinbase, 0, chain).uncles.map((uncle) => bytesToHex(uncle.hash));
    return {
      hash,
      chain,
      height,
      deps: depsOf(blob).map(bytesToHex),
      timestampMs: timestampOfBlob(blob),
      uncles,
      transactions: [{ id: bytesToHex(id), coinbase: true, spends, outputs: ours, gasFee }],
      conflicted: [],
    };
  }
}
