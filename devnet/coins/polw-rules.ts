/**
 * Rules of the coinbase of a block under Proof of Less Work, in the full node's order and by its names.
 * @module
 */
import { addressOfPublicKey } from '../../protocol/address.js';
import { bytesToHex, equalBytes } from '../../protocol/bytes.js';
import { COINBASE_GAS_PRICE, coinbaseLockMs } from '../../protocol/coinbase.js';
import { blockReward, mainReward, uncleReward } from '../../protocol/emission.js';
import type { PolwTerms } from '../../protocol/polw.js';
import { polwDigest } from '../../protocol/polw-coinbase.js';
import { MIN_GAS_AMOUNT, type Transaction } from '../../protocol/transaction.js';
import { transferGas } from '../../protocol/transaction-gas.js';
import type { UncleReference } from '../block.js';
import type { BodyFault } from './body-faults.js';
import { parseCoinbaseData } from './coinbase-data.js';
import {
  findPlainFault,
  findSpendingFault,
  isKeyOf,
  isSignedBy,
  type TransactionContext,
  witnessOf,
} from './transaction-rules.js';

const POLW_UNLOCK = 4;

/** A coinbase, and what is known of its block. */
export interface PolwContext extends TransactionContext {
  readonly terms: PolwTerms;
  /** In the order of the coinbase. */
  readonly uncles: readonly UncleReference[];
}

/** The first fault of a coinbase. */
export function findPolwCoinbaseFault(coinbase: Transaction, context: PolwContext): BodyFault | undefined {
  const form = findPolwFormFault(coinbase, context);
  if (form) return form;
  const rewards = rewardsOf(context);
  const minted = rewards.block + rewards.uncles.reduce((sum, reward) => sum + reward, 0n);
  const freeGas = BigInt(MIN_GAS_AMOUNT) * COINBASE_GAS_PRICE;
  const spending = findSpendingFault(coinbase, context, minted + freeGas);
  if (spending === 'InvalidAlphBalance') return 'InvalidCoinbaseReward';
  if (spending) return `ExistInvalidTx ${spending}`;
  return findUnlockFault(coinbase, context) ?? findLockFault(coinbase, context);
}

/** The first fault that the bytes of a coinbase alone show: its form, its data, who unlocks, who is given change. */
export function findPolwFormFault(
  coinbase: Transaction,
  { chain, networkId, uncles }: Pick<PolwContext, 'chain' | 'networkId' | 'uncles'>,
): BodyFault | undefined {
  const { unsigned, inputSignatures } = coinbase;
  const { inputs, outputs, gasAmount, gasPrice, script } = unsigned;
  if (
    script !== undefined ||
    gasAmount < MIN_GAS_AMOUNT ||
    gasPrice !== COINBASE_GAS_PRICE ||
    outputs.length < 1 + uncles.length ||
    outputs.some(({ tokens }) => tokens.length > 0) ||
    inputs.length === 0 ||
    inputSignatures.length !== 1 ||
    witnessOf(coinbase).ofContracts
  )
    return 'InvalidPoLWCoinbaseFormat';
  const data = parseCoinbaseData(outputs[0]!.additionalData);
  if (data?.chain !== chain || !sameUncles(data.uncles, uncles)) return 'InvalidCoinbaseData';
  const { unlockScript } = inputs[0]!;
  if (unlockScript[0] !== POLW_UNLOCK) return 'InvalidPoLWInputUnlockScript';
  if (inputs.some((input) => !equalBytes(input.unlockScript, unlockScript)))
    return 'PoLWUnlockScriptNotTheSame';
  const change = outputs.slice(1 + uncles.length);
  if (!change.every(({ lockupScript }) => isKeyOf(unlockScript.subarray(1), lockupScript)))
    return 'InvalidPoLWChangeOutputLockupScript';
  const plain = findPlainFault(coinbase, { chain, networkId });
  return plain && `ExistInvalidTx ${plain}`;
}

function sameUncles(
  a: readonly Pick<UncleReference, 'hash' | 'lockupScript'>[],
  b: readonly Pick<UncleReference, 'hash' | 'lockupScript'>[],
): boolean {
  return (
    a.length === b.length &&
    a.every(({ hash, lockupScript }, i) => {
      const other = b[i]!;
      return equalBytes(hash, other.hash) && equalBytes(lockupScript, other.lockupScript);
    })
  );
}

/** What the block may pay for itself and its uncles, attoALPH: dust, too, which no output may be. */
function rewardsOf({ terms, uncles }: Pick<PolwContext, 'terms' | 'uncles'>): {
  block: bigint;
  uncles: readonly bigint[];
} {
  const main = mainReward(terms.netReward, 'danube');
  const rewards = uncles.map(({ heightDifference }) => uncleReward(main, heightDifference));
  return { block: blockReward(main, rewards), uncles: rewards };
}

/** The one signature is over who burns and who is paid, and serves all inputs. */
function findUnlockFault(coinbase: Transaction, { view }: Pick<PolwContext, 'view'>): BodyFault | undefined {
  const { inputs } = coinbase.unsigned;
  const publicKey = inputs[0]!.unlockScript.subarray(1);
  for (const { key } of inputs) {
    const coin = view.coin(bytesToHex(key))!;
    if (!isKeyOf(publicKey, coin.output.lockupScript)) return 'ExistInvalidTx InvalidPublicKeyHash';
  }
  return findWitnessFault(coinbase);
}

/** What the bytes of a coinbase whose form is good show of its signature, gas and script. */
export function findWitnessFault(coinbase: Transaction): BodyFault | undefined {
  const { inputs, outputs, gasAmount } = coinbase.unsigned;
  const publicKey = inputs[0]!.unlockScript.subarray(1);
  const digest = polwDigest(addressOfPublicKey(publicKey).lockupScript, outputs[0]!.lockupScript);
  if (!isSignedBy(publicKey, digest, coinbase.inputSignatures[0]!)) return 'ExistInvalidTx InvalidSignature';
  if (gasAmount < transferGas(inputs.length, outputs.length)) return 'ExistInvalidTx OutOfGas';
  if (!witnessOf(coinbase).scriptExecutionOk) return 'ExistInvalidTx InvalidScriptExecutionFlag';
  return undefined;
}

/** The balance is right: now what output 0 and the uncles get of it, and until when it is locked. */
export function findLockFault(
  coinbase: Transaction,
  context: Pick<PolwContext, 'networkId' | 'timestampMs' | 'terms' | 'uncles'>,
): BodyFault | undefined {
  const { networkId, timestampMs, terms, uncles } = context;
  const { outputs } = coinbase.unsigned;
  const rewards = rewardsOf(context);
  const lockTimeMs = timestampMs + coinbaseLockMs(networkId);
  const paid = [rewards.block + terms.burnt, ...rewards.uncles];
  for (const [i, amount] of paid.entries()) {
    const output = outputs[i]!;
    if (output.amount !== amount) return 'InvalidCoinbaseLockedAmount';
    if (output.lockTimeMs !== lockTimeMs) return 'InvalidCoinbaseLockupPeriod';
    if (i > 0 && !equalBytes(output.lockupScript, uncles[i - 1]!.lockupScript))
      return 'InvalidGhostUncleMiner';
  }
  return undefined;
}
