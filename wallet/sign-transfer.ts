/**
 * Signs transfers out of a wallet. Nothing is signed but what was decoded here and is, field by field, what was asked for.
 * @module
 */
import { bytesToHex, equalBytes } from '../protocol/bytes.js';
import { createTransfer, type Transfer, type TransferParts } from '../protocol/transfer.js';
import type { PublicWallet } from './public-wallet.js';
import type { Wallet } from './seal-wallet.js';
import { compareTransfer } from './transfer-difference.js';
import { isSignedBySender, signTransferId } from './transfer-signature.js';
import { WalletError } from './wallet-error.js';

/** A transfer with the signature of its sender. */
export interface SignedByWallet {
  readonly transfer: Transfer;
  /** 64 bytes, verified. */
  readonly signature: Uint8Array;
}

export interface SigningModules {
  readonly wallet: Wallet;
  /** Whether a transfer of this id was made before: whoever asks again has lost count. @param id - 32 bytes */
  readonly isKnown: (id: Uint8Array) => boolean;
}

/** An unsigned transfer that something else has built, a node above all. */
export interface BuiltElsewhere {
  readonly bytes: Uint8Array;
  /** What it says that the id is, 32 bytes. */
  readonly id: Uint8Array;
}

/**
 * Builds and signs.
 * @param asked - what is spent, from which address of the wallet, and who gets how much
 * @throws RangeError as `createTransfer`, if no transfer can be made of what was asked
 * @throws WalletError with ERR_WALLET_TRANSFER, or ERR_WALLET_NETWORK; nothing is signed then
 */
export function signTransfer(asked: TransferParts, modules: SigningModules): SignedByWallet {
  return signBytes(asked, createTransfer(asked).bytes, modules);
}

/**
 * Signs what something else has built, if it is exactly what was asked for.
 * @throws as `signTransfer`
 */
export function signBuilt(
  asked: TransferParts,
  built: BuiltElsewhere,
  modules: SigningModules,
): SignedByWallet {
  checkId(checkedTransfer(asked, built.bytes), built.id);
  return signBytes(asked, built.bytes, modules);
}

/**
 * The transfer that is to be signed elsewhere, with a key that is not here.
 * @throws as `signTransfer`: nothing must be signed then
 */
export function readyTransfer(
  asked: TransferParts,
  { wallet, isKnown }: { readonly wallet: PublicWallet; readonly isKnown: SigningModules['isKnown'] },
): Transfer {
  keyOf(wallet, asked);
  const transfer = checkedTransfer(asked, createTransfer(asked).bytes);
  refuseKnown(transfer, isKnown);
  return transfer;
}

/**
 * Takes a transfer that something else has built and signed with a key that is not here, as a node's wallet does.
 * @throws RangeError as `createTransfer`; WalletError with ERR_WALLET_TRANSFER if anything is not as it was asked for
 */
export function acceptSigned(
  asked: TransferParts,
  built: BuiltElsewhere,
  signature: Uint8Array,
  isKnown: SigningModules['isKnown'],
): SignedByWallet {
  const transfer = checkedTransfer(asked, built.bytes);
  checkId(transfer, built.id);
  refuseKnown(transfer, isKnown);
  return verified(transfer, signature);
}

function signBytes(
  asked: TransferParts,
  bytes: Uint8Array,
  { wallet, isKnown }: SigningModules,
): SignedByWallet {
  const key = keyOf(wallet, asked);
  const transfer = checkedTransfer(asked, bytes);
  refuseKnown(transfer, isKnown);
  return verified(transfer, signTransferId(transfer, key.privateKey));
}

function keyOf<Key extends PublicWallet['keys'][number]>(
  { networkId, keys }: { readonly networkId: number; readonly keys: readonly Key[] },
  asked: TransferParts,
): Key {
  if (asked.networkId !== networkId)
    throw new WalletError(
      'ERR_WALLET_NETWORK',
      `expected a transfer on network id ${networkId}, that of the wallet, got one on ${asked.networkId}`,
    );
  const key = keys.find(({ publicKey }) => equalBytes(publicKey, asked.publicKey));
  if (key === undefined)
    throw refused(`public key: expected one of the wallet's four, got ${bytesToHex(asked.publicKey)}`);
  return key;
}

function checkedTransfer(asked: TransferParts, bytes: Uint8Array): Transfer {
  const comparison = compareTransfer(asked, bytes);
  if (!comparison.same) throw refused(comparison.difference);
  return comparison.transfer;
}

function checkId({ id }: Transfer, told: Uint8Array): void {
  if (!equalBytes(id, told))
    throw refused(`transaction id: expected ${bytesToHex(id)}, that of the bytes, got ${bytesToHex(told)}`);
}

function refuseKnown({ id }: Transfer, isKnown: SigningModules['isKnown']): void {
  if (isKnown(id))
    throw refused(`transaction id: expected a new one, got ${bytesToHex(id)}, which there was before`);
}

function verified(transfer: Transfer, signature: Uint8Array): SignedByWallet {
  if (!isSignedBySender(transfer, signature))
    throw refused(`signature: expected one by the key of ${transfer.from.text} over the id, got another`);
  return { transfer, signature };
}

function refused(message: string): WalletError {
  return new WalletError('ERR_WALLET_TRANSFER', `a transfer is not as it was asked for: ${message}`);
}
