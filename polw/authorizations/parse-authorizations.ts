/**
 * A file of authorizations:
 *
 * ```json
 * {
 *   "networkId": 0,
 *   "authorizations": [
 *     {
 *       "from": 0,
 *       "to": 0,
 *       "burnPublicKey": "(66 hex digits)",
 *       "burnAddress": "(P2PKH address of the key, in group from)",
 *       "rewardAddress": "(address in group to)",
 *       "signature": "(128 hex digits)"
 *     }
 *   ]
 * }
 * ```
 *
 * Nothing in it is secret. Each chain is verified on its own: what is wrong with one leaves the others as they are. Other
 * names in an entry are ignored.
 * @module
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { type Address, addressOfPublicKey, parseAddress } from '../../protocol/address.js';
import { hexToBytes } from '../../protocol/bytes.js';
import {
  ALL_CHAINS,
  type ChainIndex,
  chainIndex,
  chainName,
  fromGroupOf,
  GROUPS,
  toGroupOf,
} from '../../protocol/chain.js';
import { parseJson } from '../../protocol/json-text.js';
import { isObject, isWhole, outlined, shown } from '../../protocol/json-value.js';
import { polwDigest } from '../../protocol/polw-coinbase.js';
import type { Authorization, Authorizations, UnauthorizedChain } from './authorization.js';

const PUBLIC_KEY_BYTES = 33;
const SIGNATURE_BYTES = 64;
const LAST_NETWORK_ID = 255;
/** Entries of no chain that are told. */
const MAX_NAMELESS_TOLD = 4;

/** A file of authorizations can't be used at all. */
export class AuthorizationsError extends Error {
  override readonly name = 'AuthorizationsError';
  readonly code = 'ERR_POLW_AUTHORIZATIONS';
}

/** An entry can't be used; its message is for people. */
class EntryFault extends Error {}

/**
 * The authorizations of a file's text.
 * @param expectedNetworkId - of the network that is mined on; left out, the file's own is taken
 * @throws AuthorizationsError if the text is no such file, or one of another network. What is wrong with single chains is
 * said in their place.
 */
export function parseAuthorizations(text: string, expectedNetworkId?: number): Authorizations {
  const { networkId, entries } = parseFile(text, expectedNetworkId);
  const byChain = new Map<ChainIndex, { readonly name: string; readonly entry: Entry }[]>();
  const nameless: string[] = [];
  for (const [i, entry] of entries.entries()) {
    const name = `authorizations[${i}]`;
    const chain = catchFault(() => chainOf(name, entry));
    if (typeof chain === 'string') {
      if (nameless.length < MAX_NAMELESS_TOLD) nameless.push(chain);
    } else byChain.set(chain, [...(byChain.get(chain) ?? []), { name, entry: entry as Entry }]);
  }
  const users = new Map<string, ChainIndex>();
  const chains = ALL_CHAINS.map((chain): Authorization | UnauthorizedChain => {
    const [first, second] = byChain.get(chain) ?? [];
    if (first === undefined) return { chain, fault: ['no entry for this chain', ...nameless].join('; ') };
    const authorization = catchFault(() => {
      if (second !== undefined)
        throw new EntryFault(`${first.name} and ${second.name} are both of this chain: expected one entry`);
      return verified(first.name, first.entry, chain);
    });
    if (typeof authorization === 'string') return { chain, fault: authorization };
    const user = users.get(authorization.burn.text);
    if (user !== undefined)
      return {
        chain,
        fault: `${first.name}.burnAddress: expected an address that no other chain burns from, got that of chain ${chainName(user)}`,
      };
    users.set(authorization.burn.text, chain);
    return authorization;
  });
  return { networkId, chains };
}

type Entry = Readonly<Record<string, unknown>>;

