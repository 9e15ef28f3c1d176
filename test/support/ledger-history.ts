/**
 * A pool's money as it may happen: blocks, settlements, payouts with all that becomes of them, coins that are joined, moved, paid in and
 * sent by strangers; by chance, with a chain of its own that the ledger is held against.
 * @module
 */
import assert from 'node:assert/strict';
import { ALL_GROUPS, type Group, minerAccount } from '../../ledger/accounts.js';
import { checkLedger, type LedgerFindings } from '../../ledger/check.js';
import { Ledger } from '../../ledger/ledger.js';
import {
  blockReward,
  deposit,
  type MinerAmount,
  moveIn,
  moveOut,
  ownTransaction,
  payout,
  payoutFellBack,
  payoutPaid,
  payoutReturned,
  settlementClose,
  settlementPart,
  unexplained,
  type WalletTransaction,
} from '../../ledger/movements.js';
import type { LedgerPost } from '../../ledger/post-write.js';
import type { MadeCoin, Transaction } from '../../ledger/transaction.js';
import { StoreUnavailableError } from '../../pool/ports/store.js';
import { coinKey, minerKey } from './ledger-arbitraries.js';
import { LAB_TIME_MS } from './ledger-lab.js';
import { createMemoryBooks, type MemoryBooks } from './memory-books.js';

const ALPH = 10n ** 18n;
const FEE = 2n * 10n ** 15n;
const MINERS = 5;

/** A payout and where it stands. */
interface Payout {
  readonly id: string;
  readonly amounts: readonly MinerAmount[];
  readonly total: bigint;
  readonly inputs: readonly MadeCoin[];
  readonly transaction: WalletTransaction;
  /** How often it was in a block. */
  attempt: number;
}

export interface LedgerHistory {
  readonly books: MemoryBooks;
  /** One event; some are two at a time. @returns its name */
  step(): Promise<string>;
  /** Everything that was begun comes to its end. */
  finish(): Promise<void>;
  /** Compares the ledger with the chain, and with what each miner earned and was paid. */
  judge(): Promise<LedgerFindings>;
}

