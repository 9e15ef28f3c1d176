/**
 * A block from what somebody submits whole.
 * @module
 */
import { decodeHeader } from '../protocol/header.js';
import { blockHash, chainOfHash } from '../protocol/pow.js';
import type { Transaction } from '../protocol/transaction.js';
import { type Block, blockId, type UncleReference } from './block.js';
import { type ChainState, parentHash } from './chain-state.js';
import { parseCoinbaseData } from './coins/coinbase-data.js';

/**
 * The block, not judged yet. Its uncles are those that its coinbase names.
 * @param headerBytes - 326 bytes
 * @param transactions - the coinbase last
 * @returns undefined where the parent is not known
 * @throws DecodeError if the header is none
 */
export function wholeBlockOf(
  headerBytes: Uint8Array,
  transactions: readonly Transaction[],
  state: ChainState,
): Block | undefined {
  const header = decodeHeader(headerBytes);
  const hash = blockHash(headerBytes);
  const chain = chainOfHash(hash);
  const parent = state.get(blockId(parentHash(header.deps, chain)));
  if (!parent) return undefined;
  const height = parent.height + 1;
  const first = transactions.at(-1)?.unsigned.outputs[0];
  const named = first ? (parseCoinbaseData(first.additionalData)?.uncles ?? []) : [];
  const uncles: UncleReference[] = named.map((uncle) => ({
    ...uncle,
    // An unknown one is no block of any height: the rules refuse it.
    heightDifference: height - (state.get(blockId(uncle.hash))?.height ?? height),
  }));
  return {
    id: blockId(hash),
    hash,
    chain,
    height,
    header,
    headerBytes,
    transactions,
    parent: parent.id,
    miner: first?.lockupScript ?? new Uint8Array(0),
    uncles,
  };
}
