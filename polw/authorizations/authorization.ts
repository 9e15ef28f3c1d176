/**
 * What lets a server burn coins of a burn address without its key: one signature a chain, made once, offline.
 *
 * A chain (from, to) has a burn address of its own, P2PKH in group `from`, so that no two chains spend the same coins.
 * Output 0 of its blocks pays its reward address, in group `to`. The signature covers these two addresses, and neither
 * amounts nor the network: whoever has it can do nothing else with the coins.
 * @module
 */
import type { Address } from '../../protocol/address.js';
import type { ChainIndex } from '../../protocol/chain.js';

/** The right to burn on one chain. Verified: what it says is true. */
export interface Authorization {
  readonly chain: ChainIndex;
  /** 33 bytes, compressed secp256k1. */
  readonly burnPublicKey: Uint8Array;
  /** P2PKH address of the key, in the chain's `from` group. */
  readonly burn: Address;
  /** Whom output 0 pays, in the chain's `to` group. */
  readonly reward: Address;
  /** By the burn key over `polwDigest(burn, reward)`, 64 bytes. */
  readonly signature: Uint8Array;
}

/** A chain that can't burn, and why. */
export interface UnauthorizedChain {
  readonly chain: ChainIndex;
  /** In words, for people. */
  readonly fault: string;
}

/** Of one network, for all chains. */
export interface Authorizations {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  /** 16, by chain index. */
  readonly chains: readonly (Authorization | UnauthorizedChain)[];
}

/** Whether a chain can burn. */
export function isAuthorized(chain: Authorization | UnauthorizedChain): chain is Authorization {
  return !('fault' in chain);
}
