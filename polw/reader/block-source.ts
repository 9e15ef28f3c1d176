/**
 * Where blocks are read from: a full node's REST API, or what stands for one.
 * @module
 */
import type { NodeEndpoint } from '../../node/endpoint.js';
import { fetchChainHeight, type RestOptions } from '../../node/rest.js';
import { fetchBlock, fetchBlocksBetween, fetchHashesAt } from '../../node/rest-blocks.js';
import { type ChainIndex, chainIndex, GROUPS } from '../../protocol/chain.js';

/** Answers are any JSON: whoever asks reads them. Each method rejects with an error if there is no answer. */
export interface BlockSource {
  /** Main-chain blocks by chain. @param fromMs - ms since the epoch, included, as is `toMs` */
  blocks(fromMs: number, toMs: number): Promise<unknown>;
  /** A block, or undefined if it is not known. @param hash - hex */
  block(hash: string): Promise<unknown>;
  /**
   * A block, and the hashes of the blocks at its height as they are told right after it; undefined if it is not known. Left out where that
   * is no faster than two questions. @param hash - hex
   */
  blockWithHashes?(hash: string): Promise<BlockWithHashes | undefined>;
  /** Hashes of the blocks at a height, that of the main chain first. */
  hashes(chain: ChainIndex, height: number): Promise<unknown>;
  /** Height of a chain's last block. */
  height(chain: ChainIndex): Promise<number>;
}

/** A block among those at its height; any JSON, both. */
export interface BlockWithHashes {
  readonly block: unknown;
  /** That of the main chain first; undefined if the block is of a form in which it has no height. */
  readonly hashes: unknown;
}

/** Asks a source twice. */
export async function readWithHashes(
  source: Pick<BlockSource, 'block' | 'hashes'>,
  hash: string,
): Promise<BlockWithHashes | undefined> {
  const block = await source.block(hash);
  if (block === undefined) return undefined;
  const { chainFrom, chainTo, height } = (block ?? {}) as Readonly<Record<string, unknown>>;
  if (!isGroup(chainFrom) || !isGroup(chainTo) || !Number.isSafeInteger(height))
    return { block, hashes: undefined };
  return { block, hashes: await source.hashes(chainIndex(chainFrom, chainTo), height as number) };
}

function isGroup(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < GROUPS;
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
