/**
 * Templates as a node hands them out that gives their transactions along, and what a builder needs to put a coinbase of its
 * own on them. Real authorizations, made-up coins.
 * @module
 */
import type { Authorization, Authorizations } from '../../polw/authorizations/authorization.js';
import { parseAuthorizations } from '../../polw/authorizations/parse-authorizations.js';
import type { Coin } from '../../polw/fund/fund-block.js';
import { addressOfLockupScript, hintOfLockupScript } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { type ChainIndex, toGroupOf } from '../../protocol/chain.js';
import { coinbaseLockMs, createCoinbase, type Uncle } from '../../protocol/coinbase.js';
import { MAINNET_EMISSION } from '../../protocol/emission.js';
import { encodeHeader } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { txsHashOf } from '../../protocol/merkle.js';
import { targetBytes, targetOfBits } from '../../protocol/target.js';
import { createTransaction, encodeTransactions, type Transaction } from '../../protocol/transaction.js';
import { recordedEntries } from './polw-authorizations.js';
import { seededBytes } from './seeded-bytes.js';

/** Network of the recorded authorizations. */
export const NETWORK_ID = 2;
/** Some time under Danube's rules, ms. */
export const SOME_TIME_MS = 1_795_000_000_000;
/** Target of 1.5 EH/s, or nearly so. */
export const ACTIVE_BITS = 0x1a0151ea;
/** Far from the threshold. */
export const PLAIN_BITS = 0x1b04c4b4;

let recorded: Authorizations | undefined;

/** Of all 16 chains. */
export function recordedAuthorizations(): Authorizations {
  recorded ??= parseAuthorizations(
    JSON.stringify({ networkId: NETWORK_ID, authorizations: recordedEntries() }),
  );
  return recorded;
}

export function authorizationOf(chain: ChainIndex): Authorization {
  const found = recordedAuthorizations().chains[chain]!;
  if ('fault' in found) throw new Error(found.fault);
  return found;
}

/** Transfers with one input and two outputs. @param seed - the same ones for the same */
export function makeTransfers(count: number, seed = '', gasPrice = 10n ** 11n): Transaction[] {
  return Array.from({ length: count }, (_, i) => makeTransfer(`${seed} ${i}`, { gasPrice }));
}

export function makeTransfer(
  seed: string,
  {
    gasPrice = 10n ** 11n,
    gasAmount = 20_000,
    spends = seededBytes(`key ${seed}`, 32),
    script,
  }: { gasPrice?: bigint; gasAmount?: number; spends?: Uint8Array; script?: Uint8Array } = {},
): Transaction {
  const output = (to: string) => ({
    amount: 10n ** 18n,
    lockupScript: lockupScriptOf(to),
    lockTimeMs: 0n,
    tokens: [],
    additionalData: new Uint8Array(0),
  });
  const unlockScript = new Uint8Array([0, ...seededBytes(`public key ${seed}`, 33)]);
  return createTransaction(
    {
      networkId: NETWORK_ID,
      script,
      gasAmount,
      gasPrice,
      inputs: [{ hint: 1, key: spends, unlockScript }],
      outputs: [output(`to ${seed}`), output(`change ${seed}`)],
    },
    [seededBytes(`signature ${seed}`, 64)],
  );
}

export function makeUncle(seed: string): Uncle {
  return { hash: seededBytes(`uncle ${seed}`, 32), lockupScript: lockupScriptOf(`uncle ${seed}`) };
}

export interface TemplateParts {
  readonly chain?: ChainIndex;
  /** Stands for the parent. */
  readonly parent?: number;
  readonly height?: number;
  readonly targetBits?: number;
  readonly timestampMs?: number;
  readonly transfers?: readonly Transaction[];
  readonly uncles?: readonly Uncle[];
  /** Any will do where nobody looks at it: the right one takes its time. */
  readonly txsHash?: Uint8Array;
}

/** A job with its transactions and the node's own coinbase. */
export function makeTemplate({
  chain = 0,
  parent = 1,
  height = parent,
  targetBits = ACTIVE_BITS,
  timestampMs = SOME_TIME_MS,
  transfers = [],
  uncles = [],
  txsHash,
}: TemplateParts = {}): Job {
  const coinbase = createCoinbase({
    chain,
    networkId: NETWORK_ID,
    rewardLockupScript: lockupScriptOf('miner of the node'),
    reward: 10n ** 17n,
    uncles: uncles.map((uncle) => ({ ...uncle, reward: 10n ** 16n })),
    lockTimeMs: BigInt(timestampMs) + coinbaseLockMs(NETWORK_ID),
    minerData: Uint8Array.of(1, 2, 3),
  });
  const transactions = [...transfers, coinbase];
  const header = encodeHeader({
    nonce: new Uint8Array(24),
    deps: Array.from({ length: 7 }, (_, i) =>
      seededBytes(`dep ${chain} ${i === 3 + toGroupOf(chain) ? parent : -i}`, 32),
    ),
    depStateHash: seededBytes(`state ${parent}`, 32),
    txsHash: txsHash ?? txsHashOf(transactions),
    timestamp: BigInt(timestampMs),
    targetBits,
  });
  return {
    chain,
    headerBlob: header.slice(24),
    txsBlob: [encodeTransactions(transactions)],
    target: targetBytes(targetOfBits(targetBits)),
    height,
  };
}

/** Coins of a chain's burn address. @param amounts - attoALPH */
export function makeCoins(chain: ChainIndex, amounts: readonly bigint[], seed = ''): Coin[] {
  const hint = hintOfLockupScript(authorizationOf(chain).burn.lockupScript);
  return amounts.map((amount, i) => ({
    key: bytesToHex(seededBytes(`coin ${chain} ${seed} ${i}`, 32)),
    hint,
    amount,
    lockTimeMs: 0,
  }));
}

/** A network that a CPU can pass the threshold of. */
export const SHIFTED = {
  ...MAINNET_EMISSION,
  peakHashrateLog2: 12,
  stableHashrateLog2: 22,
  endHashrateLog2: 29,
};

function lockupScriptOf(seed: string): Uint8Array {
  const script = new Uint8Array([0, ...seededBytes(`hash ${seed}`, 32)]);
  return addressOfLockupScript(script).lockupScript;
}
