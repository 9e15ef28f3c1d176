/**
 * A job with a coinbase of ours: the node's template, on which coins of ours are burnt.
 *
 * ```
 * template: header, list of transactions -- plan (coins, change), uncles, authorization --> coinbase
 *      |                                                                                        |
 *      +--> header with txsHash over the kept branch and the coinbase <-------------------------+
 * ```
 *
 * What comes out is checked on its bytes, whatever went in: a block that breaks a rule costs its reward.
 * @module
 */
import { hexToBytes } from '../../protocol/bytes.js';
import { coinbaseLockMs } from '../../protocol/coinbase.js';
import { withTxsHash } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { rootOfLastLeaf } from '../../protocol/merkle.js';
import { createPolwCoinbase, type PaidUncle, polwRewards } from '../../protocol/polw-coinbase.js';
import { MIN_OUTPUT_AMOUNT, merkleLeafOf, type Transaction } from '../../protocol/transaction.js';
import type { Authorization } from '../authorizations/authorization.js';
import type { Coin } from '../fund/fund-block.js';
import { type CoinPlan, changeOf } from './coin-plan.js';
import { checkCoinbase } from './coinbase-check.js';
import type { TemplateTerms } from './polw-network.js';
import type { TransactionList } from './transaction-list.js';

/** What a funded job is made of. */
export interface FundedJobParts {
  /** As it came from the node. */
  readonly job: Job;
  readonly terms: TemplateTerms;
  readonly list: TransactionList;
  /** Those of the template whose height is known, in any order. */
  readonly uncles: readonly PaidUncle[];
  readonly plan: CoinPlan;
  /** All that the template can spend, as the fund says. */
  readonly coins: readonly Coin[];
  readonly authorization: Authorization;
  readonly networkId: number;
  /** The node's own bytes at the end of the coinbase data. */
  readonly minerData: Uint8Array;
}

/** A job to mine, and what its block moves. */
export interface FundedJob {
  readonly job: Job;
  readonly coinbase: Transaction;
  readonly list: TransactionList;
  readonly plan: CoinPlan;
  /** Uncles that it pays. */
  readonly uncles: number;
  /** attoALPH. */
  readonly burnt: bigint;
}

/** Why there is none. `change`: the plan does not serve this template. `reward`: output 0 would be dust. */
export type FundedJobFault = 'change' | 'reward';

/**
 * Makes a job.
 * @returns a fault where another plan is needed, or none would do
 * @throws CoinbaseRuleError if what came out breaks a rule: the parts contradict each other
 */
export function createFundedJob(parts: FundedJobParts): FundedJob | FundedJobFault {
  const { job, terms, list, plan, authorization, networkId } = parts;
  const rewards = polwRewards(terms, terms.era, parts.uncles);
  if (rewards.first < MIN_OUTPUT_AMOUNT) return 'reward';
  const uncles = rewards.uncles.length;
  const change = changeOf(plan, { burnt: terms.burnt, uncles });
  if (change === undefined) return 'change';
  const coinbase = createPolwCoinbase({
    chain: job.chain,
    networkId,
    burnPublicKey: authorization.burnPublicKey,
    burnLockupScript: authorization.burn.lockupScript,
    rewardLockupScript: authorization.reward.lockupScript,
    signature: authorization.signature,
    inputs: plan.inputs.map(({ hint, key, amount }) => ({ hint, key: hexToBytes(key), amount })),
    change,
    burnt: terms.burnt,
    rewards,
    timestampMs: terms.timestampMs,
    minerData: parts.minerData,
  });
  const headerBlob = withTxsHash(job.headerBlob, rootOfLastLeaf(list.branch, merkleLeafOf(coinbase)));
  const funded = { ...job, headerBlob, txsBlob: [list.bytes, coinbase.bytes] };
  checkCoinbase(coinbase.bytes, {
    coins: parts.coins,
    list,
    timestampMs: terms.timestampMs,
    lockTimeMs: terms.timestampMs + coinbaseLockMs(networkId),
    burnt: terms.burnt,
    burnLockupScript: authorization.burn.lockupScript,
    rewardLockupScript: authorization.reward.lockupScript,
    uncles,
  });
  return { job: funded, coinbase, list, plan, uncles, burnt: terms.burnt };
}
