/**
 * What signs transfers of a pool's wallet: whoever has its keys. Here it is the wallet's own file.
 * @module
 */
import type { Address } from '../protocol/address.js';
import type { TransferParts } from '../protocol/transfer.js';
import type { Wallet } from './seal-wallet.js';
import { type SignedByWallet, type SigningModules, signTransfer } from './sign-transfer.js';

/** What anybody may know of a wallet. */
export interface PublicWallet {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  /** 4, by group. `publicKey`: 33 bytes, compressed. */
  readonly keys: readonly { readonly publicKey: Uint8Array; readonly address: Address }[];
}

export interface TransferSigner extends PublicWallet {
  /**
   * Builds and signs.
   * @param isKnown - see `SigningModules`
   * @throws as `signTransfer`, likewise: nothing is signed then
   */
  sign(asked: TransferParts, isKnown: SigningModules['isKnown']): Promise<SignedByWallet>;
}

/** Signs with the keys of a wallet that is open here. */
export function walletSigner(wallet: Wallet): TransferSigner {
  const { networkId, keys } = wallet;
  return {
    networkId,
    keys: keys.map(({ publicKey, address }) => ({ publicKey, address })),
    sign: async (asked, isKnown) => signTransfer(asked, { wallet, isKnown }),
  };
}
