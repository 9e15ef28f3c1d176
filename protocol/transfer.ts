/**
 * Transfers: coins of one P2PKH address go to others, and what is left goes back to it. One key unlocks all inputs: the
 * first has it, the others say "as before". Its signature over the transaction's id is all that is signed.
 *
 * Nodes ask for the exact balance, for the gas price below, and for outputs in the sender's group and one other at most.
 * @module
 */
import { type Address, addressOfPublicKey, hintOfLockupScript, parseAddress } from './address.js';
import { decodeBase58 } from './base58.js';
import { blake2b256 } from './blake2b.js';
import { concatBytes, copyBytes, equalBytes } from './bytes.js';
import {
  createTransaction,
  encodeUnsignedTransaction,
  MAX_INPUTS,
  MIN_OUTPUT_AMOUNT,
  type Output,
  type Transaction,
  type UnsignedTransaction,
} from './transaction.js';
import { transferGas } from './transaction-gas.js';

/** Least price that nodes take, attoALPH for a unit of gas. */
export const TRANSFER_GAS_PRICE = 10n ** 11n;

/** Most outputs of a transaction, change included. */
export const MAX_OUTPUTS = 256;

const P2PKH_UNLOCK = 0;
const SAME_AS_PREVIOUS = Uint8Array.of(3);
const CONTRACT = 3;
const FIRST_GROUPLESS = 4;
const PUBLIC_KEY_BYTES = 33;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const LAST_NETWORK_ID = 255;
const NO_BYTES = new Uint8Array(0);

/** An output of the sender's address that a transfer spends. */
export interface TransferInput {
  /** Its key, 32 bytes. */
  readonly key: Uint8Array;
  /** attoALPH. */
  readonly amount: bigint;
  /** From when on it can be spent, ms since the epoch; 0 for at once. */
  readonly lockTimeMs: bigint;
}

/** Who is paid, and how much. */
export interface Destination {
  readonly address: Address;
  /** attoALPH, at least 0.001 ALPH. */
  readonly amount: bigint;
}

/** What a transfer is made of. */
export interface TransferParts {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  /** Of the sender, 33 bytes. */
  readonly publicKey: Uint8Array;
  /** 1 to 256, pairwise distinct. */
  readonly inputs: readonly TransferInput[];
  /** At least 1; of the sender's group and one other at most. */
  readonly destinations: readonly Destination[];
  /** Given back to the sender, attoALPH: 0, or at least 0.001 ALPH. */
  readonly change: bigint;
  /** Now, ms since the epoch: no input may be locked then. */
  readonly timestampMs: bigint;
}

/** A transfer that is not signed yet. */
export interface Transfer {
  readonly unsigned: UnsignedTransaction;
  /** Of `unsigned`. */
  readonly bytes: Uint8Array;
  /** 32 bytes: what the sender signs. */
  readonly id: Uint8Array;
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly from: Address;
  /** The other group that is paid, or the sender's own. The transaction goes into a block of chain (from, to). */
  readonly toGroup: number;
  /** attoALPH. */
  readonly fee: bigint;
}

/** What a transfer costs, attoALPH. @param outputs - their number, change included */
export function transferFee(inputs: number, outputs: number): bigint {
  return TRANSFER_GAS_PRICE * BigInt(transferGas(inputs, outputs));
}

/**
 * An address to be paid, as a user gives it. A groupless one must name its group: without it a node chooses one.
 * @throws RangeError that says what would have been right
 */
export function parseDestination(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined)
    throw new RangeError(
      text.length > 0 && text.length <= 60 && decodeBase58(text)?.[0] === CONTRACT
        ? `expected an address that coins can be sent to, got ${JSON.stringify(text)}, which is a contract's`
        : `expected an Alephium address, got ${JSON.stringify(text.slice(0, 60))}`,
    );
  if (address.lockupScript[0]! >= FIRST_GROUPLESS && address.text !== text)
    throw new RangeError(
      `expected a groupless address with its group behind it, ${text}:0 to ${text}:3, got ${JSON.stringify(text)}`,
    );
  return address;
}

/**
 * A transfer, its gas exact.
 * @throws RangeError if the inputs are none, too many, not distinct or locked, an amount is dust, the destinations are none,
 * too many or of two groups beside the sender's, or the inputs are not exactly what is paid, given back and paid for gas
 */
