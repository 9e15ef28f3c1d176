/**
 * Rules that every transaction with inputs must keep, a coinbase that burns among them: first those that its bytes alone
 * decide, then those that take the coins it spends.
 * @module
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { addressOfPublicKey, groupOfLockupScript } from '../../protocol/address.js';
import { BoundedMap } from '../../protocol/bounded-map.js';
import { bytesToHex, concatBytes, equalBytes } from '../../protocol/bytes.js';
import { type ChainIndex, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import { MAX_ADDITIONAL_DATA_BYTES } from '../../protocol/coinbase.js';
import { DecodeError } from '../../protocol/decode-error.js';
import {
  MAX_INPUTS,
  MIN_GAS_AMOUNT,
  MIN_OUTPUT_AMOUNT,
  type Output,
  type Transaction,
} from '../../protocol/transaction.js';
import { transferGas } from '../../protocol/transaction-gas.js';
import type { TransactionFault } from './body-faults.js';
import type { Coin } from './coin.js';
import type { CoinView } from './coin-view.js';

/** Most outputs of a transaction. */
export const MAX_OUTPUTS = 256;

/** Most gas of a transaction. */
export const MAX_TRANSACTION_GAS = 5_000_000;

/** Least price of gas that is no coinbase's, attoALPH. */
export const MIN_GAS_PRICE = 10n ** 11n;

/** Most tokens of an output. */
const MAX_TOKENS = 1;

const P2PKH_UNLOCK = 0;
const SAME_AS_PREVIOUS = 3;

/** Where a transaction stands. */
export interface TransactionContext {
  readonly chain: ChainIndex;
  readonly networkId: number;
  /** Of the block, ms since the epoch. */
  readonly timestampMs: bigint;
  /** What it can see of coins. */
  readonly view: Pick<CoinView, 'coin'>;
}

/** What follows the unsigned part of a transaction without scripts, except its signatures. */
export interface Witness {
  readonly scriptExecutionOk: boolean;
  /** Whether it has contract inputs, generated outputs or script signatures. */
  readonly ofContracts: boolean;
}

/**
 * A transaction as it is sent and as it waits, without what a block says about it: what is signed, its signatures and those of
 * its script.
 */
export function templateBytesOf({ bytes, unsignedLength }: Transaction): Uint8Array {
  return concatBytes(bytes.subarray(0, unsignedLength), bytes.subarray(unsignedLength + OUTCOME_BYTES));
}

/** Of a transaction without contracts: `ok, contract inputs, generated outputs`. */
const OUTCOME_BYTES = 3;

/** Reads the end of a transaction: `ok, contract inputs, generated outputs, signatures, script signatures`. */
export function witnessOf({ bytes, unsignedLength, inputSignatures }: Transaction): Witness {
  const rest = bytes.subarray(unsignedLength);
  const signatures = inputSignatures.reduce((sum, { length }) => sum + length, 0);
  const countBytes = inputSignatures.length < 32 ? 1 : 2;
  const plainLength = 3 + countBytes + signatures + 1;
  const ofContracts = rest.length !== plainLength || rest[1] !== 0 || rest[2] !== 0 || rest.at(-1) !== 0;
  return { scriptExecutionOk: rest[0] === 1, ofContracts };
}

/** What is known of a transaction's bytes: one that waits is looked at for every template. */
const plainFaults = new WeakMap<
  Transaction,
  { readonly place: string; readonly fault: TransactionFault | undefined }
>();

/** The first fault that the bytes alone show. */
export function findPlainFault(
  transaction: Transaction,
  { chain, networkId }: Pick<TransactionContext, 'chain' | 'networkId'>,
): TransactionFault | undefined {
  const place = `${chain} ${networkId}`;
  const known = plainFaults.get(transaction);
  if (known?.place === place) return known.fault;
  const fault = plainFaultOf(transaction, chain, networkId);
  plainFaults.set(transaction, { place, fault });
  return fault;
}

