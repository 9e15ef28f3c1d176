/**
 * The first blocks of the 16 chains.
 * @module
 */
import { blake2b256 } from '../protocol/blake2b.js';
import { ALL_CHAINS, type ChainIndex } from '../protocol/chain.js';
import { DEPS, encodeHeader, HASH_BYTES, type Header } from '../protocol/header.js';
import { blockHash, chainOfHash } from '../protocol/pow.js';
import { nonceOf } from '../shaders/search.js';
import { type Block, blockId } from './block.js';

/** Time of the first blocks, ms since the epoch: when the main network was launched. Emission counts from it. */
export const GENESIS_TIMESTAMP_MS = 1_636_379_973_000n;

/**
 * The first blocks, the same for the same arguments. They depend on nothing, hold no transaction, and are no proof of
 * work, but their hashes are of their chains.
 * @param targetBits - compact bits of the target that all chains begin with
 */
export function createGenesis(networkId: number, targetBits: number): Block[] {
  return ALL_CHAINS.map((chain) => genesisOf(chain, networkId, targetBits));
}

function genesisOf(chain: ChainIndex, networkId: number, targetBits: number): Block {
  const zeros = new Uint8Array(HASH_BYTES);
  const name = new TextEncoder().encode(`lesswork devnet ${networkId}, chain ${chain}`);
  for (let counter = 0n; ; counter++) {
    const header: Header = {
      nonce: nonceOf(new Uint8Array(16), counter),
      deps: Array.from({ length: DEPS }, () => zeros),
      depStateHash: blake2b256(name),
      txsHash: zeros,
      timestamp: GENESIS_TIMESTAMP_MS,
      targetBits,
    };
    const headerBytes = encodeHeader(header);
    const hash = blockHash(headerBytes);
    if (chainOfHash(hash) !== chain) continue;
    return {
      id: blockId(hash),
      hash,
      chain,
      height: 0,
      header,
      headerBytes,
      transactions: [],
      parent: blockId(zeros),
      miner: new Uint8Array(0),
      uncles: [],
    };
  }
}
