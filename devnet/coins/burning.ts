/**
 * Coinbases that burn, made by the simulated node itself: from coins of its own for the blocks of everybody else on the
 * network, or from the 16 authorizations of a pool.
 * @module
 */
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import type { ChainIndex } from '../../protocol/chain.js';
import type { PolwTerms } from '../../protocol/polw.js';
import {
  type BurnInput,
  createPolwCoinbase,
  polwDigest,
  polwGasFee,
  polwRewards,
} from '../../protocol/polw-coinbase.js';
import { MAX_INPUTS, MIN_OUTPUT_AMOUNT, type Transaction } from '../../protocol/transaction.js';
import type { UncleReference } from '../block.js';
import type { BodyRequest } from '../body.js';
import type { Coin } from './coin.js';
import type { CoinView } from './coin-view.js';
import type { Key } from './keys.js';

/** The right to burn coins of an address for blocks of a chain. */
export interface BurnRight {
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  /** Lockup script of the burn address. */
  readonly burnLockupScript: Uint8Array;
  readonly rewardLockupScript: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** The right that the holder of a key has, whoever is paid. */
export function burnRightOf(key: Key, rewardLockupScript: Uint8Array): BurnRight {
  const burnLockupScript = key.address.lockupScript;
  return {
    publicKey: key.publicKey,
    burnLockupScript,
    rewardLockupScript,
    signature: key.sign(polwDigest(burnLockupScript, rewardLockupScript)),
  };
}

/** What a coinbase is made for. */
export interface BurnRequest extends Pick<BodyRequest, 'chain' | 'timestamp' | 'uncles'> {
  readonly networkId: number;
  readonly terms: PolwTerms;
  readonly view: CoinView;
  /** Transactions before it: what they spend is left alone. */
  readonly transfers: readonly Transaction[];
}

/** A coinbase, and the uncles that it pays: not those whose reward would be dust. */
export interface BurningCoinbase {
  readonly coinbase: Transaction;
  readonly uncles: readonly UncleReference[];
}

/** The coinbase from the largest coins of the burn address, with one change. @returns undefined where they do not do */
export function createBurningCoinbase(right: BurnRight, request: BurnRequest): BurningCoinbase | undefined {
  const { terms, chain, networkId, timestamp } = request;
  const rewards = polwRewards(terms, 'danube', request.uncles);
  // At the end of the emission nothing is left to pay.
  if (rewards.first < MIN_OUTPUT_AMOUNT) return undefined;
  const outputs = 1 + rewards.uncles.length;
  const inputs: BurnInput[] = [];
  let left = -terms.burnt;
  for (const coin of spendableCoins(right, request)) {
    if (inputs.length === MAX_INPUTS) return undefined;
    inputs.push({ hint: coin.hint, key: hexToBytes(coin.key), amount: coin.output.amount });
    left += coin.output.amount;
    if (left === polwGasFee(inputs.length, outputs)) return made([]);
    const change = left - polwGasFee(inputs.length, outputs + 1);
    if (change >= MIN_OUTPUT_AMOUNT) return made([change]);
  }
  return undefined;

  function made(change: readonly bigint[]): BurningCoinbase {
    const coinbase = createPolwCoinbase({
      chain,
      networkId,
      burnPublicKey: right.publicKey,
      burnLockupScript: right.burnLockupScript,
      rewardLockupScript: right.rewardLockupScript,
      signature: right.signature,
      inputs,
      change,
      burnt: terms.burnt,
      rewards,
      timestampMs: timestamp,
    });
    const uncles = rewards.uncles.map(({ hash, lockupScript, heightDifference }) => ({
      hash,
      lockupScript,
      heightDifference,
    }));
    return { coinbase, uncles };
  }
}

/** The largest first. */
function spendableCoins({ burnLockupScript }: BurnRight, request: BurnRequest): Coin[] {
  const taken = new Set(
    request.transfers.flatMap(({ unsigned }) => unsigned.inputs.map(({ key }) => bytesToHex(key))),
  );
  return request.view
    .coinsOf(burnLockupScript)
    .filter(
      ({ key, output }) =>
        output.lockTimeMs <= request.timestamp && output.tokens.length === 0 && !taken.has(key),
    )
    .sort((a, b) => (a.output.amount < b.output.amount ? 1 : -1));
}

/** Rights by chain. */
export type BurnRights = (chain: ChainIndex, miner: Uint8Array) => BurnRight | undefined;
