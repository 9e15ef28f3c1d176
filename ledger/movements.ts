/**
 * What happens to the pool's money, as transactions of the ledger: each kind in one place, with its key.
 *
 * | what | key | from | to |
 * |---|---|---|---|
 * | a block brought a reward | `block/HASH` | `reward` | `wallet/G` |
 * | a lock ended | `maturity/G/OUTPUT` | `wallet/G/immature` | `wallet/G/spendable` |
 * | a part of a settlement | `settlement/N/PART` | `miner/...` | `settling` |
 * | the settlement is complete | `settlement/N` | `settling`, `pool-fee`, `remainder` | `reward` |
 * | a payout is on its way | `payout/ID` | `payout-in-flight` | `miner/...` |
 * | it is paid | `payout/ID/paid/N` | `wallet/G` | `payout-in-flight`, `fees` |
 * | a reorganisation took it back | `payout/ID/back/N` | `payout-in-flight`, `fees` | `wallet/G` |
 * | it was given up | `payout/ID/returned` | `miner/...` | `payout-in-flight` |
 * | outputs joined, or a payout cancelled | `own/TXID` | `wallet/G` | `fees` |
 * | coins leave a group for another one | `move/TXID` | `wallet/G` | `in-transit`, `fees` |
 * | and come there | `move/TXID/in` | `in-transit` | `wallet/G` |
 * | a reorganisation took one of these back | `KEY/back/N` | | what it did, turned round |
 * | and it is in a block again | `KEY/again/N` | | as the first time |
 * | the operator pays in | `deposit/G/OUTPUT` | `operator` | `wallet/G` |
 * | the operator takes out | `withdrawal/TXID` | `wallet/G` | `withdrawals`, `fees` |
 * | coins came from nobody knows where | `unexplained/G/OUTPUT` | `unexplained` | `wallet/G` |
 *
 * The two lines on reorganisations are of the three kinds above them, and of `withdrawal`. "From" becomes less, that is more negative; "to"
 * becomes more. Settlements and payouts are counted in `total/...`, too.
 * @module
 */
import type { AccountName, Group } from './accounts.js';
import { minerAccount } from './accounts.js';
import type { MadeCoin, Posting, SpentCoin, Transaction, TransactionKind } from './transaction.js';
import { transactionOf } from './transaction.js';

/** A miner's part of a sum. */
export interface MinerAmount {
  /** Of the account, hex. */
  readonly key: string;
  /** attoALPH, above 0. */
  readonly amount: bigint;
}

/** A transaction of the wallet's as it stands in a block. */
export interface WalletTransaction {
  /** 64 hex digits. */
  readonly txId: string;
  /** Group whose outputs it spends. */
  readonly group: Group;
  /** All its inputs. */
  readonly spent: readonly SpentCoin[];
  /** Its outputs at the wallet's own addresses; `move` alone has some in another group. */
  readonly made: readonly MadeCoin[];
  /** Gas fee, attoALPH. */
  readonly fee: bigint;
}

/** What a block brought. @param coin - the very output that pays the wallet */
export function blockReward(hash: string, timeMs: number, coin: MadeCoin): Transaction {
  return income(`block/${hash}`, timeMs, 'block', coin, 'reward', '');
}

/** A lock that ended. @param coin - booked as immature before */
export function maturity(coin: MadeCoin): Transaction {
  return transactionOf({
    key: `maturity/${coin.group}/${coin.key}`,
    timeMs: coin.lockTimeMs,
    kind: 'maturity',
    postings: [
      { account: `wallet/${coin.group}/immature`, amount: -coin.amount },
      { account: `wallet/${coin.group}/spendable`, amount: coin.amount },
    ],
  });
}

/** A part of a settlement. @param part - from 0 @param credits - each account once */
export function settlementPart(
  number: number,
  part: number,
  timeMs: number,
  credits: readonly MinerAmount[],
): Transaction {
  return transactionOf({
    key: `settlement/${number}/${part}`,
    timeMs,
    kind: 'settlement',
    postings: [
      ...minersPostings(credits, -1n),
      ...some('settling', sumOf(credits.map(({ amount }) => amount))),
    ],
  });
}

