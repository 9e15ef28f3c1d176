/**
 * Addresses: base58 text, the lockup script it stands for, and the group that holds its coins.
 *
 * | type byte | kind | content of the lockup script | group |
 * |---|---|---|---|
 * | 0 | P2PKH | BLAKE2b-256 of a public key | of the hash |
 * | 1 | P2MPKH | array of such hashes, number of signatures needed | of the first hash |
 * | 2 | P2SH | hash of a script | of the hash |
 * | 4 | P2PK | key type, public key, checksum, group | as it says |
 * | 5 | P2HMPK | hash of keys, checksum, group | as it says |
 *
 * Types 4 and 5 are groupless: the text may end in `:group`, and without it means a group that follows from the key.
 * Type 3, a contract's address, is refused: no coinbase or transfer can pay it. Only groupless addresses have a
 * checksum: a mistyped P2PKH address is another valid address, unless its length changes.
 * @module
 */
import { decodeBase58, encodeBase58 } from './base58.js';
import { blake2b256 } from './blake2b.js';
import { ByteReader, concatBytes, equalBytes, u32Bytes } from './bytes.js';
import { GROUPS } from './chain.js';
import { decodeCompactSize } from './compact-integer.js';
import { DecodeError } from './decode-error.js';

/** An address that coins can be sent to. */
export interface Address {
  /** Canonical text: a groupless address ends in its `:group`. */
  readonly text: string;
  /** Its lockup script, as outputs hold it. */
  readonly lockupScript: Uint8Array;
  /** Group that holds its coins, 0 to 3. */
  readonly group: number;
}

/** Type byte of a lockup script that one key unlocks, and of the script that unlocks it. */
export const P2PKH = 0;
const P2MPKH = 1;
/** Type byte of a lockup script that a script unlocks. */
export const P2SH = 2;
const P2PK = 4;
const P2HMPK = 5;
const HASH_BYTES = 32;
/** Lengths of public keys by key type: secp256k1, secp256r1, ed25519, WebAuthn. */
const KEY_BYTES: readonly number[] = [33, 33, 32, 33];
/** Room for some 20 keys of a P2MPKH address; the others take at most 55 letters. */
const MAX_ADDRESS_LENGTH = 1000;

/**
 * The address that a text is, or undefined if it is none that can be paid. Takes any text, of any length.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_ADDRESS_LENGTH) return undefined;
  const [, base58, group] = /^([^:]+)(?::([0-3]))?$/.exec(text) ?? [];
  const bytes = base58 === undefined ? undefined : decodeBase58(base58);
  if (bytes === undefined) return undefined;
  const groupless = bytes[0] === P2PK || bytes[0] === P2HMPK;
  if (!groupless && group !== undefined) return undefined;
  try {
    // The last byte of the key, before a checksum of 4 bytes, chooses the group of a bare groupless address.
    const groupByte = group === undefined ? bytes[bytes.length - 5]! % GROUPS : Number(group);
    return addressOfLockupScript(groupless ? concatBytes(bytes, Uint8Array.of(groupByte)) : bytes);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/**
 * The address of a lockup script.
 * @throws DecodeError if the script is not a whole one that can be paid
 */
export function addressOfLockupScript(lockupScript: Uint8Array): Address {
  const group = groupOfLockupScript(lockupScript);
  const groupless = lockupScript[0] === P2PK || lockupScript[0] === P2HMPK;
  const text = groupless
    ? `${encodeBase58(lockupScript.subarray(0, -1))}:${group}`
    : encodeBase58(lockupScript);
  return { text, lockupScript, group };
}

/** The P2PKH address of a public key. @param publicKey - 33 bytes, compressed secp256k1 */
export function addressOfPublicKey(publicKey: Uint8Array): Address {
  return addressOfLockupScript(concatBytes(Uint8Array.of(P2PKH), blake2b256(publicKey)));
}

