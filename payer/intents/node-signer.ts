/**
 * Signs with a wallet that a full node keeps, over its REST API. Built and decoded is here, as with keys of our own: the node is shown the id alone, and what it
 * answers counts only as far as it is a signature over that id by the key of the address that pays.
 *
 * ```
 * active? --no--> change --.
 *    |                     v
 *    '--yes------------> sign --> by the right key: signed
 *                         |  '--> by another: somebody else changed the active address: change, and sign again
 *                         '--> locked: unlock, and again
 * ```
 * @module
 */
import type { NodeAddress } from '../../node/node-set-port.js';
import { RestError } from '../../node/rest.js';
import {
  changeActiveAddress,
  fetchWalletAddresses,
  signWithWallet,
  unlockWallet,
  type WalletAddresses,
  type WalletAnswer,
  walletLabel,
} from '../../node/rest-wallets.js';
import { addressOfPublicKey } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import type { TransferParts } from '../../protocol/transfer.js';
import type { PublicWallet } from '../../wallet/public-wallet.js';
import { acceptSigned, readyTransfer, type SignedByWallet } from '../../wallet/sign-transfer.js';
import { isSignedBySender } from '../../wallet/transfer-signature.js';
import type { TransferSigner, Unsigned } from '../../wallet/transfer-signer.js';
import { WalletError } from '../../wallet/wallet-error.js';

/** Longest wait for an answer, ms: unlocking derives all keys of the wallet anew. */
const ANSWER_MS = 10_000;

/** Signatures by other keys after which one transfer is given up, and how often the wallet is unlocked for each of them. */
const MOST_SIGNATURES = 5;
const MOST_UNLOCKS = 2;

/** A wallet of a node. Each call rejects with RestError if the node can't be asked. */
export interface NodeWallet {
  /** For people. */
  readonly label: string;
  unlock(): Promise<WalletAnswer<undefined>>;
  addresses(): Promise<WalletAnswer<WalletAddresses>>;
  changeActive(address: string): Promise<WalletAnswer<undefined>>;
  /** @param hash - 32 bytes, hex @returns 64 bytes, by whatever key */
  sign(hash: string): Promise<WalletAnswer<Uint8Array>>;
}

/** @param name - of the wallet, as the node has it @param timeoutMs - longest wait for an answer */
export function restNodeWallet(
  { endpoint, apiKey }: NodeAddress,
  name: string,
  password: string,
  timeoutMs = ANSWER_MS,
): NodeWallet {
  const place = { endpoint, name };
  const options = { apiKey, timeoutMs };
  return {
    label: walletLabel(place),
    unlock: () => unlockWallet(place, password, options),
    addresses: () => fetchWalletAddresses(place, options),
    changeActive: (address) => changeActiveAddress(place, address, options),
    sign: (hash) => signWithWallet(place, hash, options),
  };
}

/**
 * A signer over a wallet that has these addresses.
 * @param paid - the network, and the addresses that payouts come from, by group
 * @throws WalletError with ERR_WALLET_PASSWORD or ERR_WALLET_NODE if the wallet can't be used, or lacks an address
 * @throws RestError if the node can't be asked, or is in trouble itself
 */
export async function openNodeSigner(
  wallet: NodeWallet,
  { networkId, addresses }: { readonly networkId: number; readonly addresses: readonly string[] },
): Promise<TransferSigner> {
  // Also one that is open already: else a wrong password would show when it has locked itself, at night maybe.
  const opened = await wallet.unlock();
  if (opened.kind !== 'done') throw openingError(wallet, opened);
  const answer = await unlocking(wallet, () => wallet.addresses());
  if (answer.kind !== 'done') throw openingError(wallet, answer);
  const { active, addresses: there } = answer.value;
  const keys = addresses.map((text) => {
    const found = there.find(({ address }) => address === text);
    if (found === undefined)
      throw refused(
        wallet,
        `expected ${text}, which blocks pay, among its addresses, got ${there.length} others`,
      );
    const address = addressOfPublicKey(found.publicKey);
    if (address.text !== text)
      throw refused(wallet, `the key that it names for ${text} is that of ${address.text}`);
    return { publicKey: found.publicKey, address };
  });
  return new NodeSigner(wallet, { networkId, keys }, active);
}