/** What a settlement comes to. Fee, remainder and credits are what was shared out. */
export interface SettlementSums {
  readonly credits: bigint;
  readonly fee: bigint;
  readonly remainder: bigint;
}

/** The last part of a settlement. It shares out more than nothing. */
export function settlementClose(
  number: number,
  timeMs: number,
  { credits, fee, remainder }: SettlementSums,
): Transaction {
  return transactionOf({
    key: `settlement/${number}`,
    timeMs,
    kind: 'settlement',
    postings: [
      ...some('reward', credits + fee + remainder),
      ...some('settling', -credits),
      ...some('pool-fee', -fee),
      ...some('remainder', -remainder),
      ...counted('total/credited', credits),
    ],
  });
}

/** A payout that is on its way. @param id - of its intent @param amounts - what leaves each balance, fees that miners bear included */
export function payout(
  id: string,
  timeMs: number,
  amounts: readonly MinerAmount[],
  txId: string,
): Transaction {
  return transactionOf({
    key: `payout/${id}`,
    timeMs,
    kind: 'payout',
    postings: [
      ...minersPostings(amounts, 1n),
      ...some('payout-in-flight', -sumOf(amounts.map(({ amount }) => amount))),
    ],
    txId,
  });
}

/**
 * A payout that is paid.
 * @param total - what left balances for it
 * @param attempt - how often it has been in a block, this one included
 */
export function payoutPaid(
  id: string,
  timeMs: number,
  total: bigint,
  transaction: WalletTransaction,
  attempt = 1,
): Transaction {
  const key = `payout/${id}/paid/${attempt}`;
  return spending(key, timeMs, 'payout-paid', transaction, 'payout-in-flight', total);
}

/** One that was, and is on its way again: its block has left the main chain. Parameters as of `payoutPaid`. */
export function payoutFellBack(
  id: string,
  timeMs: number,
  total: bigint,
  transaction: WalletTransaction,
  attempt = 1,
): Transaction {
  const paid = payoutPaid(id, timeMs, total, transaction, attempt);
  return turnedRound(paid, `payout/${id}/back/${attempt}`, timeMs, 'payout-fell-back');
}

/**
 * What was booked for a transaction of the wallet's that is in no block any more: its block has left the main chain.
 * @param entry - by `ownTransaction`, `moveOut`, `moveIn` or `withdrawal`
 * @param attempt - that of the entry
 */
export function fellBack(entry: Transaction, timeMs: number, attempt: number): Transaction {
  const key = `${entry.key.replace(/\/again\/\d+$/, '')}/back/${attempt}`;
  return turnedRound(entry, key, timeMs, entry.kind);
}

/** A payout that was given up: what left balances is back there. */
export function payoutReturned(id: string, timeMs: number, amounts: readonly MinerAmount[]): Transaction {
  return transactionOf({
    key: `payout/${id}/returned`,
    timeMs,
    kind: 'payout-returned',
    postings: [
      ...minersPostings(amounts, -1n),
      ...some('payout-in-flight', sumOf(amounts.map(({ amount }) => amount))),
    ],
  });
}

/** A transaction that pays nobody but the wallet's same group: outputs joined, or a payout cancelled. */
export function ownTransaction(
  timeMs: number,
  transaction: WalletTransaction,
  memo = '',
  attempt = 1,
): Transaction {
  const key = keyOf(`own/${transaction.txId}`, attempt);
  return { ...spending(key, timeMs, 'consolidation', transaction), memo };
}

/** Coins that leave a group for another one of the wallet. @param amount - that is on its way */
export function moveOut(
  timeMs: number,
  transaction: WalletTransaction,
  amount: bigint,
  attempt = 1,
): Transaction {
  const key = keyOf(`move/${transaction.txId}`, attempt);
  return spending(key, timeMs, 'move', transaction, 'in-transit', amount);
}

/** And that have come there. */
export function moveIn(txId: string, timeMs: number, coin: MadeCoin, attempt = 1): Transaction {
  return income(keyOf(`move/${txId}/in`, attempt), timeMs, 'move', coin, 'in-transit', txId);
}

