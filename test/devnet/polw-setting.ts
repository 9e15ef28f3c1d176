/**
 * What the tests of the devnet's Proof of Less Work share: a small network beyond its threshold, and a pool's side of it.
 * @module
 */
import type { TestContext } from 'node:test';
import type { DevnetOptions, PolwOptions } from '../../devnet/app.js';
import type { Block } from '../../devnet/block.js';
import type { Money } from '../../devnet/body.js';
import { type BurnRight, burnRightOf } from '../../devnet/coins/burning.js';
import type { Coin } from '../../devnet/coins/coin.js';
import { generateKey, type Key } from '../../devnet/coins/keys.js';
import { moneyOf } from '../../devnet/coins/open-coins.js';
import type { DevnetNode, Submission } from '../../devnet/node.js';
import { createRandom } from '../../devnet/random.js';
import { jobOf, type Template } from '../../devnet/template.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex, chainIndex, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { encodeHeader, NONCE_BYTES } from '../../protocol/header.js';
import { txsHashOf } from '../../protocol/merkle.js';
import { type PolwTerms, polwTermsOf } from '../../protocol/polw.js';
import {
  createPolwCoinbase,
  type PolwCoinbaseParts,
  polwGasFee,
  polwRewards,
} from '../../protocol/polw-coinbase.js';
import { targetOfBits } from '../../protocol/target.js';
import type { Transaction } from '../../protocol/transaction.js';
import { solve } from '../support/raw-miner.js';
import { setUp } from './setting.js';

/** Puts the threshold at 1,024 H/s: some 512 hashes a block. */
export const SHIFT = 50;

/** Hash rate of a network of twice the threshold, with blocks of 2 s. */
export const ACTIVE_RATE = 8192;

export const MONEY = moneyOf({ polw: { shift: SHIFT } });

/** 16 keys of a pool, one a chain; output 0 of (f, t) pays the burn address of (t, f). */
export const KEYS: readonly Key[] = (() => {
  const random = createRandom(77);
  return ALL_CHAINS.map((chain) => generateKey(fromGroupOf(chain), random));
})();

/** Address that a chain's blocks burn coins of. */
export const burnAddressOf = (chain: ChainIndex): string => KEYS[chain]!.address.text;

/** Lockup script that output 0 of a chain's blocks pays. */
export const rewardOf = (chain: ChainIndex): Uint8Array =>
  KEYS[chainIndex(toGroupOf(chain), fromGroupOf(chain))]!.address.lockupScript;

export const RIGHTS: readonly BurnRight[] = ALL_CHAINS.map((chain) =>
  burnRightOf(KEYS[chain]!, rewardOf(chain)),
);

/** Each burn address has 1,000 ALPH from the first block on. */
export const FUNDED: NonNullable<PolwOptions['coins']> = ALL_CHAINS.map((chain) => ({
  address: burnAddressOf(chain),
  amount: 1_000n * ALPH,
}));

/** A network beyond the threshold, its templates whole, its burn addresses funded. */
export async function setUpPolw(t: TestContext, polw: PolwOptions = {}, options: DevnetOptions = {}) {
  const setting = await setUp(t, {
    rate: ACTIVE_RATE,
    polw: { shift: SHIFT, support: 'full', coins: FUNDED, ...polw },
    ...options,
  });
  const { node } = setting.devnet;
  return { ...setting, node, coins: node.coins! };
}

/** What Proof of Less Work asks of a template. */
export function termsOf({ header }: Pick<Template, 'header'>, money: Money = MONEY): PolwTerms {
  const { targetBits, timestamp } = header;
  return polwTermsOf(
    { target: targetOfBits(targetBits), timestampMs: timestamp, blockTimeMs: money.blockTimeMs },
    money.emission,
  )!;
}

/** Coins of the burn address that a template can spend. */
export function coinsFor(node: DevnetNode, { chain, header }: Template): Coin[] {
  return node
    .coins!.index.view(chain, header.deps)
    .coinsOf(KEYS[chain]!.address.lockupScript)
    .filter(({ output }) => output.lockTimeMs <= header.timestamp);
}

/** What a good coinbase of a template is made of: all coins of the burn address, one change. */
export function partsFor(
  node: DevnetNode,
  template: Template,
  coins: readonly Coin[] = coinsFor(node, template),
): PolwCoinbaseParts {
  const { chain, header, uncles } = template;
  const terms = termsOf(template, node.rules.money);
  const rewards = polwRewards(terms, 'danube', uncles);
  const right = RIGHTS[chain]!;
  const inputs = coins.map(({ hint, key, output }) => ({
    hint,
    key: hexToBytes(key),
    amount: output.amount,
  }));
  const sum = inputs.reduce((total, { amount }) => total + amount, 0n);
  const fee = polwGasFee(inputs.length, 2 + rewards.uncles.length);
  return {
    chain,
    networkId: node.rules.networkId,
    burnPublicKey: right.publicKey,
    burnLockupScript: right.burnLockupScript,
    rewardLockupScript: right.rewardLockupScript,
    signature: right.signature,
    inputs,
    change: [sum - terms.burnt - fee],
    burnt: terms.burnt,
    rewards,
    timestampMs: header.timestamp,
  };
}

/** A template with another coinbase, mined: its header. */
export function mineWith(template: Template, transactions: readonly Transaction[]): Uint8Array {
  const header = encodeHeader({ ...template.header, txsHash: txsHashOf(transactions) });
  return solve({ ...jobOf(template), headerBlob: header.subarray(NONCE_BYTES) });
}

/** Submits a block of a template with other transactions. */
export function submitWith(
  node: DevnetNode,
  template: Template,
  transactions: readonly Transaction[],
): Submission {
  let submission: Submission | undefined;
  node.submitWhole(mineWith(template, transactions), transactions, (judged) => {
    submission = judged;
  });
  return submission!;
}

/** Mines a block of a chain as a pool would, from its newest template. @throws Error if it is refused */
export function mineBurning(
  node: DevnetNode,
  chain: ChainIndex,
  change: (parts: PolwCoinbaseParts) => PolwCoinbaseParts = (parts) => parts,
): Block {
  const template = node.board.template(chain);
  const transfers = template.transactions.slice(0, -1);
  const coinbase = createPolwCoinbase(change(partsFor(node, template)));
  const { block, fault } = submitWith(node, template, [...transfers, coinbase]);
  if (!block) throw new Error(`block of chain ${chain} refused: ${fault}`);
  return block;
}
