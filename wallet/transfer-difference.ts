/**
 * Whether bytes that are to be signed are exactly the transfer that was asked for. They are decoded by the SDK's codecs and compared
 * field by field with what is made here from what was asked, so that neither a node nor this program's own encoder is believed.
 * @module
 */
import { addressOfLockupScript } from '../protocol/address.js';
import { bytesToHex, equalBytes } from '../protocol/bytes.js';
import { DecodeError } from '../protocol/decode-error.js';
import type { Input, Output, UnsignedTransaction } from '../protocol/transaction.js';
import { decodeUnsignedTransaction } from '../protocol/transaction-decoder.js';
import { createTransfer, type Transfer, type TransferParts } from '../protocol/transfer.js';

/** The bytes are the transfer that was asked for, or differ from it, in words. */
export type TransferComparison =
  | { readonly same: true; readonly transfer: Transfer }
  | { readonly same: false; readonly difference: string };

/**
 * Compares.
 * @param asked - the inputs that are spent, whom they pay, and what comes back to the sender
 * @param bytes - of an unsigned transaction, from anywhere
 * @throws RangeError as `createTransfer`, if no transfer can be made of what was asked
 */
export function compareTransfer(asked: TransferParts, bytes: Uint8Array): TransferComparison {
  const transfer = createTransfer(asked);
  const difference = differenceOf(transfer, bytes);
  return difference === undefined ? { same: true, transfer } : { same: false, difference };
}

function differenceOf({ unsigned, bytes }: Transfer, met: Uint8Array): string | undefined {
  let decoded: UnsignedTransaction;
  try {
    decoded = decodeUnsignedTransaction(met);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return (
    differ('network id', unsigned.networkId, decoded.networkId) ??
    differ('script', hex(unsigned.script), hex(decoded.script)) ??
    differ('gas', unsigned.gasAmount, decoded.gasAmount) ??
    differ('gas price', unsigned.gasPrice, decoded.gasPrice) ??
    differ('number of inputs', unsigned.inputs.length, decoded.inputs.length) ??
    first(unsigned.inputs, (input, i) => inputDifference(`input ${i}`, input, decoded.inputs[i]!)) ??
    differ('number of outputs', unsigned.outputs.length, decoded.outputs.length) ??
    first(unsigned.outputs, (output, i) => outputDifference(`output ${i}`, output, decoded.outputs[i]!)) ??
    (equalBytes(bytes, met) ? undefined : 'bytes: expected those of the transfer, got others')
  );
}

function inputDifference(name: string, expected: Input, met: Input): string | undefined {
  return (
    differ(`${name}, key`, hex(expected.key), hex(met.key)) ??
    differ(`${name}, hint`, expected.hint, met.hint) ??
    differ(`${name}, unlock script`, hex(expected.unlockScript), hex(met.unlockScript))
  );
}

function outputDifference(name: string, expected: Output, met: Output): string | undefined {
  return (
    differ(`${name}, amount`, expected.amount, met.amount) ??
    differ(`${name}, payee`, payeeOf(expected), payeeOf(met)) ??
    differ(`${name}, lock time`, expected.lockTimeMs, met.lockTimeMs) ??
    differ(`${name}, tokens`, expected.tokens.length, met.tokens.length) ??
    differ(`${name}, additional data`, hex(expected.additionalData), hex(met.additionalData))
  );
}

/** Scripts are compared as bytes in the end: two of them never have one address. */
function payeeOf({ lockupScript }: Output): string {
  try {
    return addressOfLockupScript(lockupScript).text;
  } catch (error) {
    if (error instanceof DecodeError) return `lockup script ${hex(lockupScript)}`;
    throw error;
  }
}

function differ<T extends string | number | bigint | undefined>(
  name: string,
  expected: T,
  met: T,
): string | undefined {
  return expected === met ? undefined : `${name}: expected ${shown(expected)}, got ${shown(met)}`;
}

function shown(value: string | number | bigint | undefined): string {
  return value === undefined || value === '' ? 'none' : String(value);
}

function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && bytesToHex(bytes);
}

function first<T>(
  list: readonly T[],
  find: (element: T, i: number) => string | undefined,
): string | undefined {
  for (const [i, element] of list.entries()) {
    const found = find(element, i);
    if (found !== undefined) return found;
  }
  return undefined;
}
