/**
 * A round of payouts: which balances are paid, by which transactions, out of which coins. Pure: the same books and coins give the same
 * plan.
 *
 * A transaction pays at most 255 addresses of one group out of coins of one group. Each takes the group of the wallet that has the
 * most left, so that destinations are spread over the groups by their coins. No transaction spends the change of another: each has coins
 * that were there before the round. A balance that no group can pay alone is paid in part, by the group that can pay the most of it,
 * after all others. What cannot be paid now waits for the next round.
 * @module
 */
import type { Address } from '../protocol/address.js';
import { GROUPS } from '../protocol/chain.js';
import { MAX_INPUTS, MIN_OUTPUT_AMOUNT } from '../protocol/transaction.js';
import { MAX_OUTPUTS, type TransferInput } from '../protocol/transfer.js';
import { type Balance, BalanceQueue } from './balance-queue.js';
import { type CoinChoice, chooseCoins, largestAmount, sortedCoins } from './coins.js';
import { shareFee } from './share-fee.js';

/** Most destinations of a transaction: its last output is the change. */
const MAX_DESTINATIONS = MAX_OUTPUTS - 1;

/** A miner waits where its part of the fee would be more than one of so many parts of its balance. */
const LEAST_FEE_PARTS = 4;

/** Who bears the fees of payouts. */
export type FeeBearer = 'miners' | 'pool';

export interface RoundOrder {
  /** Whoever comes first is paid first where coins are short. Accounts are distinct. */
  readonly balances: readonly Balance[];
  /** By group of the wallet: outputs that are neither locked nor reserved. */
  readonly coins: readonly (readonly TransferInput[])[];
  readonly feeBearer: FeeBearer;
  /** Texts of the wallet's own addresses: they are no miners. */
  readonly own: ReadonlySet<string>;
}

/** What one account gets. */
export interface Payment {
  readonly account: string;
  readonly address: Address;
  /** Leaves the balance, attoALPH. */
  readonly owed: bigint;
  /** Arrives: less by the miner's part of the fee, if miners bear it. */
  readonly paid: bigint;
}

/** One transaction of a round. */
export interface Batch {
  readonly fromGroup: number;
  readonly toGroup: number;
  readonly inputs: readonly TransferInput[];
  /** 1 to 255. */
  readonly payments: readonly Payment[];
  /** Back to the wallet's address of `fromGroup`, attoALPH: 0, or at least 0.001 ALPH. */
  readonly change: bigint;
  readonly fee: bigint;
}

/**
 * Why a balance is not paid. `minimum`: it is below its minimum. `own`: its address is the wallet's. `coins`: there are not enough, or they
 * are too small: 256 of a group are the most. `fee`: its part of the fee would be more than a quarter of it.
 */
export type WaitReason = 'minimum' | 'own' | 'coins' | 'fee';

export interface RoundPlan {
  readonly batches: readonly Batch[];
  /** Balances above 0 that are not paid. */
  readonly waiting: Readonly<Record<WaitReason, { readonly accounts: number; readonly amount: bigint }>>;
}

/**
 * Plans.
 * @throws RangeError if an account is there twice, or the coins are not of four groups
 */
export function planRound(order: RoundOrder): RoundPlan {
  checkOrder(order);
  const round = new Round(order);
  const queues = queuesOf(order, round);
  // One transaction for each group in turn: where coins are short, no group waits for all of another.
  while (queues.some((queue) => queue.head() !== undefined))
    for (const [group, queue] of queues.entries()) round.payFirst(group, queue);
  round.payParts();
  return round.plan();
}

/** Balances that are due, by group of their addresses. */
function queuesOf({ balances, own }: RoundOrder, round: Round): readonly BalanceQueue[] {
  const queues = Array.from({ length: GROUPS }, (): Balance[] => []);
  for (const balance of balances) {
    if (balance.amount <= 0n) continue;
    if (own.has(balance.address.text)) round.wait('own', balance);
    else if (balance.amount < balance.minimum || balance.amount < MIN_OUTPUT_AMOUNT)
      round.wait('minimum', balance);
    else queues[balance.address.group]!.push(balance);
  }
  return queues.map((queue) => new BalanceQueue(queue));
}