/**
 * Group that holds what a lockup script is paid, 0 to 3: without the text of its address, which takes most of the time.
 * @throws DecodeError if the script is not a whole one that can be paid
 */
export function groupOfLockupScript(lockupScript: Uint8Array): number {
  const reader = new ByteReader(lockupScript);
  const group = decodeGroupOf(reader.u8('address type'), reader, lockupScript);
  reader.end('lockup script');
  return group;
}

function decodeGroupOf(type: number, reader: ByteReader, lockupScript: Uint8Array): number {
  if (type === P2PKH || type === P2SH) return groupOfHash(reader.bytes(HASH_BYTES, 'hash'));
  if (type === P2MPKH) {
    const position = reader.position;
    const keys = decodeCompactSize(reader, 'number of keys');
    if (keys === 0) throw new DecodeError('number of keys: expected at least 1, got 0', position);
    const group = groupOfHash(reader.bytes(HASH_BYTES, 'key hash'));
    for (let i = 1; i < keys; i++) reader.bytes(HASH_BYTES, 'key hash');
    const signaturesPosition = reader.position;
    const signatures = decodeCompactSize(reader, 'number of signatures');
    if (signatures < 1 || signatures > keys)
      throw new DecodeError(`signatures: expected 1 to ${keys}, got ${signatures}`, signaturesPosition);
    return group;
  }
  if (type === P2PK || type === P2HMPK) {
    const start = reader.position;
    if (type === P2PK) {
      const keyBytes = KEY_BYTES[reader.u8('key type')];
      if (keyBytes === undefined) throw new DecodeError('key type: expected 0 to 3', start);
      reader.bytes(keyBytes, 'public key');
    } else {
      reader.bytes(HASH_BYTES, 'hash of keys');
    }
    const end = reader.position;
    if (!equalBytes(reader.bytes(4, 'checksum'), u32Bytes(djb2(lockupScript.subarray(start, end)) >>> 0)))
      throw new DecodeError('checksum: another one expected', end);
    const groupPosition = reader.position;
    const group = reader.u8('group');
    if (group >= GROUPS)
      throw new DecodeError(`group: expected 0 to ${GROUPS - 1}, got ${group}`, groupPosition);
    return group;
  }
  throw new DecodeError(`address type: expected 0, 1, 2, 4 or 5, got ${type}`, 0);
}

/**
 * The hint by which inputs name an output of this lockup script: it tells the output's group.
 * @param lockupScript - P2PKH or P2SH; the others have hints of another kind
 * @returns a signed 32-bit integer
 * @throws DecodeError if the script is of another kind, or not whole
 */
export function hintOfLockupScript(lockupScript: Uint8Array): number {
  const reader = new ByteReader(lockupScript);
  const type = reader.u8('address type');
  if (type !== P2PKH && type !== P2SH)
    throw new DecodeError(`address type: expected ${P2PKH} or ${P2SH}, got ${type}`, 0);
  const hash = reader.bytes(HASH_BYTES, 'hash');
  reader.end('lockup script');
  return hintOfHash(hash);
}

/** The hint of an output whose lockup script is P2PKH or P2SH of a hash. @param hash - 32 bytes @returns a signed 32-bit integer */
export function hintOfHash(hash: Uint8Array): number {
  return djb2(hash) | 1;
}

/** Group that a hash of 32 bytes falls into. */
function groupOfHash(hash: Uint8Array): number {
  const hint = hintOfHash(hash);
  return ((hint >>> 24) ^ (hint >>> 16) ^ (hint >>> 8) ^ hint) & (GROUPS - 1);
}

/** Bernstein's hash `h * 33 + byte` from 5381, as a signed 32-bit integer. */
function djb2(bytes: Uint8Array): number {
  let hash = 5381;
  for (let i = 0; i < bytes.length; i++) hash = (Math.imul(hash, 33) + bytes[i]!) | 0;
  return hash;
}