export function createTransfer(parts: TransferParts): Transfer {
  const { networkId, publicKey, inputs, destinations, change } = parts;
  if (!(Number.isInteger(networkId) && networkId >= 0 && networkId <= LAST_NETWORK_ID))
    throw new RangeError(`"networkId" expected 0 to ${LAST_NETWORK_ID}, got ${networkId}`);
  if (publicKey.length !== PUBLIC_KEY_BYTES)
    throw new RangeError(`"publicKey" expected ${PUBLIC_KEY_BYTES} bytes, got ${publicKey.length}`);
  checkInputs(parts);
  checkOutputs(parts);
  const from = addressOfPublicKey(publicKey);
  const toGroup = otherGroup(
    from.group,
    destinations.map(({ address }) => address.group),
  );
  const output = (address: Address, amount: bigint): Output => ({
    amount,
    lockupScript: address.lockupScript,
    lockTimeMs: 0n,
    tokens: [],
    additionalData: NO_BYTES,
  });
  const outputs = destinations.map(({ address, amount }) => output(address, amount));
  if (change > 0n) outputs.push(output(from, change));
  const fee = transferFee(inputs.length, outputs.length);
  const spent = sumOf(inputs);
  const used = sumOf(outputs) + fee;
  if (spent !== used) throw new RangeError(`"inputs" expected ${used} in sum, got ${spent}`);
  const hint = hintOfLockupScript(from.lockupScript);
  const unsigned: UnsignedTransaction = {
    networkId,
    script: undefined,
    gasAmount: transferGas(inputs.length, outputs.length),
    gasPrice: TRANSFER_GAS_PRICE,
    inputs: inputs.map(({ key }, i) => ({
      hint,
      key,
      unlockScript: i === 0 ? concatBytes(Uint8Array.of(P2PKH_UNLOCK), publicKey) : SAME_AS_PREVIOUS,
    })),
    outputs,
  };
  const bytes = encodeUnsignedTransaction(unsigned);
  return { unsigned, bytes, id: blake2b256(bytes), publicKey: copyBytes(publicKey), from, toGroup, fee };
}

/** A transfer with its signature, as blocks hold it. @param signature - by the sender over the id, 64 bytes */
export function signedTransfer({ unsigned }: Transfer, signature: Uint8Array): Transaction {
  if (signature.length !== SIGNATURE_BYTES)
    throw new RangeError(`"signature" expected ${SIGNATURE_BYTES} bytes, got ${signature.length}`);
  return createTransaction(unsigned, [signature]);
}

/**
 * The key of which a transaction spends outputs.
 * @returns 33 bytes; undefined if its first input is not unlocked by a single key
 */
export function senderOf({ inputs }: UnsignedTransaction): Uint8Array | undefined {
  const unlockScript = inputs[0]?.unlockScript;
  if (unlockScript?.[0] !== P2PKH_UNLOCK || unlockScript.length !== 1 + PUBLIC_KEY_BYTES) return undefined;
  return unlockScript.subarray(1);
}

function checkInputs({ inputs, timestampMs }: TransferParts): void {
  if (inputs.length < 1 || inputs.length > MAX_INPUTS)
    throw new RangeError(`"inputs" expected 1 to ${MAX_INPUTS}, got ${inputs.length}`);
  for (const [i, { key, lockTimeMs }] of inputs.entries()) {
    if (key.length !== KEY_BYTES)
      throw new RangeError(`"inputs[${i}].key" expected ${KEY_BYTES} bytes, got ${key.length}`);
    if (lockTimeMs > timestampMs)
      throw new RangeError(
        `"inputs[${i}]" expected an output that can be spent at ${timestampMs}, got one that is locked until ${lockTimeMs}`,
      );
    if (inputs.slice(0, i).some((other) => equalBytes(other.key, key)))
      throw new RangeError(`"inputs[${i}]" expected distinct outputs, got one twice`);
  }
}

function checkOutputs({ destinations, change }: TransferParts): void {
  const most = change > 0n ? MAX_OUTPUTS - 1 : MAX_OUTPUTS;
  if (destinations.length < 1 || destinations.length > most)
    throw new RangeError(`"destinations" expected 1 to ${most}, got ${destinations.length}`);
  for (const [i, { amount }] of destinations.entries())
    if (amount < MIN_OUTPUT_AMOUNT)
      throw new RangeError(
        `"destinations[${i}].amount" expected at least ${MIN_OUTPUT_AMOUNT}, got ${amount}`,
      );
  if (change !== 0n && change < MIN_OUTPUT_AMOUNT)
    throw new RangeError(`"change" expected 0 or at least ${MIN_OUTPUT_AMOUNT}, got ${change}`);
}

/** The one group beside the sender's, or the sender's. @throws RangeError if there are two */
function otherGroup(own: number, groups: readonly number[]): number {
  const others = new Set(groups.filter((group) => group !== own));
  if (others.size > 1)
    throw new RangeError(
      `"destinations" expected addresses of group ${own} and one other, got ones of groups ${[...others].join(' and ')}`,
    );
  return [...others][0] ?? own;
}

function sumOf(parts: readonly { readonly amount: bigint }[]): bigint {
  return parts.reduce((sum, { amount }) => sum + amount, 0n);
}