/** Coins that the operator pays in. */
export function deposit(timeMs: number, coin: MadeCoin, txId = ''): Transaction {
  return income(`deposit/${coin.group}/${coin.key}`, timeMs, 'deposit', coin, 'operator', txId);
}

/** Coins that the operator takes out. @param amount - without the fee */
export function withdrawal(
  timeMs: number,
  transaction: WalletTransaction,
  amount: bigint,
  attempt = 1,
): Transaction {
  const key = keyOf(`withdrawal/${transaction.txId}`, attempt);
  return spending(key, timeMs, 'withdrawal', transaction, 'withdrawals', amount);
}

/** Coins of which nobody has said from where they came. */
export function unexplained(timeMs: number, coin: MadeCoin): Transaction {
  return income(`unexplained/${coin.group}/${coin.key}`, timeMs, 'unexplained', coin, 'unexplained', '');
}

/** Account of the wallet that an output is on. */
export function coinAccount({ group, lockTimeMs }: MadeCoin, timeMs: number): AccountName {
  return `wallet/${group}/${lockTimeMs > timeMs ? 'immature' : 'spendable'}`;
}

/**
 * A transaction of the wallet's. What it gives beyond `amount` are fees that the pool bears: none to all of them.
 * @throws RangeError if it gives less or more
 */
function spending(
  key: string,
  timeMs: number,
  kind: TransactionKind,
  { txId, group, spent, made, fee }: WalletTransaction,
  account?: AccountName,
  amount = 0n,
): Transaction {
  const left = sumOf(spent.map((coin) => coin.amount)) - sumOf(made.map((coin) => coin.amount));
  if (left < amount || left > amount + fee)
    throw new RangeError(
      `${key}: expected ${amount} and up to ${fee} of fees to leave the wallet, got ${left}`,
    );
  return transactionOf({
    key,
    timeMs,
    kind,
    postings: [
      { account: `wallet/${group}/spendable`, amount: -left },
      ...(account === undefined ? [] : some(account, amount)),
      ...some('fees', left - amount),
      ...(kind === 'payout-paid' ? counted('total/paid', left - fee) : []),
    ],
    made,
    spent: spent.map((coin) => ({ group: coin.group, key: coin.key, amount: coin.amount })),
    txId,
  });
}

/** @param attempt - how often it has been in a block, this time included */
function keyOf(key: string, attempt: number): string {
  return attempt === 1 ? key : `${key}/again/${attempt}`;
}

/** What takes a transaction back: its outputs go, and those that it spent are there again. */
function turnedRound(
  { postings, made, spent, txId }: Transaction,
  key: string,
  timeMs: number,
  kind: TransactionKind,
): Transaction {
  return transactionOf({
    key,
    timeMs,
    kind,
    postings: postings.map(({ account, amount }) => ({ account, amount: -amount })),
    made: spent.map((coin) => ({ ...coin, lockTimeMs: 0 })),
    spent: made.map(({ group, key: coin, amount }) => ({ group, key: coin, amount })),
    txId,
  });
}

function income(
  key: string,
  timeMs: number,
  kind: TransactionKind,
  coin: MadeCoin,
  from: AccountName,
  txId: string,
): Transaction {
  return transactionOf({
    key,
    timeMs,
    kind,
    postings: [
      { account: coinAccount(coin, timeMs), amount: coin.amount },
      { account: from, amount: -coin.amount },
    ],
    made: [coin],
    txId,
  });
}

function minersPostings(amounts: readonly MinerAmount[], sign: bigint): Posting[] {
  return amounts.map(({ key, amount }) => ({ account: minerAccount(key), amount: sign * amount }));
}

/** A total grows by so much, which moves nothing. */
function counted(account: 'total/credited' | 'total/paid', amount: bigint): Posting[] {
  return [...some(account, amount), ...some('total/contra', -amount)];
}

function some(account: AccountName, amount: bigint): Posting[] {
  return amount === 0n ? [] : [{ account, amount }];
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}
