/**
 * Wallets that a full node keeps: unlocking one, asking for its addresses, and having it sign. Which address signs is a state of the wallet's, which everybody
 * who uses it may change at any time: a signature must be checked.
 *
 * A node says no in words that may repeat what it was sent, a password among it: only words that are known are passed on.
 * @module
 */
import { hexToBytes } from '../protocol/bytes.js';
import type { NodeEndpoint } from './endpoint.js';
import { askRest, type RestAnswer, RestError, type RestOptions, restName } from './rest.js';

/** A wallet of a node. */
export interface WalletPlace {
  readonly endpoint: NodeEndpoint;
  /** As the node has it: letters, digits, `-` and `_`. */
  readonly name: string;
}

/** A wallet's name for people, with the node that keeps it. */
export function walletLabel({ endpoint, name }: WalletPlace): string {
  return `wallet ${name} of ${restName(endpoint)}`;
}

/** An address of a wallet, as the node tells it: whether key and address belong together is not checked. */
export interface WalletAddress {
  readonly address: string;
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
}

export interface WalletAddresses {
  /** The one that signs. */
  readonly active: string;
  readonly addresses: readonly WalletAddress[];
}

/**
 * `locked`: it must be unlocked first. `refused`: the node's words where they are known ones, else its status; `isLasting` unless the node
 * itself is in trouble.
 */
export type WalletAnswer<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'locked' }
  | { readonly kind: 'refused'; readonly why: string; readonly isLasting: boolean };

const LOCKED = 'Wallet is locked';

/** Words of a node that repeat nothing secret. */
const KNOWN =
  /^(Invalid password|Invalid mnemonic passphrase|Invalid wallet file|Unexpected error|Missing api key|Wrong api key|Api key not configured in server|Unknown address: [1-9A-HJ-NP-Za-km-z]{1,100}|[\w-]{1,100} not found)$/;

/** One whose mnemonic has a passphrase can't be unlocked. @throws RestError if the node can't be asked */
export async function unlockWallet(
  place: WalletPlace,
  password: string,
  options: RestOptions,
): Promise<WalletAnswer<undefined>> {
  return judge(await ask(place, '/unlock', options, { password }), () => undefined);
}

/** @throws RestError if the node can't be asked, or tells no addresses */
export async function fetchWalletAddresses(
  place: WalletPlace,
  options: RestOptions,
): Promise<WalletAnswer<WalletAddresses>> {
  return judge(await ask(place, '/addresses', options), ({ activeAddress, addresses }) => {
    if (typeof activeAddress !== 'string' || !Array.isArray(addresses)) throw unexpected('its addresses');
    return { active: activeAddress, addresses: addresses.map(addressOf) };
  });
}

/** Has another address sign from now on. @throws RestError if the node can't be asked */
export async function changeActiveAddress(
  place: WalletPlace,
  address: string,
  options: RestOptions,
): Promise<WalletAnswer<undefined>> {
  return judge(await ask(place, '/change-active-address', options, { address }), () => undefined);
}

/**
 * Has the active address sign, whichever that is.
 * @param hash - 32 bytes, hex
 * @returns 64 bytes, not verified
 * @throws RestError if the node can't be asked, or answers with what has not the form of a signature
 */
export async function signWithWallet(
  place: WalletPlace,
  hash: string,
  options: RestOptions,
): Promise<WalletAnswer<Uint8Array>> {
  return judge(await ask(place, '/sign', options, { data: hash }), ({ signature }) => {
    if (typeof signature !== 'string' || !/^[0-9a-fA-F]{128}$/.test(signature))
      throw unexpected('a signature');
    return hexToBytes(signature.toLowerCase());
  });
}

function ask(
  { endpoint, name }: WalletPlace,
  what: string,
  options: RestOptions,
  posted?: object,
): Promise<RestAnswer> {
  // Unlocking and changing are answered with nothing, and what is no JSON might repeat what was sent.
  return askRest(
    endpoint,
    `/wallets/${encodeURIComponent(name)}${what}`,
    { ...options, mayBeEmpty: true },
    posted,
  );
}

function judge<T>({ status, body }: RestAnswer, read: (body: RestAnswer['body']) => T): WalletAnswer<T> {
  if (status === 200) return { kind: 'done', value: read(body) };
  const detail = typeof body.detail === 'string' ? body.detail : '';
  if (status === 401 && detail === LOCKED) return { kind: 'locked' };
  const why = KNOWN.test(detail) ? `${status} ${JSON.stringify(detail)}` : `${status}`;
  return { kind: 'refused', why, isLasting: status >= 400 && status < 500 };
}

function addressOf(value: unknown): WalletAddress {
  const { address, publicKey } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof address !== 'string' || typeof publicKey !== 'string' || !/^[0-9a-fA-F]{66}$/.test(publicKey))
    throw unexpected('its addresses');
  return { address, publicKey: hexToBytes(publicKey.toLowerCase()) };
}

function unexpected(what: string): RestError {
  return new RestError(`a wallet of the node: expected ${what}, got something else`);
}
