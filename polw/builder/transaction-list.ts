/**
 * The transactions of a template beside its coinbase: checked once, and kept in the form in which every coinbase is put
 * behind them.
 *
 * They are the node's word, and what a block must keep to is seen to here: gas prices that do not rise, and room for a
 * coinbase of ours in number and gas. What is too much is dropped from the end.
 * @module
 */
import { hintOfHash, P2PKH } from '../../protocol/address.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { concatBytes, copyBytes, u32At } from '../../protocol/bytes.js';
import { encodeCompactSize } from '../../protocol/compact-integer.js';
import { DecodeError } from '../../protocol/decode-error.js';
import { branchOfLastLeaf, type LastLeafBranch } from '../../protocol/merkle.js';
import { endOfBytecode } from './bytecode.js';
import { KnownLeaves } from './known-leaves.js';
import { type EndOfScript, TransactionCursor } from './transaction-cursor.js';

/** Most transactions of a block, its coinbase among them. */
const BLOCK_TRANSACTIONS = 2_000;
/** Most gas of a block. */
const BLOCK_GAS = 10_000_000;
/** Kept free for our coinbase: more than three inputs, its two outputs, two uncles and change take. */
const COINBASE_GAS = 50_000;
/** Longest list that is looked at, bytes: 16 of these are the longest message of a node. */
export const MAX_LIST_BYTES = 4 * 1024 * 1024;

const VERSION = 0;
const KEY_BYTES = 32;
const HINT_BYTES = 4;
/** Behind the type byte of the lockup scripts of burn addresses. */
const HASH_BYTES = 32;

/**
 * Transactions that a coinbase is put behind. A node that gave the Merkle siblings of the coinbase in place of the
 * transactions would need nothing else: they are the branch, and no bytes go before the coinbase.
 */
export interface TransactionList {
  /** Their number. */
  readonly count: number;
  /** What goes before the coinbase in a block: the number of all its transactions, then each of these. */
  readonly bytes: Uint8Array;
  readonly branch: LastLeafBranch;
  /** Keys of the outputs that they spend, 32 bytes each, one behind the other. */
  readonly spends: Uint8Array;
  /** Hints of the outputs of single keys that they spend and make, each once: an address with none of them is not touched. */
  readonly hints: Int32Array;
  /** Gas of all of them. */
  readonly gas: number;
  /** Transactions of the template that had no room, or a gas price above one before. */
  readonly dropped: number;
}

/** A template's transactions, taken apart. */
export interface WalkedList {
  readonly list: TransactionList;
  /** Where the node's own coinbase begins in the template's transactions. */
  readonly coinbaseStart: number;
}

/** No transactions: the coinbase is alone. */
export const NO_TRANSACTIONS: TransactionList = {
  count: 0,
  bytes: encodeCompactSize(1),
  branch: branchOfLastLeaf([]),
  spends: new Uint8Array(0),
  hints: new Int32Array(0),
  gas: 0,
  dropped: 0,
};

/**
 * Walks over a template's transactions.
 * @param txsBlob - their number, then each, the coinbase last
 * @param endOfScript - asked where a transaction has a script whose end is not known here
 * @param known - remembers what is met
 * @throws DecodeError if the bytes are not exactly that, or more than `MAX_LIST_BYTES`
 */
