/**
 * The parts of a coinbase that burns, read from its bytes.
 * @module
 */
import { ByteReader } from '../../protocol/bytes.js';
import { COINBASE_GAS_PRICE } from '../../protocol/coinbase.js';
import { DecodeError } from '../../protocol/decode-error.js';
import type { OutputReference } from '../../protocol/output-reference.js';
import { MIN_GAS_AMOUNT } from '../../protocol/transaction.js';
import { TransactionCursor } from './transaction-cursor.js';

const KEY_BYTES = 32;

/** An output of a coinbase. */
export interface CoinbaseOutput {
  /** attoALPH. */
  readonly amount: bigint;
  /** A view of the bytes. */
  readonly lockupScript: Uint8Array;
  /** ms since the epoch, 0 for none. */
  readonly lockTimeMs: bigint;
}

export interface ReadCoinbase {
  readonly networkId: number;
  /** Their keys are views of the bytes. */
  readonly inputs: readonly OutputReference[];
  readonly outputs: readonly CoinbaseOutput[];
  /** What its gas costs beyond that of a plain one, attoALPH. */
  readonly gasFee: bigint;
  /** Of the part that is signed and hashed, at the beginning of the bytes. */
  readonly unsignedLength: number;
}

/** Inputs, outputs and gas of a coinbase. Tokens are not looked for. @throws DecodeError if it does not begin as a transaction does */
export function readCoinbase(bytes: Uint8Array): ReadCoinbase {
  const cursorAt = (position: number): TransactionCursor => new TransactionCursor(bytes, position, noScript);
  const cursor = cursorAt(0);
  cursor.u8('version');
  const networkId = cursor.u8('network id');
  cursor.skipScript();
  const gasAmount = cursor.size('gas amount');
  cursor.skipAmount('gas price');
  const inputs: OutputReference[] = [];
  cursor.skipArray('number of inputs', () => {
    const hint = new ByteReader(bytes, cursor.position).u32('hint') | 0;
    const key = cursor.skipInput();
    inputs.push({ hint, key: bytes.subarray(key, key + KEY_BYTES) });
  });
  const outputs: CoinbaseOutput[] = [];
  cursor.skipArray('number of outputs', () => {
    const output = cursorAt(cursor.position);
    const amount = output.amount('amount');
    const script = output.position;
    output.skipLockupScript();
    const lockupScript = bytes.subarray(script, output.position);
    const lockTimeMs = new ByteReader(bytes, output.position).u64('lock time');
    outputs.push({ amount, lockupScript, lockTimeMs });
    cursor.skipOutput();
  });
  const gasFee = COINBASE_GAS_PRICE * BigInt(gasAmount - MIN_GAS_AMOUNT);
  return { networkId, inputs, outputs, gasFee, unsignedLength: cursor.position };
}

function noScript(): never {
  throw new DecodeError('coinbase: expected no script', 0);
}
