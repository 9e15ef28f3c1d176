/**
 * The coinbase of a block under Proof of Less Work: it spends outputs of a burn address, and what it does not pay out or
 * give back as change is burnt.
 *
 * The one signature covers the burn address and the reward address, and nothing else: it is made once for a chain, offline,
 * and serves all its blocks.
 * @module
 */
import { blake2b256 } from './blake2b.js';
import { bytesToHex, concatBytes } from './bytes.js';
import type { ChainIndex } from './chain.js';
import {
  COINBASE_GAS_PRICE,
  coinbaseLockMs,
  encodeCoinbaseData,
  sortUncles,
  type Uncle,
} from './coinbase.js';
import { blockReward, type Era, mainReward, uncleReward } from './emission.js';
import type { OutputReference } from './output-reference.js';
import type { PolwTerms } from './polw.js';
import {
  createTransaction,
  MAX_INPUTS,
  MIN_GAS_AMOUNT,
  MIN_OUTPUT_AMOUNT,
  type Output,
  type Transaction,
} from './transaction.js';
import { transferGas } from './transaction-gas.js';

/** First byte of the unlock script of an input that is burnt. */
const POLW_UNLOCK = 4;
const PUBLIC_KEY_BYTES = 33;
const SIGNATURE_BYTES = 64;
const DIGEST_PREFIX = new TextEncoder().encode('alph-polw');
const NO_BYTES = new Uint8Array(0);

/** An output that a coinbase spends. */
export interface BurnInput extends OutputReference {
  /** attoALPH. */
  readonly amount: bigint;
}

/** An uncle, and how far it is below the block. */
export interface PaidUncle extends Uncle {
  /** Height of the block less the uncle's, 1 to 7. */
  readonly heightDifference: number;
}

/** What the outputs of a coinbase pay, attoALPH. */
export interface PolwRewards {
  /** Output 0: the block reward, and what was burnt. */
  readonly first: bigint;
  /** Uncles that can be paid, in the order of the outputs. */
  readonly uncles: readonly (PaidUncle & { readonly reward: bigint })[];
}

/** What a coinbase is made of. */
export interface PolwCoinbaseParts {
  readonly chain: ChainIndex;
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  /** Of the burn address, 33 bytes. */
  readonly burnPublicKey: Uint8Array;
  /** Lockup script of the burn address: P2PKH of the key, in the chain's `from` group. */
  readonly burnLockupScript: Uint8Array;
  /** Whom output 0 pays: must be in the chain's `to` group. */
  readonly rewardLockupScript: Uint8Array;
  /** By the burn key over `polwDigest`, 64 bytes. */
  readonly signature: Uint8Array;
  /** 1 to 256, pairwise distinct. */
  readonly inputs: readonly BurnInput[];
  /** Amounts given back to the burn address, attoALPH: each at least 0.001 ALPH; none if nothing is left. */
  readonly change: readonly bigint[];
  readonly burnt: bigint;
  readonly rewards: PolwRewards;
  /** Of the header, ms since the epoch. */
  readonly timestampMs: bigint;
  /** Free bytes at the end of the coinbase data. */
  readonly minerData?: Uint8Array;
}

/**
 * What the burn key of a chain signs.
 * @param burnLockupScript - of the burn address
 * @param rewardLockupScript - of output 0
 * @returns 32 bytes
 */
export function polwDigest(burnLockupScript: Uint8Array, rewardLockupScript: Uint8Array): Uint8Array {
  return blake2b256(concatBytes(DIGEST_PREFIX, burnLockupScript, rewardLockupScript));
}

/** Unlock script of every input of a coinbase. @param publicKey - 33 bytes @throws RangeError on another length */
export function polwUnlockScript(publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== PUBLIC_KEY_BYTES)
    throw new RangeError(`"publicKey" expected ${PUBLIC_KEY_BYTES} bytes, got ${publicKey.length}`);
  return concatBytes(Uint8Array.of(POLW_UNLOCK), publicKey);
}

