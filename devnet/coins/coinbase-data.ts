/**
 * The data of a coinbase's first output: the chain, the uncles, and what the miner adds.
 * @module
 */
import { ByteReader } from '../../protocol/bytes.js';
import type { ChainIndex } from '../../protocol/chain.js';
import { chainIndex, GROUPS } from '../../protocol/chain.js';
import type { Uncle } from '../../protocol/coinbase.js';
import { decodeCompactSize } from '../../protocol/compact-integer.js';
import { DecodeError } from '../../protocol/decode-error.js';
import { HASH_BYTES } from '../../protocol/header.js';

/** What the data says. */
export interface CoinbaseData {
  readonly chain: ChainIndex;
  /** In their order there. */
  readonly uncles: readonly Uncle[];
}

/** Bytes of lockup scripts by their type: those that a miner's reward can be sent to, except P2MPKH. */
const SCRIPT_BYTES: Readonly<Record<number, number>> = { 0: 33, 2: 33, 5: 38 };
const P2PK = 4;
/** Of the keys of groupless addresses, by their type. */
const KEY_BYTES: readonly number[] = [33, 33, 32, 33];

/** Reads it, or undefined where it has another form. */
export function parseCoinbaseData(data: Uint8Array): CoinbaseData | undefined {
  try {
    return readCoinbaseData(new ByteReader(data));
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function readCoinbaseData(reader: ByteReader): CoinbaseData | undefined {
  const [from, to] = [reader.u8('from group'), reader.u8('to group')];
  if (from >= GROUPS || to >= GROUPS) return undefined;
  const count = decodeCompactSize(reader, 'number of uncles');
  const uncles: Uncle[] = [];
  // Each takes bytes: a number that is announced in vain ends early.
  while (uncles.length < count) {
    const hash = reader.bytes(HASH_BYTES, 'uncle hash');
    uncles.push({ hash, lockupScript: readLockupScript(reader) });
  }
  return { chain: chainIndex(from, to), uncles };
}

function readLockupScript(reader: ByteReader): Uint8Array {
  const type = reader.u8('lockup script');
  let length = SCRIPT_BYTES[type];
  const parts = [type];
  if (type === P2PK) {
    const keyType = reader.u8('key type');
    parts.push(keyType);
    length = 2 + (KEY_BYTES[keyType] ?? 0) + 4 + 1;
  }
  if (length === undefined) throw new DecodeError(`lockup script: unknown type ${type}`, reader.position - 1);
  return Uint8Array.from([...parts, ...reader.bytes(length - parts.length, 'lockup script')]);
}
