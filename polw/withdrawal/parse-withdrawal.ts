/**
 * A file of a withdrawal:
 *
 * ```json
 * {
 *   "type": "polw-withdrawal",
 *   "networkId": 0,
 *   "to": "(address)",
 *   "amount": "12500000000000000000",
 *   "transactions": [
 *     {
 *       "from": "(burn address, P2PKH)",
 *       "amount": "12500000000000000000",
 *       "fee": "2000000000000000",
 *       "change": "498000000000000000",
 *       "inputs": [{ "key": "(64 hex digits)", "amount": "13000000000000000000" }],
 *       "unsignedTx": "(hex)",
 *       "txId": "(64 hex digits)",
 *       "signature": "(128 hex digits, once it is signed)"
 *     }
 *   ]
 * }
 * ```
 *
 * Amounts are whole numbers of attoALPH. Everything that the words say is compared with the bytes, and the bytes are made once
 * more from it: what is not exactly a transfer of that form is refused. What the bytes do not hold is how much an input is
 * worth; nodes refuse a transfer where that is not true. Other names in the file are ignored.
 * @module
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { type Address, addressOfLockupScript, addressOfPublicKey } from '../../protocol/address.js';
import { bytesToHex, equalBytes, hexToBytes } from '../../protocol/bytes.js';
import { DecodeError } from '../../protocol/decode-error.js';
import { parseJson } from '../../protocol/json-text.js';
import { isObject, isWhole, shown } from '../../protocol/json-value.js';
import type { UnsignedTransaction } from '../../protocol/transaction.js';
import { decodeUnsignedTransaction } from '../../protocol/transaction-decoder.js';
import {
  createTransfer,
  parseDestination,
  senderOf,
  TRANSFER_GAS_PRICE,
  type Transfer,
} from '../../protocol/transfer.js';
import { isSignedBySender } from '../../wallet/transfer-signature.js';
import {
  MAX_TRANSACTIONS,
  type Withdrawal,
  WithdrawalError,
  type WithdrawalTransaction,
} from './withdrawal.js';
import { WITHDRAWAL_TYPE } from './withdrawal-text.js';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const LAST_NETWORK_ID = 255;
/** What is shown as it is: words of this module, addresses, hex. */
const PLAIN = /^[\w :]{1,200}$/;
/** Digits of the longest amount. */
const AMOUNT_DIGITS = 78;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The withdrawal of a file's text.
 * @throws WithdrawalError that says what is wrong where, if anything is
 */
export function parseWithdrawal(text: string): Withdrawal {
  let file: unknown;
  try {
    file = parseJson(text);
  } catch (error) {
    throw new WithdrawalError((error as Error).message);
  }
  if (!isObject(file)) throw new WithdrawalError(`expected an object, got ${shown(file)}`);
  if (file.type !== WITHDRAWAL_TYPE)
    throw new WithdrawalError(`type: expected "${WITHDRAWAL_TYPE}", got ${shown(file.type)}`);
  const { networkId } = file;
  if (!isWhole(networkId, LAST_NETWORK_ID))
    throw new WithdrawalError(
      `networkId: expected a whole number from 0 to ${LAST_NETWORK_ID}, got ${shown(networkId)}`,
    );
  const to = destinationOf(file.to);
  const amount = amountOf('amount', file.amount);
  const transactions = listOf('transactions', file.transactions, MAX_TRANSACTIONS).map((entry, i) =>
    transactionOf(`transactions[${i}]`, fieldsOf(`transactions[${i}]`, entry), networkId, to),
  );
  const paid = sumOf(transactions);
  if (paid !== amount)
    throw new WithdrawalError(
      `amount: expected ${paid}, the sum of what the transactions pay, got ${amount}`,
    );
  refuseTwice(transactions);
  return { networkId, to, amount, transactions };
}

function destinationOf(value: unknown): Address {
  if (typeof value !== 'string')
    throw new WithdrawalError(`to: expected an Alephium address, got ${shown(value)}`);
  try {
    return parseDestination(value);
  } catch (error) {
    throw new WithdrawalError(`to: ${(error as RangeError).message}`);
  }
}

function transactionOf(name: string, entry: Fields, networkId: number, to: Address): WithdrawalTransaction {
  const bytes = hexOf(`${name}.unsignedTx`, entry.unsignedTx);
  const unsigned = decoded(`${name}.unsignedTx`, bytes);
  const publicKey = senderOf(unsigned);
  if (publicKey === undefined || !secp256k1.utils.isValidPublicKey(publicKey, true))
    throw new WithdrawalError(
      `${name}.unsignedTx: expected inputs that a single key unlocks, got an unlock script of another kind`,
    );
  const from = addressOfPublicKey(publicKey);
  same(`${name}.from`, 'in unsignedTx', from.text, entry.from);
  const inputs = listOf(`${name}.inputs`, entry.inputs, unsigned.inputs.length).map((value, i) => {
    const input = fieldsOf(`${name}.inputs[${i}]`, value);
    const key = hexOf(`${name}.inputs[${i}].key`, input.key, KEY_BYTES);
    return { key, amount: amountOf(`${name}.inputs[${i}].amount`, input.amount), lockTimeMs: 0n };
  });
  const amount = amountOf(`${name}.amount`, entry.amount);
  const change = amountOf(`${name}.change`, entry.change);
  const fee = amountOf(`${name}.fee`, entry.fee);
  compare(name, unsigned, { networkId, from, to, amount, change, inputs });
  let transfer: Transfer;
  try {
    const destinations = [{ address: to, amount }];
    transfer = createTransfer({ networkId, publicKey, inputs, destinations, change, timestampMs: 0n });
  } catch (error) {
    throw new WithdrawalError(`${name}: ${(error as RangeError).message}`);
  }
  same(`${name}.fee`, 'that of its gas', `${transfer.fee}`, `${fee}`);
  if (!equalBytes(transfer.bytes, bytes))
    throw new WithdrawalError(
      `${name}.unsignedTx: expected a plain transfer, gas ${transfer.unsigned.gasAmount} at ${TRANSFER_GAS_PRICE} and nothing locked, got gas ${unsigned.gasAmount} at ${unsigned.gasPrice}`,
    );
  same(`${name}.txId`, 'that of unsignedTx', bytesToHex(transfer.id), entry.txId);
  const signature = signatureOf(name, entry.signature, transfer);
  return { transfer, inputs, amount, change, signature };
}