export function walkTransactions(
  txsBlob: Uint8Array,
  endOfScript: EndOfScript,
  known: KnownLeaves = new KnownLeaves(),
): WalkedList {
  if (txsBlob.length > MAX_LIST_BYTES)
    throw new DecodeError(`transactions: expected at most ${MAX_LIST_BYTES} bytes, got ${txsBlob.length}`, 0);
  const cursor = new TransactionCursor(
    txsBlob,
    0,
    (part, bytes, position) => endOfBytecode(part, bytes, position) ?? endOfScript(part, bytes, position),
  );
  const announced = cursor.size('number of transactions');
  if (announced < 1) throw new DecodeError('number of transactions: expected at least 1, got 0', 0);
  const first = cursor.position;
  const leaves: Uint8Array[] = [];
  const keys: Uint8Array[] = [];
  const hints = new Set<number>();
  let [end, gas, lastPrice, open] = [first, 0, undefined as bigint | undefined, true];
  for (let i = 0; i < announced - 1; i++) {
    const transaction = walkTransaction(cursor);
    const { gasAmount, gasPrice } = transaction;
    open &&=
      i + 1 < BLOCK_TRANSACTIONS &&
      gas + gasAmount <= BLOCK_GAS - COINBASE_GAS &&
      (lastPrice === undefined || gasPrice <= lastPrice);
    if (!open) continue;
    leaves.push(leafOf(txsBlob, transaction, known));
    for (const start of transaction.keys) keys.push(txsBlob.subarray(start, start + KEY_BYTES));
    addHints(hints, transaction, txsBlob);
    gas += gasAmount;
    lastPrice = gasPrice;
    end = cursor.position;
  }
  const coinbaseStart = cursor.position;
  walkTransaction(cursor);
  if (cursor.position < txsBlob.length)
    throw new DecodeError(
      `transactions: ${txsBlob.length - cursor.position} bytes too many`,
      cursor.position,
    );
  const count = leaves.length;
  const dropped = announced - 1 - count;
  const list: TransactionList = {
    count,
    bytes:
      dropped === 0
        ? copyBytes(txsBlob, 0, coinbaseStart)
        : concatBytes(encodeCompactSize(count + 1), txsBlob.subarray(first, end)),
    branch: branchOfLastLeaf(leaves),
    spends: concatBytes(...keys),
    hints: Int32Array.from(hints),
    gas,
    dropped,
  };
  return { list: count === 0 ? { ...NO_TRANSACTIONS, dropped } : list, coinbaseStart };
}

/** Whether a list spends an output. @param key - 32 bytes */
export function listSpends({ spends }: TransactionList, key: Uint8Array): boolean {
  for (let start = 0; start < spends.length; start += KEY_BYTES) {
    let i = 0;
    while (i < KEY_BYTES && spends[start + i] === key[i]) i++;
    if (i === KEY_BYTES) return true;
  }
  return false;
}

interface WalkedTransaction {
  readonly gasAmount: number;
  readonly gasPrice: bigint;
  /** Where the keys of spent outputs begin. */
  readonly keys: readonly number[];
  /** Where the lockup scripts of outputs begin. */
  readonly lockupScripts: readonly number[];
  /** Where it begins, where its unsigned part ends, and where it ends. */
  readonly start: number;
  readonly unsignedEnd: number;
  readonly end: number;
}

function walkTransaction(cursor: TransactionCursor): WalkedTransaction {
  const { position: start } = cursor;
  const version = cursor.u8('transaction version');
  if (version !== VERSION)
    throw new DecodeError(`transaction version: expected ${VERSION}, got ${version}`, start);
  cursor.u8('network id');
  cursor.skipScript();
  const gasAmount = cursor.size('gas amount');
  const gasPrice = cursor.amount('gas price');
  const keys: number[] = [];
  cursor.skipArray('number of inputs', () => keys.push(cursor.skipInput()));
  const lockupScripts: number[] = [];
  cursor.skipArray('number of outputs', () => lockupScripts.push(cursor.skipOutput()));
  const unsignedEnd = cursor.position;
  lockupScripts.push(...cursor.skipExecution());
  return { gasAmount, gasPrice, keys, lockupScripts, start, unsignedEnd, end: cursor.position };
}

/** In the Merkle tree. */
function leafOf(
  bytes: Uint8Array,
  { keys: [key], start, unsignedEnd, end }: WalkedTransaction,
  known: KnownLeaves,
): Uint8Array {
  return known.leafOf(bytes.subarray(start, end), key === undefined ? undefined : key - start, () => {
    const id = blake2b256(bytes.subarray(start, unsignedEnd));
    return blake2b256(id, bytes.subarray(unsignedEnd, end));
  });
}

function addHints(hints: Set<number>, { keys, lockupScripts }: WalkedTransaction, bytes: Uint8Array): void {
  for (const key of keys) hints.add(u32At(bytes, key - HINT_BYTES) | 0);
  for (const start of lockupScripts)
    if (bytes[start] === P2PKH) hints.add(hintOfHash(bytes.subarray(start + 1, start + 1 + HASH_BYTES)));
}