/** What the gas of a coinbase costs beyond that of a plain one, attoALPH. */
export function polwGasFee(inputs: number, outputs: number): bigint {
  return COINBASE_GAS_PRICE * BigInt(transferGas(inputs, outputs) - MIN_GAS_AMOUNT);
}

/**
 * What a coinbase pays for a block and its uncles. An uncle whose reward would be below the least output is left out: it
 * would make the block invalid.
 * @param uncles - at most 2, in any order
 */
export function polwRewards(terms: PolwTerms, era: Era, uncles: readonly PaidUncle[]): PolwRewards {
  const main = mainReward(terms.netReward, era);
  const paid = sortUncles(uncles)
    .map((uncle) => ({ ...uncle, reward: uncleReward(main, uncle.heightDifference) }))
    .filter(({ reward }) => reward >= MIN_OUTPUT_AMOUNT);
  const reward = blockReward(
    main,
    paid.map((uncle) => uncle.reward),
  );
  return { first: reward + terms.burnt, uncles: paid };
}

/**
 * The coinbase of a block that burns.
 * @throws RangeError if the inputs are none, too many or not distinct, the change is dust, inputs are not exactly what is
 * burnt, given back and paid for gas, a key or signature has another length, or the data is too long
 */
export function createPolwCoinbase(parts: PolwCoinbaseParts): Transaction {
  const { inputs, change, rewards, networkId, timestampMs, burnLockupScript } = parts;
  checkInputs(inputs);
  checkBalance(parts);
  if (parts.signature.length !== SIGNATURE_BYTES)
    throw new RangeError(`"signature" expected ${SIGNATURE_BYTES} bytes, got ${parts.signature.length}`);
  const unlockScript = polwUnlockScript(parts.burnPublicKey);
  const lockTimeMs = timestampMs + coinbaseLockMs(networkId);
  const output = (
    amount: bigint,
    lockupScript: Uint8Array,
    locked: bigint,
    data: Uint8Array = NO_BYTES,
  ): Output => ({
    amount,
    lockupScript,
    lockTimeMs: locked,
    tokens: [],
    additionalData: data,
  });
  const outputs = [
    output(
      rewards.first,
      parts.rewardLockupScript,
      lockTimeMs,
      encodeCoinbaseData(parts.chain, rewards.uncles, parts.minerData),
    ),
    ...rewards.uncles.map((uncle) => output(uncle.reward, uncle.lockupScript, lockTimeMs)),
    ...change.map((amount) => output(amount, burnLockupScript, 0n)),
  ];
  return createTransaction(
    {
      networkId,
      script: undefined,
      gasAmount: transferGas(inputs.length, outputs.length),
      gasPrice: COINBASE_GAS_PRICE,
      inputs: inputs.map(({ hint, key }) => ({ hint, key, unlockScript })),
      outputs,
    },
    [parts.signature],
  );
}

function checkInputs(inputs: readonly BurnInput[]): void {
  if (inputs.length < 1 || inputs.length > MAX_INPUTS)
    throw new RangeError(`"inputs" expected 1 to ${MAX_INPUTS}, got ${inputs.length}`);
  const names = new Set(inputs.map(({ hint, key }) => `${hint} ${bytesToHex(key)}`));
  if (names.size !== inputs.length) throw new RangeError('"inputs" expected distinct outputs, got one twice');
}

function checkBalance({ inputs, change, burnt, rewards }: PolwCoinbaseParts): void {
  const dust = change.find((amount) => amount < MIN_OUTPUT_AMOUNT);
  if (dust !== undefined)
    throw new RangeError(`"change" expected at least ${MIN_OUTPUT_AMOUNT} an output, got ${dust}`);
  const outputs = 1 + rewards.uncles.length + change.length;
  const spent = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  const used = change.reduce((sum, amount) => sum + amount, burnt + polwGasFee(inputs.length, outputs));
  if (spent !== used) throw new RangeError(`"inputs" expected ${used} in sum, got ${spent}`);
}
