/**
 * Transactions of the ledger: postings that sum to 0, and the outputs of the wallet that came and went with them.
 * @module
 */
import { type AccountName, type Group, walletGroupOf } from './accounts.js';

/** What is added to an account. */
export interface Posting {
  readonly account: AccountName;
  /** attoALPH, not 0. */
  readonly amount: bigint;
}

/** Name of an output at one of the wallet's addresses. */
export interface CoinName {
  /** Of the address. */
  readonly group: Group;
  /** Key of the output, 64 hex digits. */
  readonly key: string;
}

/** An output that left the wallet. */
export interface SpentCoin extends CoinName {
  /** attoALPH, above 0. */
  readonly amount: bigint;
}

/** An output that came to the wallet. */
export interface MadeCoin extends SpentCoin {
  /** When its lock ends, ms since the epoch; 0 without one. */
  readonly lockTimeMs: number;
}

/**
 * What a transaction is about.
 * `block`: what a block brought. `maturity`: a lock that ended. `settlement`: rewards shared out. `payout`: left balances, on its way;
 * then `payout-paid`, or back by `payout-returned`. `payout-fell-back`: no longer paid. `consolidation`: outputs joined. `move`: from group to group. `deposit`, `withdrawal`:
 * by the operator. `unexplained`: coins that came from nobody knows where. `adoption`: what the operator explained afterwards.
 * `polw`: an entry of the fund of Proof of Less Work. `correction`: anything else.
 */
export const TRANSACTION_KINDS = [
  'block',
  'maturity',
  'settlement',
  'payout',
  'payout-paid',
  'payout-fell-back',
  'payout-returned',
  'consolidation',
  'move',
  'deposit',
  'withdrawal',
  'unexplained',
  'adoption',
  'polw',
  'correction',
] as const;

export type TransactionKind = (typeof TRANSACTION_KINDS)[number];

/** A transaction of the ledger. */
export interface Transaction {
  /** From its cause, the same whenever that is booked: 1 to 160 characters of printable ASCII. A key is posted once. */
  readonly key: string;
  /** Of the cause, ms since the epoch. */
  readonly timeMs: number;
  readonly kind: TransactionKind;
  /** At least one of them, each account once, the sum 0; none only where coins alone come and go. */
  readonly postings: readonly Posting[];
  /** Of the wallet. By group, what is made less what is spent is what the wallet's accounts are given. */
  readonly made: readonly MadeCoin[];
  readonly spent: readonly SpentCoin[];
  /** Id of the transaction on the chain, 64 hex digits; empty where there is none. */
  readonly txId: string;
  /** For people: up to 200 characters of printable ASCII. */
  readonly memo: string;
}

/** Longest key of a transaction, in characters. */
export const MAX_KEY_CHARS = 160;

/** Longest memo, in characters. */
export const MAX_MEMO_CHARS = 200;

/** Greatest amount of one posting or coin, in digits: all there will ever be of ALPH, in attoALPH, has 28. */
export const MAX_AMOUNT_DIGITS = 36;

/** Last time that is taken, ms since the epoch: the year 9999. */
const LAST_TIME_MS = 253_402_300_799_999;

/** What may be left out of a transaction where it is made. */
export type TransactionParts = Pick<Transaction, 'key' | 'timeMs' | 'kind' | 'postings'> &
  Partial<Transaction>;

/** A transaction, checked. @throws RangeError as `faultOf` says it */
export function transactionOf(parts: TransactionParts): Transaction {
  const transaction = { made: [], spent: [], txId: '', memo: '', ...parts };
  const fault = faultOf(transaction);
  if (fault !== undefined) throw new RangeError(`transaction ${JSON.stringify(parts.key)}: ${fault}`);
  return transaction;
}

/** What is wrong with a transaction, in words; undefined if it is right. */
export function faultOf({
  key,
  timeMs,
  kind,
  postings,
  made,
  spent,
  txId,
  memo,
}: Transaction): string | undefined {
  if (key.length > MAX_KEY_CHARS || !/^[\x20-\x7e]+$/.test(key)) return 'its key is none';
  if (!isTime(timeMs)) return `its time is none: ${timeMs}`;
  if (!TRANSACTION_KINDS.includes(kind)) return `its kind is none: ${kind}`;
  if (txId !== '' && !isHash(txId)) return 'its transaction id is none';
  if (memo.length > MAX_MEMO_CHARS || !/^[\x20-\x7e]*$/.test(memo)) return 'its memo is none';
  return faultOfPostings(postings) ?? faultOfCoins(postings, made, spent);
}

/** Sum of what a transaction does to each group of the wallet, by its postings. */
export function walletChanges(postings: readonly Posting[]): bigint[] {
  const changes = [0n, 0n, 0n, 0n];
  for (const { account, amount } of postings) {
    const group = walletGroupOf(account);
    if (group !== undefined) changes[group]! += amount;
  }
  return changes;
}

function faultOfPostings(postings: readonly Posting[]): string | undefined {
  let sum = 0n;
  const accounts = new Set<string>();
  for (const { account, amount } of postings) {
    if (accounts.has(account)) return `two postings to ${account}`;
    if (amount === 0n) return `a posting of 0 to ${account}`;
    if (!isAmount(amount)) return `an amount of over ${MAX_AMOUNT_DIGITS} digits`;
    accounts.add(account);
    sum += amount;
  }
  return sum === 0n ? undefined : `its postings sum to ${sum}`;
}

function faultOfCoins(
  postings: readonly Posting[],
  made: readonly MadeCoin[],
  spent: readonly SpentCoin[],
): string | undefined {
  if (postings.length + made.length + spent.length === 0) return 'it says nothing';
  const changes = walletChanges(postings);
  const names = new Set<string>();
  for (const coin of [...made, ...spent]) {
    const name = coinNameText(coin);
    if (!isHash(coin.key) || ![0, 1, 2, 3].includes(coin.group)) return `a coin's name is none: ${name}`;
    if (names.has(name)) return `two coins of the name ${name}`;
    if (coin.amount <= 0n || !isAmount(coin.amount)) return `coin ${name} is of ${coin.amount}`;
    names.add(name);
  }
  for (const { lockTimeMs, group, amount } of made) {
    if (!isTime(lockTimeMs)) return `a lock's time is none: ${lockTimeMs}`;
    changes[group]! -= amount;
  }
  for (const { group, amount } of spent) changes[group]! += amount;
  const group = changes.findIndex((left) => left !== 0n);
  return group < 0 ? undefined : `its coins of group ${group} are not what it posts there: ${changes[group]}`;
}

/** Name of a coin as a text: group, `/`, key. */
export function coinNameText({ group, key }: CoinName): string {
  return `${group}/${key}`;
}

function isTime(timeMs: number): boolean {
  return Number.isSafeInteger(timeMs) && timeMs >= 0 && timeMs <= LAST_TIME_MS;
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

const BOUND = 10n ** BigInt(MAX_AMOUNT_DIGITS);

function isAmount(amount: bigint): boolean {
  return amount < BOUND && amount > -BOUND;
}