/** A transaction that could be. */
interface Draft extends CoinChoice {
  readonly fromGroup: number;
  /** How many of the queue it pays. */
  readonly count: number;
}

class Round {
  /** By group, the smallest first. */
  readonly #coins: TransferInput[][];
  readonly #sums: bigint[];
  readonly #feeBearer: FeeBearer;
  readonly #batches: Batch[] = [];
  readonly #waiting = {
    minimum: { accounts: 0, amount: 0n },
    own: { accounts: 0, amount: 0n },
    coins: { accounts: 0, amount: 0n },
    fee: { accounts: 0, amount: 0n },
  };
  /** An amount from which on nothing can be paid as a whole any more: coins only get fewer. */
  #tooMuch: bigint;
  /** No transaction can pay more, attoALPH. */
  #most: bigint;
  /** Balances that no group can pay alone. */
  readonly #tooLarge: { readonly toGroup: number; readonly balance: Balance }[] = [];

  constructor({ coins, feeBearer }: RoundOrder) {
    this.#coins = coins.map(sortedCoins);
    this.#sums = this.#coins.map((list) => list.reduce((sum, { amount }) => sum + amount, 0n));
    this.#feeBearer = feeBearer;
    this.#most = this.#mostOfOneTransaction();
    this.#tooMuch = this.#most + 1n;
  }

  wait(reason: WaitReason, { amount }: Pick<Balance, 'amount'>): void {
    this.#waiting[reason].accounts++;
    this.#waiting[reason].amount += amount;
  }

  plan(): RoundPlan {
    return { batches: this.#batches, waiting: this.#waiting };
  }

  /** Pays as many of a queue as one transaction can, or has some of it wait. */
  payFirst(toGroup: number, queue: BalanceQueue): void {
    for (let head = queue.head(); head !== undefined && head.amount >= this.#tooMuch; head = queue.head())
      for (const balance of queue.drop(1)) this.#tooLarge.push({ toGroup, balance });
    const head = queue.head();
    if (head === undefined) return;
    const first = queue.first(MAX_DESTINATIONS);
    const draft = this.#bestDraft(first);
    if (draft === undefined) {
      this.#tooMuch = head.amount;
      return;
    }
    const paid = first.slice(0, draft.count);
    const burdened = this.#burdened(paid, draft.fee);
    if (burdened.size > 0) {
      for (const balance of burdened) this.wait('fee', balance);
      queue.remove(burdened);
      return;
    }
    this.#take(draft);
    this.#batches.push(this.#batchOf(toGroup, paid, draft));
    queue.drop(draft.count);
  }

  /** Of the groups by what they have left: the first that pays all of some balances, or else the one that pays the most of them. */
  #bestDraft(balances: readonly Balance[]): Draft | undefined {
    const wanted = balances.length;
    const totals = runningTotals(balances);
    const groups = [...this.#sums.keys()].sort((a, b) => compare(this.#sums[b]!, this.#sums[a]!));
    let best: Draft | undefined;
    for (const group of groups) {
      const draft = this.#draft(group, totals);
      if (draft !== undefined && draft.count > (best?.count ?? 0)) best = draft;
      if (best?.count === wanted) break;
    }
    return best;
  }

  /** @param totals - of the first 1, 2, ... of a queue */
  #draft(fromGroup: number, totals: readonly bigint[]): Draft | undefined {
    const coins = this.#coins[fromGroup]!;
    const feeOnTop = this.#feeBearer === 'pool';
    for (let count = totals.length; ; ) {
      const choice = chooseCoins(coins, { amount: totals[count - 1]!, outputs: count, feeOnTop });
      if (choice !== undefined) return { ...choice, fromGroup, count };
      if (count === 1) return undefined;
      const most = largestAmount(coins, { outputs: count, feeOnTop });
      count = Math.max(1, Math.min(count - 1, countWithin(totals, most)));
    }
  }

  /** Those for whom the fee would be too much. */
  #burdened(paid: readonly Balance[], fee: bigint): ReadonlySet<Balance> {
    if (this.#feeBearer === 'pool') return new Set();
    const most = fee / BigInt(paid.length) + 1n;
    return new Set(
      paid.filter(
        ({ amount }) => amount < most * BigInt(LEAST_FEE_PARTS) || amount - most < MIN_OUTPUT_AMOUNT,
      ),
    );
  }

  #take({ fromGroup, inputs }: Draft): void {
    const spent = new Set(inputs);
    this.#coins[fromGroup] = this.#coins[fromGroup]!.filter((coin) => !spent.has(coin));
    for (const { amount } of inputs) this.#sums[fromGroup]! -= amount;
    this.#most = this.#mostOfOneTransaction();
    this.#tooMuch = lesser(this.#tooMuch, this.#most + 1n);
  }

  /** Pays parts of what could not be paid as a whole, out of what the others have left. */
  payParts(): void {
    for (const { toGroup, balance } of this.#tooLarge) this.#payPart(toGroup, balance);
  }

  /** Pays of a balance what one group can, if that is no less than its minimum. */
  #payPart(toGroup: number, balance: Balance): void {
    const part = this.#most < balance.minimum ? undefined : this.#largestPart(balance);
    if (part === undefined) {
      this.wait('coins', balance);
      return;
    }
    this.#take(part.draft);
    this.#batches.push(this.#batchOf(toGroup, [{ ...balance, amount: part.amount }], part.draft));
    this.wait('coins', { amount: balance.amount - part.amount });
  }

  #largestPart({ minimum }: Balance): { readonly amount: bigint; readonly draft: Draft } | undefined {
    const feeOnTop = this.#feeBearer === 'pool';
    let most: { readonly amount: bigint; readonly fromGroup: number } | undefined;
    for (const [fromGroup, coins] of this.#coins.entries()) {
      const amount = largestAmount(coins, { outputs: 1, feeOnTop });
      if (amount >= minimum && amount > (most?.amount ?? 0n)) most = { amount, fromGroup };
    }
    if (most === undefined) return undefined;
    const draft = this.#draft(most.fromGroup, [most.amount]);
    const isWorth = draft !== undefined && most.amount >= draft.fee * BigInt(LEAST_FEE_PARTS);
    return isWorth ? { amount: most.amount, draft } : undefined;
  }

  #mostOfOneTransaction(): bigint {
    const most = this.#coins.map((coins) =>
      coins.slice(-MAX_INPUTS).reduce((sum, { amount }) => sum + amount, 0n),
    );
    return most.reduce((a, b) => (a > b ? a : b));
  }

  #batchOf(toGroup: number, paid: readonly Balance[], { fromGroup, inputs, change, fee }: Draft): Batch {
    const shares = this.#feeBearer === 'pool' ? undefined : shareFee(fee, paid.length);
    const payments = paid.map(({ account, address, amount }, i) => ({
      account,
      address,
      owed: amount,
      paid: amount - (shares?.[i] ?? 0n),
    }));
    return { fromGroup, toGroup, inputs, payments, change, fee };
  }
}

function checkOrder({ balances, coins }: RoundOrder): void {
  if (coins.length !== GROUPS)
    throw new RangeError(`"coins" expected those of ${GROUPS} groups, got ${coins.length}`);
  const accounts = new Set<string>();
  for (const { account } of balances) {
    if (accounts.has(account))
      throw new RangeError(`"balances" expected each account once, got ${account} twice`);
    accounts.add(account);
  }
}

function runningTotals(balances: readonly Balance[]): readonly bigint[] {
  let total = 0n;
  return balances.map(({ amount }) => {
    total += amount;
    return total;
  });
}

/** How many of the totals, which grow, are at most an amount. */
function countWithin(totals: readonly bigint[], most: bigint): number {
  let [from, to] = [0, totals.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (totals[middle]! <= most) from = middle + 1;
    else to = middle;
  }
  return from;
}

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function lesser(a: bigint, b: bigint): bigint {
  return b < a ? b : a;
}
