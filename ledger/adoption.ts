/**
 * What the operator explains afterwards: a transaction on the chain that spent outputs of the wallet, or paid it, and that nobody here
 * made; or an output that is gone for good.
 * @module
 */
import { ALL_GROUPS } from './accounts.js';
import { coinAccount } from './movements.js';
import type { ExpectedCoin } from './rows.js';
import { type MadeCoin, type Posting, type Transaction, transactionOf } from './transaction.js';

/** A transaction as it stands in a block. */
export interface StrangeTransaction {
  /** 64 hex digits. */
  readonly txId: string;
  /** Keys of all outputs that it spends. */
  readonly inputs: readonly string[];
  /** Its outputs at the wallet's addresses. */
  readonly ours: readonly MadeCoin[];
  /** Gas fee, attoALPH. */
  readonly fee: bigint;
}

/** What is known of the wallet. */
export interface AdoptOptions {
  /** ms since the epoch. */
  readonly timeMs: number;
  /** The outputs that are expected, among those that the transaction spends or makes. */
  readonly expected: readonly ExpectedCoin[];
  /** Where coins come from that the wallet did not send itself: the operator, or nobody knows. */
  readonly from: 'operator' | 'unexplained';
  /** Keys of its outputs that were booked once, also those that were spent since. */
  readonly booked: ReadonlySet<string>;
  /** What of it was booked as unexplained, attoALPH: it becomes the operator's where it comes from there. */
  readonly unexplained: bigint;
}

/**
 * The transaction of the ledger by which a strange one is explained: what left is the operator's withdrawal, what came a deposit or
 * unexplained. Where all inputs are the wallet's, the fee is told apart.
 * @returns undefined if it neither spends an expected output nor makes one that is not booked, and there is nothing to explain
 */
export function adoption(
  { txId, inputs, ours, fee }: StrangeTransaction,
  { timeMs, expected, from, booked, unexplained }: AdoptOptions,
): Transaction | undefined {
  const spent = expected.filter(({ key }) => inputs.includes(key));
  const made = ours.filter(({ key }) => !booked.has(key) && !expected.some((coin) => coin.key === key));
  const explained = from === 'operator' ? unexplained : 0n;
  if (spent.length + made.length === 0 && explained === 0n) return undefined;
  const left = sumOf(spent) - sumOf(made);
  const fees = spent.length === inputs.length && left >= fee ? fee : 0n;
  const other = left - fees;
  const wallet = ALL_GROUPS.flatMap((group) => [
    {
      account: `wallet/${group}/spendable` as const,
      amount:
        sumOf(
          made.filter((coin) => coin.group === group && coinAccount(coin, timeMs).endsWith('spendable')),
        ) - sumOf(spent.filter((coin) => coin.group === group)),
    },
    {
      account: `wallet/${group}/immature` as const,
      amount: sumOf(
        made.filter((coin) => coin.group === group && coinAccount(coin, timeMs).endsWith('immature')),
      ),
    },
  ]);
  const postings: Posting[] = [
    ...wallet,
    { account: 'fees', amount: fees },
    ...(other > 0n ? [{ account: 'withdrawals' as const, amount: other }] : []),
    { account: from, amount: (other > 0n ? 0n : other) - explained },
    ...(explained > 0n ? [{ account: 'unexplained' as const, amount: explained }] : []),
  ];
  return transactionOf({
    key: `adopt/${txId}`,
    timeMs,
    kind: 'adoption',
    postings: postings.filter(({ amount }) => amount !== 0n),
    made,
    spent: spent.map(({ group, key, amount }) => ({ group, key, amount })),
    txId,
  });
}

/** An output that is gone, and nothing on the chain says by what: a loss. */
export function lostCoin({ group, key, amount, cause }: ExpectedCoin, timeMs: number): Transaction {
  return transactionOf({
    key: `lost/${group}/${key}`,
    timeMs,
    kind: 'adoption',
    postings: [
      { account: `wallet/${group}/spendable`, amount: -amount },
      { account: 'loss', amount },
    ],
    spent: [{ group, key, amount }],
    memo: `made by ${cause}`.slice(0, 200),
  });
}

function sumOf(coins: readonly { readonly amount: bigint }[]): bigint {
  return coins.reduce((sum, { amount }) => sum + amount, 0n);
}