function plainFaultOf(
  { unsigned }: Transaction,
  chain: ChainIndex,
  networkId: number,
): TransactionFault | undefined {
  const { inputs, outputs } = unsigned;
  if (unsigned.networkId !== networkId) return 'InvalidNetworkId';
  if (inputs.length === 0) return 'NoInputs';
  if (inputs.length > MAX_INPUTS) return 'TooManyInputs';
  if (outputs.length === 0) return 'NoOutputs';
  if (outputs.length > MAX_OUTPUTS) return 'TooManyOutputs';
  if (unsigned.gasAmount < MIN_GAS_AMOUNT || unsigned.gasAmount > MAX_TRANSACTION_GAS)
    return 'InvalidStartGas';
  if (!outputs.every(hasGoodAmounts)) return 'InvalidOutputStats';
  if (new Set(inputs.map(({ hint, key }) => `${hint} ${bytesToHex(key)}`)).size !== inputs.length)
    return 'TxDoubleSpending';
  if (inputs.some(({ hint }) => groupOfHint(hint) !== fromGroupOf(chain))) return 'InvalidInputGroupIndex';
  if (!outputs.every((output) => isPayable(output, chain)) || !reachesTo(outputs, chain))
    return 'InvalidOutputGroupIndex';
  if (outputs.some(({ additionalData }) => additionalData.length > MAX_ADDITIONAL_DATA_BYTES))
    return 'OutputDataSizeExceeded';
  return undefined;
}

/**
 * An output holds one token at most. A full node also wants the least ALPH beside a token; here more may be there, so that
 * deposits need no outputs of their own for tokens.
 */
function hasGoodAmounts({ amount, tokens }: Output): boolean {
  return amount >= MIN_OUTPUT_AMOUNT && tokens.length <= MAX_TOKENS && tokens.every((one) => one.amount > 0n);
}

/** Whether what is of two groups pays the second of them, too. */
function reachesTo(outputs: readonly Output[], chain: ChainIndex): boolean {
  const to = toGroupOf(chain);
  return (
    fromGroupOf(chain) === to || outputs.some(({ lockupScript }) => groupOfLockupScript(lockupScript) === to)
  );
}

/** Group of the output that an input names. */
function groupOfHint(hint: number): number {
  return ((hint >>> 24) ^ (hint >>> 16) ^ (hint >>> 8) ^ hint) & 3;
}