class NodeSigner implements TransferSigner {
  readonly networkId: number;
  readonly keys: PublicWallet['keys'];
  readonly #wallet: NodeWallet;
  /** The address that is active as far as is known here; undefined after it was not. */
  #active: string | undefined;

  constructor(wallet: NodeWallet, { networkId, keys }: PublicWallet, active: string) {
    this.networkId = networkId;
    this.keys = keys;
    this.#wallet = wallet;
    this.#active = active;
  }

  async sign(asked: TransferParts, isKnown: (id: Uint8Array) => boolean): Promise<SignedByWallet | Unsigned> {
    const transfer = readyTransfer(asked, { wallet: this, isKnown });
    const hash = bytesToHex(transfer.id);
    const from = transfer.from.text;
    try {
      for (let i = 0; i < MOST_SIGNATURES; i++) {
        const answer = await unlocking(this.#wallet, () => this.#signAs(from, hash));
        if (answer.kind !== 'done') return this.#unsigned(answer);
        if (isSignedBySender(transfer, answer.value))
          return acceptSigned(asked, transfer, answer.value, isKnown);
        this.#active = undefined;
      }
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      this.#active = undefined;
      return { kind: 'unsigned', isLasting: false, why: `${this.#wallet.label}: ${error.message}` };
    }
    const why = `${this.#wallet.label} has signed ${MOST_SIGNATURES} times with another key than that of ${from}: another program changes its active address all the time, or the node is not to be trusted`;
    return { kind: 'unsigned', isLasting: true, why };
  }

  async #signAs(address: string, hash: string): Promise<WalletAnswer<Uint8Array>> {
    if (this.#active !== address) {
      this.#active = undefined;
      const changed = await this.#wallet.changeActive(address);
      if (changed.kind !== 'done') return changed;
      this.#active = address;
    }
    return this.#wallet.sign(hash);
  }

  #unsigned(answer: Exclude<WalletAnswer<unknown>, { readonly kind: 'done' }>): Unsigned {
    this.#active = undefined;
    const { label } = this.#wallet;
    if (answer.kind === 'locked')
      return {
        kind: 'unsigned',
        isLasting: false,
        why: `${label} is locked again as soon as it is unlocked`,
      };
    return { kind: 'unsigned', isLasting: answer.isLasting, why: `${label}: ${answer.why}` };
  }
}

/** Does something, and again after unlocking the wallet where it is locked. @returns `locked` only if it does not stay unlocked */
async function unlocking<T>(
  wallet: NodeWallet,
  act: () => Promise<WalletAnswer<T>>,
): Promise<WalletAnswer<T>> {
  for (let unlocks = 0; ; unlocks++) {
    const answer = await act();
    if (answer.kind !== 'locked' || unlocks === MOST_UNLOCKS) return answer;
    const unlocked = await wallet.unlock();
    if (unlocked.kind === 'refused') return unlocked;
  }
}

function openingError(
  wallet: NodeWallet,
  answer: Exclude<WalletAnswer<unknown>, { readonly kind: 'done' }>,
): Error {
  // What passes is no fault of the setting: a service that is started again may find it gone.
  if (answer.kind === 'locked')
    return new RestError(`${wallet.label}: it is locked again as soon as it is unlocked`);
  if (!answer.isLasting) return new RestError(`${wallet.label}: ${answer.why}`);
  const isPassword = /"Invalid (password|mnemonic passphrase)"/.test(answer.why);
  return isPassword
    ? new WalletError('ERR_WALLET_PASSWORD', `${wallet.label}: ${answer.why}`)
    : refused(wallet, answer.why);
}

function refused(wallet: NodeWallet, why: string): WalletError {
  return new WalletError('ERR_WALLET_NODE', `${wallet.label}: ${why}`);
}
