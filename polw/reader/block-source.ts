/**
 * Where blocks are read from: a full node's REST API, or what stands for one.
 * @module
 */
import type { NodeEndpoint } from '../../node/endpoint.js';
import { fetchChainHeight, type RestOptions } from '../../node/rest.js';
import { fetchBlock, fetchBlocksBetween, fetchHashesAt } from '../../node/rest-blocks.js';
import type { ChainIndex } from '../../protocol/chain.js';

/** Answers are any JSON: whoever asks reads them. Each method rejects with an error if there is no answer. */
export interface BlockSource {
  /** Main-chain blocks by chain. @param fromMs - ms since the epoch, included, as is `toMs` */
  blocks(fromMs: number, toMs: number): Promise<unknown>;
  /** A block, or undefined if it is not known. @param hash - hex */
  block(hash: string): Promise<unknown>;
  /** Hashes of the blocks at a height, that of the main chain first. */
  hashes(chain: ChainIndex, height: number): Promise<unknown>;
  /** Height of a chain's last block. */
  height(chain: ChainIndex): Promise<number>;
}

/** Reads from a node. */
export function restBlockSource(endpoint: NodeEndpoint, options: RestOptions): BlockSource {
  return {
    blocks: (fromMs, toMs) => fetchBlocksBetween(endpoint, fromMs, toMs, options),
    block: (hash) => fetchBlock(endpoint, hash, options),
    hashes: (chain, height) => fetchHashesAt(endpoint, chain, height, options),
    height: (chain) => fetchChainHeight(endpoint, chain, options),
  };
}
