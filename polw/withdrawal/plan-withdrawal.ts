/**
 * Which coins of which burn addresses make up an amount.
 *
 * The fullest address comes first: what chain (f, t) burns comes back to chain (t, f), so that the two drift apart, and taking
 * from the fuller one evens it out. Of an address the largest coins come first, so that few are needed.
 * @module
 */
import { type Address, addressOfPublicKey } from '../../protocol/address.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { MAX_INPUTS, MIN_OUTPUT_AMOUNT } from '../../protocol/transaction.js';
import { createTransfer, transferFee } from '../../protocol/transfer.js';
import type { Coin } from '../fund/fund-block.js';
import { MAX_TRANSACTIONS, type Withdrawal, type WithdrawalTransaction } from './withdrawal.js';

/** A burn address that may be drawn on. */
export interface WithdrawalSource {
  /** Of the burn address, 33 bytes. */
  readonly publicKey: Uint8Array;
  /** Its outputs, none of them reserved. Those that are locked are left alone. */
  readonly coins: readonly Coin[];
  /** What must be left in unlocked coins, change included, attoALPH. */
  readonly keep: bigint;
}

/** What is to be withdrawn. */
export interface WithdrawalOrder {
  readonly networkId: number;
  /** Whom to pay: none of the burn addresses. */
  readonly to: Address;
  /** What is to arrive, attoALPH, at least 0.001 ALPH: fees come on top. */
  readonly amount: bigint;
  readonly sources: readonly WithdrawalSource[];
  /** Now, ms since the epoch. */
  readonly timestampMs: number;
}

export type WithdrawalPlan =
  | { readonly kind: 'withdrawal'; readonly withdrawal: Withdrawal }
  /** The amount can't be paid. `most`: one below it that can, attoALPH; 0 for none. */
  | { readonly kind: 'short'; readonly most: bigint };

/** What an address still has for further transactions. */
interface Stock {
  readonly publicKey: Uint8Array;
  /** Largest first. */
  readonly coins: readonly Coin[];
  readonly keep: bigint;
}

/** A transaction from one stock. */
interface Draft {
  readonly publicKey: Uint8Array;
  readonly coins: readonly Coin[];
  readonly amount: bigint;
  readonly change: bigint;
}

/**
 * Transactions that pay exactly the amount.
 * @throws RangeError if the amount is dust, or the address is one of those that are drawn on
 */
export function planWithdrawal(order: WithdrawalOrder): WithdrawalPlan {
  const { networkId, to, amount, sources, timestampMs } = order;
  if (amount < MIN_OUTPUT_AMOUNT)
    throw new RangeError(`"amount" expected at least ${MIN_OUTPUT_AMOUNT}, got ${amount}`);
  if (sources.some(({ publicKey }) => addressOfPublicKey(publicKey).text === to.text))
    throw new RangeError(`"to" expected an address that is none of the burn addresses, got ${to.text}`);
  const stocks = sources.map(({ publicKey, coins, keep }): Stock => {
    const unlocked = coins.filter(({ lockTimeMs }) => lockTimeMs <= timestampMs);
    return {
      publicKey,
      coins: unlocked.sort((a, b) => (a.amount === b.amount ? 0 : a.amount < b.amount ? 1 : -1)),
      keep,
    };
  });
  const drafts = draftsFor(stocks, amount);
  if (sumOf(drafts) < amount) {
    const all = sumOf(stocks.flatMap(({ coins }) => coins));
    const most = sumOf(draftsFor(stocks, all + MIN_OUTPUT_AMOUNT));
    // Change that would be dust lies between the two.
    return { kind: 'short', most: most < amount ? most : sumOf(drafts) };
  }
  const transactions = drafts.map(({ publicKey, coins, change, ...draft }): WithdrawalTransaction => {
    const inputs = coins.map(({ key, ...coin }) => ({
      key: hexToBytes(key),
      amount: coin.amount,
      lockTimeMs: BigInt(coin.lockTimeMs),
    }));
    const transfer = createTransfer({
      networkId,
      publicKey,
      inputs,
      destinations: [{ address: to, amount: draft.amount }],
      change,
      timestampMs: BigInt(timestampMs),
    });
    return { transfer, inputs, amount: draft.amount, change, signature: undefined };
  });
  return { kind: 'withdrawal', withdrawal: { networkId, to, amount, transactions } };
}

/** Transactions that pay an amount, or so much of it as there is. */
function draftsFor(given: readonly Stock[], amount: bigint): readonly Draft[] {
  const drafts: Draft[] = [];
  let stocks = [...given];
  let rest = amount;
  while (rest > 0n && stocks.length > 0 && drafts.length < MAX_TRANSACTIONS) {
    const fullest = stocks.reduce((most, stock) => (freeOf(stock) > freeOf(most) ? stock : most));
    const draft = draftFrom(fullest, rest);
    stocks = stocks.filter((stock) => stock !== fullest);
    if (draft === undefined) continue;
    drafts.push(draft);
    rest -= draft.amount;
    // Its change is there to be kept, and not to be spent before it is in a block.
    const coins = fullest.coins.slice(draft.coins.length);
    stocks.push({ ...fullest, coins, keep: fullest.keep - draft.change });
  }
  return drafts;
}

function freeOf({ coins, keep }: Stock): bigint {
  return sumOf(coins) - (keep > 0n ? keep : 0n);
}

/** A transaction that pays all of `rest`, or else as much of it as leaves an amount that can be paid; undefined for none. */
function draftFrom({ publicKey, coins, keep }: Stock, rest: bigint): Draft | undefined {
  const most = Math.min(coins.length, MAX_INPUTS);
  const draft = (count: number, amount: bigint, change: bigint): Draft => ({
    publicKey,
    coins: coins.slice(0, count),
    amount,
    change,
  });
  let left = sumOf(coins);
  let spent = 0n;
  for (let count = 1; count <= most; count++) {
    spent += coins[count - 1]!.amount;
    left -= coins[count - 1]!.amount;
    const change = spent - rest - transferFee(count, 2);
    if (change >= larger(MIN_OUTPUT_AMOUNT, keep - left)) return draft(count, rest, change);
    if (left >= keep && spent - rest === transferFee(count, 1)) return draft(count, rest, 0n);
  }
  if (most === 0) return undefined;
  const whole = spent - transferFee(most, 1);
  if (left >= keep && whole >= MIN_OUTPUT_AMOUNT && rest - whole >= MIN_OUTPUT_AMOUNT)
    return draft(most, whole, 0n);
  const free = spent - transferFee(most, 2);
  const part = smaller(free - larger(MIN_OUTPUT_AMOUNT, keep - left), rest - MIN_OUTPUT_AMOUNT);
  return part >= MIN_OUTPUT_AMOUNT ? draft(most, part, free - part) : undefined;
}

function sumOf(parts: readonly { readonly amount: bigint }[]): bigint {
  return parts.reduce((sum, { amount }) => sum + amount, 0n);
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
