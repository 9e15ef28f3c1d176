/**
 * Errors of the wallet. No message holds a word of a mnemonic, a password or a key.
 * @module
 */

/**
 * | code | meaning |
 * |---|---|
 * | `ERR_WALLET_PASSWORD` | the password is not that of the wallet, or none can be taken |
 * | `ERR_WALLET_DAMAGED` | the file is not what was written, or was never a wallet |
 * | `ERR_WALLET_VERSION` | the file has a form that this program does not know |
 * | `ERR_WALLET_NETWORK` | the wallet is of another network |
 * | `ERR_WALLET_FILE` | the operating system says no, or a file is there already |
 * | `ERR_WALLET_NODE` | a wallet that a node keeps can't be used: it is not there, or lacks an address |
 * | `ERR_WALLET_TRANSFER` | a transfer or a signature is not what was asked for: nothing is signed |
 */
export type WalletErrorCode =
  | 'ERR_WALLET_PASSWORD'
  | 'ERR_WALLET_DAMAGED'
  | 'ERR_WALLET_VERSION'
  | 'ERR_WALLET_NETWORK'
  | 'ERR_WALLET_FILE'
  | 'ERR_WALLET_NODE'
  | 'ERR_WALLET_TRANSFER';

/** The wallet can't do what it was asked, and has done nothing of it. */
export class WalletError extends Error {
  override readonly name = 'WalletError';
  readonly code: WalletErrorCode;

  constructor(code: WalletErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
