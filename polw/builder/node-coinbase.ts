/**
 * What a node's own coinbase says: which uncles its template references, and what the node adds of its own. Its amounts are
 * not read: they are computed anew.
 * @module
 */
import { copyBytes, equalBytes } from '../../protocol/bytes.js';
import { type ChainIndex, chainName, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import { MAX_ADDITIONAL_DATA_BYTES, type Uncle } from '../../protocol/coinbase.js';
import { DecodeError } from '../../protocol/decode-error.js';
import { MAX_UNCLES } from '../../protocol/emission.js';
import { TransactionCursor } from './transaction-cursor.js';

/** Read from a node's coinbase. */
export interface NodeCoinbase {
  /** At most 2. */
  readonly uncles: readonly Uncle[];
  /** Free bytes at the end of the coinbase data. */
  readonly minerData: Uint8Array;
}

const HASH_BYTES = 32;
const TIMESTAMP_BYTES = 8;

/**
 * Reads a node's coinbase.
 * @param txsBlob - of the template
 * @param start - where the coinbase begins; it must end with the bytes
 * @throws DecodeError if it is none of this chain, or has another form than coinbases since Danube
 */
export function readNodeCoinbase(txsBlob: Uint8Array, start: number, chain: ChainIndex): NodeCoinbase {
  const cursor = new TransactionCursor(txsBlob, start, noScript);
  cursor.skip(2, 'version and network id');
  cursor.skipScript();
  cursor.size('gas amount');
  cursor.skipAmount('gas price');
  cursor.skipArray('number of inputs', () => cursor.skipInput());
  const lockupScripts: Uint8Array[] = [];
  let data: Uint8Array | undefined;
  let dataStart = cursor.position;
  cursor.skipArray('number of outputs', () => {
    cursor.skipAmount('amount');
    const script = cursor.position;
    cursor.skipLockupScript();
    lockupScripts.push(copyBytes(txsBlob, script, cursor.position));
    cursor.skip(TIMESTAMP_BYTES, 'lock time');
    if (cursor.size('number of tokens') > 0) throw new DecodeError('coinbase: tokens', cursor.position - 1);
    const length = cursor.size('length of additional data');
    const from = cursor.skip(length, 'additional data');
    if (data !== undefined) return;
    data = copyBytes(txsBlob, from, from + length);
    dataStart = from;
  });
  cursor.skipExecution();
  if (cursor.position < txsBlob.length)
    throw new DecodeError(`coinbase: ${txsBlob.length - cursor.position} bytes too many`, cursor.position);
  if (data === undefined) throw new DecodeError('coinbase: expected at least 1 output, got 0', start);
  try {
    return readCoinbaseData(data, lockupScripts.slice(1), chain);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(`coinbase: ${error.message}`, dataStart);
  }
}

function readCoinbaseData(
  data: Uint8Array,
  lockupScripts: readonly Uint8Array[],
  chain: ChainIndex,
): NodeCoinbase {
  if (data.length > MAX_ADDITIONAL_DATA_BYTES)
    throw new DecodeError(`data: expected at most ${MAX_ADDITIONAL_DATA_BYTES} bytes, got ${data.length}`, 0);
  const cursor = new TransactionCursor(data, 0, noScript);
  if (cursor.u8('from group') !== fromGroupOf(chain) || cursor.u8('to group') !== toGroupOf(chain))
    throw new DecodeError(`groups: expected those of chain ${chainName(chain)}`, 0);
  const uncles: Uncle[] = [];
  const position = cursor.position;
  cursor.skipArray('number of uncles', () => {
    const hash = cursor.skip(HASH_BYTES, 'uncle hash');
    const script = cursor.position;
    cursor.skipLockupScript();
    uncles.push({
      hash: copyBytes(data, hash, script),
      lockupScript: copyBytes(data, script, cursor.position),
    });
  });
  if (uncles.length > MAX_UNCLES)
    throw new DecodeError(`uncles: expected at most ${MAX_UNCLES}, got ${uncles.length}`, position);
  // The outputs behind the first pay the uncles, in the same order; others are the node's affair.
  const paid = uncles.every(
    ({ lockupScript }, i) => lockupScripts[i] !== undefined && equalBytes(lockupScripts[i]!, lockupScript),
  );
  if (!paid) throw new DecodeError('uncles: expected an output for each', position);
  return { uncles, minerData: copyBytes(data, cursor.position) };
}

function noScript(): never {
  throw new DecodeError('coinbase: expected no script', 0);
}