function parseFile(
  text: string,
  expectedNetworkId: number | undefined,
): { networkId: number; entries: readonly unknown[] } {
  let file: unknown;
  try {
    file = parseJson(text);
  } catch (error) {
    throw new AuthorizationsError((error as Error).message);
  }
  if (!isObject(file))
    throw new AuthorizationsError(
      `expected an object, got ${typeof file === 'string' ? 'a text' : shown(file)}`,
    );
  const { networkId, authorizations } = file;
  if (!isWhole(networkId, LAST_NETWORK_ID))
    throw new AuthorizationsError(
      `networkId: expected a whole number from 0 to ${LAST_NETWORK_ID}, got ${shown(networkId)}`,
    );
  if (expectedNetworkId !== undefined && networkId !== expectedNetworkId)
    throw new AuthorizationsError(
      `networkId: expected ${expectedNetworkId}, that of the network that is mined on, got ${networkId}`,
    );
  if (!Array.isArray(authorizations))
    throw new AuthorizationsError(`authorizations: expected a list, got ${shown(authorizations)}`);
  return { networkId, entries: authorizations };
}

/** The chain that an entry is for. @throws EntryFault if it names none */
function chainOf(name: string, entry: unknown): ChainIndex {
  if (!isObject(entry)) throw new EntryFault(`${name}: expected an object, got ${shown(entry)}`);
  const group = (side: 'from' | 'to'): number => {
    const value = entry[side];
    if (!isWhole(value, GROUPS - 1))
      throw new EntryFault(`${name}.${side}: expected a group, 0 to ${GROUPS - 1}, got ${shown(value)}`);
    return value;
  };
  return chainIndex(group('from'), group('to'));
}

/** What an entry says, once it is found to be true. @throws EntryFault otherwise */
function verified(name: string, entry: Entry, chain: ChainIndex): Authorization {
  const burnPublicKey = hexOf(name, entry, 'burnPublicKey', PUBLIC_KEY_BYTES);
  if (!secp256k1.utils.isValidPublicKey(burnPublicKey, true))
    throw new EntryFault(
      `${name}.burnPublicKey: expected a compressed secp256k1 key, got bytes that are none`,
    );
  const burn = addressOf(name, entry, 'burnAddress', fromGroupOf(chain));
  const owned = addressOfPublicKey(burnPublicKey);
  if (owned.text !== burn.text)
    throw new EntryFault(
      `${name}.burnAddress: expected ${owned.text}, the P2PKH address of burnPublicKey, got ${burn.text}`,
    );
  const reward = addressOf(name, entry, 'rewardAddress', toGroupOf(chain));
  const signature = hexOf(name, entry, 'signature', SIGNATURE_BYTES);
  if (!isSignature(signature, polwDigest(burn.lockupScript, reward.lockupScript), burnPublicKey))
    throw new EntryFault(
      `${name}.signature: expected one by burnPublicKey for burnAddress and rewardAddress, with s in the lower half, got another`,
    );
  return { chain, burnPublicKey, burn, reward, signature };
}

/** Nodes refuse a signature whose s is in the upper half. */
function isSignature(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  return secp256k1.verify(signature, digest, publicKey, { lowS: true, prehash: false });
}

function hexOf(name: string, entry: Entry, field: string, length: number): Uint8Array {
  const value = entry[field];
  if (typeof value !== 'string' || value.length !== 2 * length || !/^[0-9a-fA-F]*$/.test(value))
    throw new EntryFault(`${name}.${field}: expected ${2 * length} hex digits, got ${outlined(value)}`);
  return hexToBytes(value);
}

function addressOf(name: string, entry: Entry, field: string, group: number): Address {
  const value = entry[field];
  const address = typeof value === 'string' ? parseAddress(value) : undefined;
  if (address === undefined)
    throw new EntryFault(`${name}.${field}: expected an Alephium address, got ${shown(value)}`);
  if (address.group !== group)
    throw new EntryFault(
      `${name}.${field}: expected an address of group ${group}, got ${address.text} of group ${address.group}`,
    );
  return address;
}

function catchFault<T>(make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    if (error instanceof EntryFault) return error.message;
    throw error;
  }
}