/** @param random - from 0 to below 1 */
export function ledgerHistory(random: () => number): LedgerHistory {
  const books = createMemoryBooks(() => LAB_TIME_MS);
  const ledger = new Ledger(books);
  const below = (count: number): number => Math.floor(random() * count);
  const amountUpTo = (most: bigint): bigint => 1n + ((most - 1n) * BigInt(below(1001))) / 1000n;

  /** What the node has, by group and key. */
  const chain = new Map<string, MadeCoin>();
  const name = ({ group, key }: { group: Group; key: string }): string => `${group}/${key}`;
  const earned = new Map<string, bigint>();
  const paid = new Map<string, bigint>();
  /** What payouts brought miners, fees that they bear left out. */
  let brought = 0n;
  const inFlight: Payout[] = [];
  const done: Payout[] = [];
  const moving: { txId: string; coin: MadeCoin }[] = [];
  let unsettled: { reward: bigint; works: readonly bigint[] }[] = [];
  let settlements = 0;
  let numbers = 0;

  /** What was posted since the last copy of the books, in its order. */
  let since: LedgerPost[] = [];
  let goBack: (() => void) | undefined;

  async function post(post: LedgerPost): Promise<void> {
    since.push(post);
    if (random() < 0.1) books.loseAnswers = 1;
    let isLost = false;
    for (;;) {
      try {
        const outcome = await ledger.post(post);
        assert.ok(
          outcome === 'done' || (isLost && outcome === 'already'),
          `${post.transactions[0]!.key}: ${outcome}`,
        );
        break;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        isLost = true;
      }
    }
    if (random() < 0.1) assert.equal(await ledger.post(post), 'already');
  }

  const settlementFence = { name: 'settlement', number: 1 } as const;
  const payerFence = { name: 'payer', number: 1 } as const;
  const one = (transaction: Transaction, more: Partial<LedgerPost> = {}): Promise<void> =>
    post({ fence: settlementFence, transactions: [transaction], ...more });

  function newCoin(amount: bigint, group: Group = below(4) as Group): MadeCoin {
    return { group, key: coinKey(++numbers), amount, lockTimeMs: 0 };
  }

  function put({
    spent,
    made,
  }: {
    spent: readonly { group: Group; key: string }[];
    made: readonly MadeCoin[];
  }): void {
    for (const coin of spent) assert.ok(chain.delete(name(coin)), 'the test itself spends what is not there');
    for (const coin of made) chain.set(name(coin), coin);
  }

  /** Free coins of a group that hold an amount; undefined if they do not. */
  async function take(group: Group, amount: bigint, least = 1): Promise<MadeCoin[] | undefined> {
    const free = (await ledger.coins(group, undefined, 1000)).filter(({ intent }) => intent === '');
    const taken: MadeCoin[] = [];
    let sum = 0n;
    for (const { key, amount: held, lockTimeMs } of free) {
      if (sum >= amount && taken.length >= least) break;
      taken.push({ group, key, amount: held, lockTimeMs });
      sum += held;
    }
    return sum >= amount && taken.length >= least ? taken : undefined;
  }

  const sumOf = (coins: readonly { amount: bigint }[]): bigint =>
    coins.reduce((sum, { amount }) => sum + amount, 0n);

  async function block(): Promise<void> {
    const coin = newCoin(amountUpTo(random() < 0.05 ? 10n ** 27n : 3n * ALPH));
    put({ spent: [], made: [coin] });
    unsettled.push({
      reward: coin.amount,
      works: Array.from({ length: MINERS }, () => (random() < 0.3 ? 0n : BigInt(below(1_000_000)))),
    });
    await one(blockReward(coinKey(++numbers), LAB_TIME_MS, coin));
  }

  /** Shares out what blocks brought, by work, rounded down. */
  async function settle(): Promise<void> {
    const blocks = unsettled;
    if (blocks.length === 0) return;
    unsettled = [];
    const credits = new Map<string, bigint>();
    let fee = 0n;
    let reward = 0n;
    for (const { reward: whole, works } of blocks) {
      const own = whole / 100n;
      const total = works.reduce((a, b) => a + b, 0n);
      fee += own;
      reward += whole;
      for (const [number, work] of works.entries()) {
        const share = total === 0n ? 0n : ((whole - own) * work) / total;
        if (share > 0n) credits.set(minerKey(number), (credits.get(minerKey(number)) ?? 0n) + share);
      }
    }
    const number = ++settlements;
    const list = [...credits].map(([key, amount]) => ({ key, amount }));
    for (let part = 0; 2 * part < list.length; part++)
      await one(settlementPart(number, part, LAB_TIME_MS, list.slice(2 * part, 2 * part + 2)), {
        settlement: { number, closes: false },
      });
    const sum = sumOf(list);
    const sums = { credits: sum, fee, remainder: reward - fee - sum };
    // An empty sum still closes: nobody had worked.
    await one(settlementClose(number, LAB_TIME_MS, sums), { settlement: { number, closes: true } });
    for (const { key, amount } of list) earned.set(key, (earned.get(key) ?? 0n) + amount);
  }

  async function pay(): Promise<void> {
    const balances = await ledger.page('miner/', undefined, 1000);
    const amounts = balances
      .filter(({ amount }) => amount < -FEE && random() < 0.8)
      .map(({ account, amount }) => ({ key: account.slice(6), amount: amountUpTo(-amount - FEE) + FEE }));
    if (amounts.length === 0) return;
    const total = sumOf(amounts);
    const group = below(4) as Group;
    const inputs = await take(group, total + FEE);
    if (inputs === undefined) return;
    const id = `p${++numbers}`;
    const txId = coinKey(++numbers);
    const borne = random() < 0.5 ? FEE : 0n;
    const left = sumOf(inputs) - total - FEE + borne;
    const made = left > 0n ? [newCoin(left, group)] : [];
    const transaction = { txId, group, spent: inputs, made, fee: FEE };
    inFlight.push({ id, amounts, total, inputs, transaction, attempt: 0 });
    const reserve = inputs;
    await one(payout(id, LAB_TIME_MS, amounts, txId), {
      fence: payerFence,
      intent: id,
      reserve,
      durable: true,
    });
  }

  async function confirm(): Promise<void> {
    const [one_] = inFlight.splice(below(inFlight.length), 1);
    if (one_ === undefined) return;
    one_.attempt++;
    done.push(one_);
    put(one_.transaction);
    const entry = payoutPaid(one_.id, LAB_TIME_MS, one_.total, one_.transaction, one_.attempt);
    await one(entry, { fence: payerFence, intent: one_.id });
    for (const { key, amount } of one_.amounts) paid.set(key, (paid.get(key) ?? 0n) + amount);
    brought += broughtBy(one_);
  }

  /** A reorganisation takes a payout out of its block. */
  async function fallBack(): Promise<void> {
    // Its change may be spent already: then it stays.
    const index = done.findIndex(({ transaction: { made } }) => made.every((coin) => isFree(coin)));
    const [fallen] = index < 0 ? [] : done.splice(index, 1);
    if (fallen === undefined) return;
    const { transaction, inputs, id, total, attempt } = fallen;
    put({ spent: transaction.made, made: inputs });
    inFlight.push(fallen);
    const entry = payoutFellBack(id, LAB_TIME_MS, total, transaction, attempt);
    await one(entry, { fence: payerFence, intent: id, reserve: inputs });
    for (const { key, amount } of fallen.amounts) paid.set(key, (paid.get(key) ?? 0n) - amount);
    brought -= broughtBy(fallen);
  }

  const isFree = (coin: MadeCoin): boolean =>
    chain.has(name(coin)) && !inFlight.some(({ inputs }) => inputs.some(({ key }) => key === coin.key));

  const broughtBy = ({ inputs, transaction: { made, fee } }: Payout): bigint =>
    sumOf(inputs) - sumOf(made) - fee;

  /** One of its inputs back to ourselves; then it can never be paid. */
  async function cancel(): Promise<void> {
    const [given] = inFlight.splice(below(inFlight.length), 1);
    if (given === undefined) return;
    const { id, amounts, inputs } = given;
    const [input, ...others] = inputs;
    const made = input!.amount > FEE ? [newCoin(input!.amount - FEE, input!.group)] : [];
    const fee = input!.amount > FEE ? FEE : input!.amount;
    const transaction = { txId: coinKey(++numbers), group: input!.group, spent: [input!], made, fee };
    put(transaction);
    await one(ownTransaction(LAB_TIME_MS, transaction, `cancels ${id}`), { fence: payerFence, intent: id });
    await one(payoutReturned(id, LAB_TIME_MS, amounts), { fence: payerFence, intent: id, release: others });
  }

  async function join(): Promise<void> {
    const group = below(4) as Group;
    const spent = await take(group, 2n * FEE, 2);
    if (spent === undefined) return;
    const made = [newCoin(sumOf(spent) - FEE, group)];
    const transaction = { txId: coinKey(++numbers), group, spent, made, fee: FEE };
    put(transaction);
    await one(ownTransaction(LAB_TIME_MS, transaction), { fence: payerFence });
  }

  async function move(): Promise<void> {
    const group = below(4) as Group;
    const spent = await take(group, 3n * FEE);
    if (spent === undefined) return;
    const amount = amountUpTo(sumOf(spent) - FEE);
    const left = sumOf(spent) - FEE - amount;
    const made = left > 0n ? [newCoin(left, group)] : [];
    const transaction = { txId: coinKey(++numbers), group, spent, made, fee: FEE };
    moving.push({ txId: transaction.txId, coin: newCoin(amount, ((group + 1 + below(3)) % 4) as Group) });
    put(transaction);
    await one(moveOut(LAB_TIME_MS, transaction, amount), { fence: payerFence });
  }

  async function arrive(): Promise<void> {
    const moved = moving.shift();
    if (moved === undefined) return;
    put({ spent: [], made: [moved.coin] });
    await one(moveIn(moved.txId, LAB_TIME_MS, moved.coin), { fence: payerFence });
  }

  async function come(): Promise<void> {
    const coin = newCoin(amountUpTo(random() < 0.5 ? 5n : ALPH));
    put({ spent: [], made: [coin] });
    await one(random() < 0.5 ? deposit(LAB_TIME_MS, coin) : unexplained(LAB_TIME_MS, coin));
  }

  /** The books are those of a while ago; whoever posted posts again. */
  async function restore(): Promise<void> {
    goBack?.();
    for (const again of since) {
      const outcome = await ledger.post(again);
      assert.ok(outcome === 'done' || outcome === 'already', outcome);
    }
    goBack = books.snapshot();
    since = [];
  }

  const events: readonly (readonly [string, number, () => Promise<unknown>])[] = [
    ['block', 25, block],
    ['settle', 8, settle],
    ['pay', 14, pay],
    ['confirm', 12, confirm],
    ['fall back', 4, fallBack],
    ['cancel', 4, cancel],
    ['join', 6, join],
    ['move', 4, move],
    ['arrive', 5, arrive],
    ['come', 5, come],
    ['restore', 2, restore],
    ['settle while paying', 6, () => Promise.all([settle(), pay()])],
    ['settle while confirming', 5, () => Promise.all([settle(), confirm()])],
  ];
  const weights = events.reduce((sum, [, weight]) => sum + weight, 0);

  let isBegun = false;
  /** What fees of transactions are paid from before the pool has anything of its own. */
  async function begin(): Promise<void> {
    isBegun = true;
    const coin = newCoin(100n * ALPH, 0);
    put({ spent: [], made: [coin] });
    await one(deposit(LAB_TIME_MS, coin));
  }

  return {
    books,
    async step() {
      if (!isBegun) await begin();
      let dice = random() * weights;
      const [what, , act] = events.find(([, weight]) => {
        dice -= weight;
        return dice < 0;
      })!;
      await act();
      return what;
    },
    async finish() {
      await settle();
      while (inFlight.length > 0) await (random() < 0.5 ? confirm() : cancel());
      while (moving.length > 0) await arrive();
    },
    async judge() {
      const outputs = ALL_GROUPS.map((group) => ({
        group,
        outputs: [...chain.values()].filter((coin) => coin.group === group),
        complete: true,
        onChain: true,
      }));
      const found = await checkLedger({ books, timeMs: LAB_TIME_MS, outputs });
      for (let number = 0; number < MINERS; number++) {
        const key = minerKey(number);
        const flying = inFlight.flatMap(({ amounts }) => amounts.filter((amount) => amount.key === key));
        const [balance] = await ledger.balances([minerAccount(key)]);
        assert.equal(-balance!, (earned.get(key) ?? 0n) - (paid.get(key) ?? 0n) - sumOf(flying));
      }
      const [credited, paidOut] = await ledger.balances(['total/credited', 'total/paid']);
      assert.equal(
        credited,
        [...earned.values()].reduce((a, b) => a + b, 0n),
      );
      assert.equal(paidOut, brought);
      return found;
    },
  };
}