interface Said {
  readonly networkId: number;
  readonly from: Address;
  readonly to: Address;
  readonly amount: bigint;
  readonly change: bigint;
  readonly inputs: readonly { readonly key: Uint8Array }[];
}

/** Compares what the file says with what is in the bytes, part by part, so that the difference can be told. */
function compare(name: string, unsigned: UnsignedTransaction, said: Said): void {
  same(`${name}.unsignedTx`, 'network id', `${said.networkId}`, `${unsigned.networkId}`);
  for (const [i, { key }] of said.inputs.entries())
    same(`${name}.inputs[${i}].key`, 'in unsignedTx', keyOf(unsigned, i), bytesToHex(key));
  same(`${name}.inputs`, 'coins in unsignedTx', `${unsigned.inputs.length}`, `${said.inputs.length}`);
  const expected = [
    `${said.amount} to ${said.to.text}`,
    ...(said.change > 0n ? [`${said.change} to ${said.from.text}`] : []),
  ];
  const met = unsigned.outputs.map(({ amount, lockupScript }) => `${amount} to ${payeeOf(lockupScript)}`);
  for (const [i, output] of expected.entries())
    same(`${name}.unsignedTx`, `output ${i} that pays`, output, met[i]);
  same(`${name}.unsignedTx`, 'number of outputs', `${expected.length}`, `${met.length}`);
}

function keyOf(unsigned: UnsignedTransaction, i: number): string | undefined {
  const key = unsigned.inputs[i]?.key;
  return key === undefined ? undefined : bytesToHex(key);
}

function payeeOf(lockupScript: Uint8Array): string {
  try {
    return addressOfLockupScript(lockupScript).text;
  } catch (error) {
    if (error instanceof DecodeError) return `a lockup script of type ${lockupScript[0]}`;
    throw error;
  }
}

function same(name: string, what: string, expected: string | undefined, met: unknown): void {
  if (met !== expected)
    throw new WithdrawalError(
      `${name}: expected ${expected ?? 'nothing'} (${what}), got ${typeof met === 'string' && PLAIN.test(met) ? met : shown(met)}`,
    );
}

function signatureOf(name: string, value: unknown, transfer: Transfer): Uint8Array | undefined {
  if (value === undefined) return undefined;
  const signature = hexOf(`${name}.signature`, value, SIGNATURE_BYTES);
  if (!isSignedBySender(transfer, signature))
    throw new WithdrawalError(
      `${name}.signature: expected one over txId by the key of the burn address, with s in the lower half, got another`,
    );
  return signature;
}

function decoded(name: string, bytes: Uint8Array): UnsignedTransaction {
  try {
    return decodeUnsignedTransaction(bytes);
  } catch (error) {
    if (error instanceof DecodeError) throw new WithdrawalError(`${name}: ${error.message}`);
    throw error;
  }
}

/** No output may be spent twice: one of the two transactions would never be in a block. */
function refuseTwice(transactions: readonly WithdrawalTransaction[]): void {
  const users = new Map<string, number>();
  for (const [i, { inputs }] of transactions.entries())
    for (const { key } of inputs) {
      const user = users.get(bytesToHex(key));
      if (user !== undefined)
        throw new WithdrawalError(
          `transactions[${i}].inputs: expected coins that no other transaction spends, got ${bytesToHex(key)} of transactions[${user}]`,
        );
      users.set(bytesToHex(key), i);
    }
}

function listOf(name: string, value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > most)
    throw new WithdrawalError(
      `${name}: expected a list of 1 to ${most}, got ${Array.isArray(value) ? `one of ${value.length}` : shown(value)}`,
    );
  return value;
}

function fieldsOf(name: string, value: unknown): Fields {
  if (!isObject(value)) throw new WithdrawalError(`${name}: expected an object, got ${shown(value)}`);
  return value;
}

function amountOf(name: string, value: unknown): bigint {
  if (typeof value !== 'string' || value.length > AMOUNT_DIGITS || !/^(?:0|[1-9]\d*)$/.test(value))
    throw new WithdrawalError(`${name}: expected a whole number of attoALPH in quotes, got ${shown(value)}`);
  return BigInt(value);
}

/** @param length - in bytes; left out, any */
function hexOf(name: string, value: unknown, length?: number): Uint8Array {
  if (
    typeof value !== 'string' ||
    value.length % 2 !== 0 ||
    (length !== undefined && value.length !== 2 * length) ||
    !/^[0-9a-f]*$/.test(value)
  )
    throw new WithdrawalError(
      `${name}: expected ${length === undefined ? 'an even number of' : 2 * length} hex digits in lower case, got ${shown(value)}`,
    );
  return hexToBytes(value);
}

function sumOf(parts: readonly { readonly amount: bigint }[]): bigint {
  return parts.reduce((sum, { amount }) => sum + amount, 0n);
}
