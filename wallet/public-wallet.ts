/**
 * What anybody may know of a pool's wallet.
 * @module
 */
import type { Address } from '../protocol/address.js';

export interface PublicWallet {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  /** 4, by group. `publicKey`: 33 bytes, compressed. */
  readonly keys: readonly { readonly publicKey: Uint8Array; readonly address: Address }[];
}
