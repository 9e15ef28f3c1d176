/**
 * The text of a wallet's file:
 *
 * ```json
 * {
 *   "type": "lesswork-wallet",
 *   "version": 1,
 *   "networkId": 0,
 *   "addresses": [{ "group": 0, "index": 2, "address": "(P2PKH)" }, (three more, by group)],
 *   "kdf": { "name": "scrypt", "n": 131072, "r": 8, "p": 1, "salt": "(64 hex digits)" },
 *   "cipher": { "name": "aes-256-gcm", "iv": "(24 hex digits)" },
 *   "ciphertext": "(hex, its last 16 bytes are the tag)",
 *   "checksum": "(64 hex digits)"
 * }
 * ```
 *
 * The checksum is BLAKE2b-256 of everything before it. It tells a damaged file from a wrong password, and protects against
 * nobody. What protects is the tag: everything before `ciphertext` is authenticated with it. A file that is not, byte for byte,
 * what would be written again is taken for a damaged one.
 * @module
 */
import { blake2b256 } from '../protocol/blake2b.js';
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { GROUPS } from '../protocol/chain.js';
import { isObject, isWhole } from '../protocol/json-value.js';
import { MAX_KEY_INDICES } from './account-keys.js';
import { WalletError } from './wallet-error.js';

const TYPE = 'lesswork-wallet';
const VERSION = 1;
const LAST_NETWORK_ID = 255;

/** Rounds of scrypt that are taken: less is too easy to guess through, more than 1 GiB of memory is nobody's wish. */
export const SCRYPT_ROUNDS = { least: 2 ** 17, most: 2 ** 20 } as const;
const SCRYPT_BLOCK = 8;
const SCRYPT_LANES = 1;

export const SALT_BYTES = 32;
export const IV_BYTES = 12;
export const TAG_BYTES = 16;
/** A mnemonic is filled up with blanks to this length, so that its length is no hint: 24 words of 8 letters take 215. */
export const PLAIN_BYTES = 216;

/** What of a wallet anybody may know. */
export interface WalletHeader {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  /** 4, by group. `index`: of the key, as in `m/44'/1234'/0'/0/index`. */
  readonly addresses: readonly { readonly index: number; readonly address: string }[];
  /** scrypt with blocks of 8 and one lane. */
  readonly kdf: { readonly n: number; readonly salt: Uint8Array };
  readonly iv: Uint8Array;
}

export interface WalletFile extends WalletHeader {
  /** The filled up mnemonic under AES-256-GCM, and its tag. */
  readonly ciphertext: Uint8Array;
}

/** What the tag authenticates beside the ciphertext. */
export function authenticatedText(header: WalletHeader): string {
  return JSON.stringify(headerValue(header));
}

/** The whole text, with a line end. */
export function walletFileText(file: WalletFile): string {
  const body = { ...headerValue(file), ciphertext: bytesToHex(file.ciphertext) };
  const checksum = bytesToHex(blake2b256(new TextEncoder().encode(JSON.stringify(body))));
  return `${JSON.stringify({ ...body, checksum }, null, 2)}\n`;
}

/**
 * The parts of a file's text. That they are authentic only the password tells.
 * @throws WalletError with ERR_WALLET_DAMAGED or ERR_WALLET_VERSION
 */
export function parseWalletFile(text: string): WalletFile {
  const value = jsonOf(text);
  if (!isObject(value) || value.type !== TYPE)
    throw damaged(`expected the file of a wallet, "type": "${TYPE}", got another one`);
  if (value.version !== VERSION && isWhole(value.version, Number.MAX_SAFE_INTEGER))
    throw new WalletError(
      'ERR_WALLET_VERSION',
      `expected version ${VERSION} of a wallet's file, got ${value.version}: another version of lesswork wrote it`,
    );
  const file = fileOf(value);
  if (file === undefined || walletFileText(file) !== text)
    throw damaged('damaged: it is not what was written');
  return file;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged('damaged: it is cut short, or was never the file of a wallet');
  }
}

function headerValue({ networkId, addresses, kdf, iv }: WalletHeader) {
  return {
    type: TYPE,
    version: VERSION,
    networkId,
    addresses: addresses.map(({ index, address }, group) => ({ group, index, address })),
    kdf: { name: 'scrypt', n: kdf.n, r: SCRYPT_BLOCK, p: SCRYPT_LANES, salt: bytesToHex(kdf.salt) },
    cipher: { name: 'aes-256-gcm', iv: bytesToHex(iv) },
  };
}

/** Constants are left to the comparison of the whole text. */
function fileOf({
  networkId,
  addresses,
  kdf,
  cipher,
  ciphertext,
}: Readonly<Record<string, unknown>>): WalletFile | undefined {
  if (!isWhole(networkId, LAST_NETWORK_ID)) return undefined;
  if (!Array.isArray(addresses) || addresses.length !== GROUPS || !addresses.every(isPlace)) return undefined;
  if (!isObject(kdf) || !isRounds(kdf.n) || !isHex(kdf.salt, SALT_BYTES)) return undefined;
  if (!isObject(cipher) || !isHex(cipher.iv, IV_BYTES)) return undefined;
  if (!isHex(ciphertext, PLAIN_BYTES + TAG_BYTES)) return undefined;
  return {
    networkId,
    addresses: addresses.map(({ index, address }) => ({ index, address })),
    kdf: { n: kdf.n, salt: hexToBytes(kdf.salt) },
    iv: hexToBytes(cipher.iv),
    ciphertext: hexToBytes(ciphertext),
  };
}

function isPlace(value: unknown): value is WalletHeader['addresses'][number] {
  return isObject(value) && isWhole(value.index, MAX_KEY_INDICES) && typeof value.address === 'string';
}

function isRounds(value: unknown): value is number {
  const { least, most } = SCRYPT_ROUNDS;
  return isWhole(value, most) && value >= least && Number.isInteger(Math.log2(value));
}

function isHex(value: unknown, bytes: number): value is string {
  return typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);
}

function damaged(message: string): WalletError {
  return new WalletError('ERR_WALLET_DAMAGED', message);
}
