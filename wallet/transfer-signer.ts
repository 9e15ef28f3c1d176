/**
 * What signs transfers of a pool's wallet: whoever has its keys, here or elsewhere.
 * @module
 */
import type { TransferParts } from '../protocol/transfer.js';
import type { PublicWallet } from './public-wallet.js';
import type { Wallet } from './seal-wallet.js';
import { type SignedByWallet, type SigningModules, signTransfer } from './sign-transfer.js';

/** Nothing was signed, for a reason in words. */
export interface Unsigned {
  readonly kind: 'unsigned';
  /** Whether it will be so again until somebody does something about it. */
  readonly isLasting: boolean;
  readonly why: string;
}

export interface TransferSigner extends PublicWallet {
  /**
   * Builds and signs.
   * @param isKnown - see `SigningModules`
   * @throws as `signTransfer`: nothing is signed then
   */
  sign(asked: TransferParts, isKnown: SigningModules['isKnown']): Promise<SignedByWallet | Unsigned>;
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
