/**
 * The first blocks of the 16 chains.
 * @module
 */
import { blake2b256 } from '../protocol/blake2b.js';
import { ALL_CHAINS, type ChainIndex, fromGroupOf, toGroupOf } from '../protocol/chain.js';
import { COINBASE_GAS_PRICE } from '../protocol/coinbase.js';
import { DEPS, encodeHeader, HASH_BYTES, type Header } from '../protocol/header.js';
import { txsHashOf } from '../protocol/merkle.js';
import { blockHash, chainOfHash } from '../protocol/pow.js';
import { createTransaction, MIN_GAS_AMOUNT, type Transaction } from '../protocol/transaction.js';
import { nonceOf } from '../shaders/search.js';
import { type Block, blockId } from './block.js';
import type { GenesisCoin } from './coins/faucet.js';

/** Time of the first blocks, ms since the epoch: when the main network was launched. Emission counts from it. */
export const GENESIS_TIMESTAMP_MS = 1_636_379_973_000n;

/**
 * The first blocks, the same for the same arguments. They depend on nothing and are no proof of work, but their hashes
 * are of their chains.
 * @param targetBits - compact bits of the target that all chains begin with
 * @param coins - what there is to begin with: in chain (g, g) those of group g; without any there is no transaction
 */
export function createGenesis(
  networkId: number,
  targetBits: number,
  coins: readonly GenesisCoin[] = [],
): Block[] {
  return ALL_CHAINS.map((chain) => {
    const group = fromGroupOf(chain);
    const own = toGroupOf(chain) === group ? coins.filter(({ address }) => address.group === group) : [];
    return genesisOf(chain, networkId, targetBits, own.length === 0 ? [] : [allocationOf(networkId, own)]);
  });
}

function allocationOf(networkId: number, coins: readonly GenesisCoin[]): Transaction {
  return createTransaction({
    networkId,
    script: undefined,
    gasAmount: MIN_GAS_AMOUNT,
    gasPrice: COINBASE_GAS_PRICE,
    inputs: [],
    outputs: coins.map(({ address, amount, lockTimeMs = 0n, tokens = [] }) => ({
      amount,
      lockupScript: address.lockupScript,
      lockTimeMs,
      tokens,
      additionalData: new Uint8Array(0),
    })),
  });
}

function genesisOf(
  chain: ChainIndex,
  networkId: number,
  targetBits: number,
  transactions: readonly Transaction[],
): Block {
  const zeros = new Uint8Array(HASH_BYTES);
  const name = new TextEncoder().encode(`lesswork devnet ${networkId}, chain ${chain}`);
  const parts: Omit<Header, 'nonce'> = {
    deps: Array.from({ length: DEPS }, () => zeros),
    depStateHash: blake2b256(name),
    txsHash: transactions.length === 0 ? zeros : txsHashOf(transactions),
    timestamp: GENESIS_TIMESTAMP_MS,
    targetBits,
  };
  for (let counter = 0n; ; counter++) {
    const header = { ...parts, nonce: nonceOf(new Uint8Array(16), counter) };
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
      transactions,
      parent: blockId(zeros),
      miner: new Uint8Array(0),
      uncles: [],
    };
  }
}