function isPayable({ lockupScript }: Output, chain: ChainIndex): boolean {
  try {
    const group = groupOfLockupScript(lockupScript);
    return group === fromGroupOf(chain) || group === toGroupOf(chain);
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

/**
 * What forbids a transaction to spend its coins: where they are, and the balance.
 * @param minted - attoALPH that it may pay beyond what it spends
 */
export function findSpendingFault(
  transaction: Transaction,
  context: TransactionContext,
  minted: bigint,
): TransactionFault | undefined {
  const { inputs, outputs, gasAmount, gasPrice } = transaction.unsigned;
  const { view, timestampMs } = context;
  const coins: Coin[] = [];
  for (const { hint, key } of inputs) {
    const coin = view.coin(bytesToHex(key));
    if (coin?.hint !== hint) return 'NonExistInput';
    coins.push(coin);
  }
  if (coins.some(({ output }) => output.lockTimeMs > timestampMs)) return 'TimeLockedTx';
  const spent = coins.reduce((sum, { output }) => sum + output.amount, 0n);
  const made = outputs.reduce((sum, { amount }) => sum + amount, 0n);
  if (spent + minted !== made + BigInt(gasAmount) * gasPrice) return 'InvalidAlphBalance';
  const spentOutputs = coins.map(({ output }) => output);
  return sameTokens(spentOutputs, outputs) ? undefined : 'InvalidTokenBalance';
}

function sameTokens(spent: readonly Output[], made: readonly Output[]): boolean {
  const sum = new Map<string, bigint>();
  const add = (outputs: readonly Output[], sign: bigint): void => {
    for (const { id, amount } of outputs.flatMap(({ tokens }) => tokens)) {
      const name = bytesToHex(id);
      sum.set(name, (sum.get(name) ?? 0n) + sign * amount);
    }
  };
  add(spent, 1n);
  add(made, -1n);
  return [...sum.values()].every((amount) => amount === 0n);
}

/** Signatures whose check is remembered: those of coinbases come again with each block, and a check takes milliseconds. */
const REMEMBERED_SIGNATURES = 4096;
const remembered = new BoundedMap<string, boolean>(REMEMBERED_SIGNATURES);

/** Whether a signature is one of a key over 32 bytes; as on the node, one whose s is in the upper half is none. */
export function isSignedBy(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  const name = bytesToHex(concatBytes(signature, digest, publicKey));
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const isSigned = verifies(publicKey, digest, signature);
  remembered.set(name, isSigned);
  return isSigned;
}

function verifies(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return secp256k1.verify(signature, digest, publicKey, { prehash: false, lowS: true });
  } catch {
    return false; // No key, or no signature.
  }
}

/** Whether a key is that of a P2PKH lockup script. */
export function isKeyOf(publicKey: Uint8Array, lockupScript: Uint8Array): boolean {
  const name = bytesToHex(publicKey);
  const script = scripts.get(name) ?? addressOfPublicKey(publicKey).lockupScript;
  scripts.set(name, script);
  return equalBytes(script, lockupScript);
}

/** Keys whose lockup scripts are remembered: one serves all inputs of a transaction. */
const REMEMBERED_KEYS = 256;
const scripts = new BoundedMap<string, Uint8Array>(REMEMBERED_KEYS);

/** The first fault of a transfer. @returns undefined for a good one */
export function findTransferFault(
  transaction: Transaction,
  context: TransactionContext,
): TransactionFault | undefined {
  const { unsigned } = transaction;
  const plain = findPlainFault(transaction, context);
  if (plain) return plain;
  if (unsigned.gasPrice < MIN_GAS_PRICE) return 'InvalidGasPrice';
  const witness = witnessOf(transaction);
  if (unsigned.script !== undefined || witness.ofContracts) return 'UnsupportedTransaction';
  const spending = findSpendingFault(transaction, context, 0n);
  if (spending) return spending;
  const unlocking = findUnlockFault(transaction, context);
  if (unlocking) return unlocking;
  if (!witness.scriptExecutionOk) return 'InvalidScriptExecutionFlag';
  return undefined;
}

/** Each key once and its signature, then inputs that are unlocked as the one before. */
function findUnlockFault(
  { id, unsigned, inputSignatures }: Transaction,
  { view }: TransactionContext,
): TransactionFault | undefined {
  let publicKey: Uint8Array | undefined;
  let keys = 0;
  for (const { key, unlockScript } of unsigned.inputs) {
    const coin = view.coin(bytesToHex(key))!;
    if (unlockScript[0] === P2PKH_UNLOCK) {
      publicKey = unlockScript.subarray(1);
      const signature = inputSignatures[keys++];
      if (!isKeyOf(publicKey, coin.output.lockupScript)) return 'InvalidPublicKeyHash';
      if (!signature) return 'NotEnoughSignature';
      if (!isSignedBy(publicKey, id, signature)) return 'InvalidSignature';
    } else if (unlockScript[0] === SAME_AS_PREVIOUS && publicKey) {
      if (!isKeyOf(publicKey, coin.output.lockupScript)) return 'InvalidPublicKeyHash';
    } else {
      return 'UnsupportedTransaction';
    }
  }
  if (inputSignatures.length > keys) return 'TooManyInputSignatures';
  const { inputs, outputs, gasAmount } = unsigned;
  return gasAmount < transferGas(inputs.length, outputs.length, keys) ? 'OutOfGas' : undefined;
}
