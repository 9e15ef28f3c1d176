/**
 * Accounts of a fund, and the entries that move them. Whole attoALPH.
 *
 * | account | what |
 * |---|---|
 * | fund | coins that can be burnt |
 * | locked | what was burnt and comes back, in outputs that are still locked |
 * | pending | what was earned, in outputs that are still locked |
 * | earned | what was earned and can be spent |
 * | reserved | coins set aside for a withdrawal that is on its way |
 * | burnt, gas, paid | what left so far: by Proof of Less Work, for gas, by withdrawals |
 *
 * The outputs at our addresses that are ours to spend, now or later, are always the sum of the first five.
 * @module
 */
import type { ChainIndex } from '../../protocol/chain.js';

export type Account = 'fund' | 'locked' | 'pending' | 'earned' | 'reserved' | 'burnt' | 'gas' | 'paid';

/** Balances, attoALPH. */
export type Accounts = Readonly<Record<Account, bigint>>;

/**
 * What an entry tells of.
 * `block`: a coinbase that burnt our coins. `reward`: one that pays us without. `uncle`: the reward of an uncle. `maturity`: a
 * lock that ended. `deposit`, `transfer`: coins that came, or went by our key. `void`: a transaction without effect.
 */
export type EntryKind = 'block' | 'reward' | 'uncle' | 'maturity' | 'deposit' | 'transfer' | 'void';

/** A change of accounts. Entries of one key are one entry. */
export interface FundEntry {
  /** Hash of the block, and what of it: the same whenever the chain is read again. */
  readonly key: string;
  readonly kind: EntryKind;
  /** Of the block. */
  readonly chain: ChainIndex;
  readonly blockHash: string;
  readonly height: number;
  /** Of the block, or when the lock ended, ms since the epoch. */
  readonly timestampMs: number;
  /** Whether the block is a find of ours; of a `maturity`, whether the block that made the output was. */
  readonly own: boolean;
  /** What is added to accounts; those that stay are left out. */
  readonly changes: Readonly<Partial<Record<Account, bigint>>>;
}

/** Accounts of a fund to which nothing has happened. */
export const NO_ACCOUNTS: Accounts = {
  fund: 0n,
  locked: 0n,
  pending: 0n,
  earned: 0n,
  reserved: 0n,
  burnt: 0n,
  gas: 0n,
  paid: 0n,
};

/** Names of all accounts. */
export const ACCOUNTS = Object.keys(NO_ACCOUNTS) as readonly Account[];

/** Balances after some changes. */
export function changed(accounts: Accounts, changes: FundEntry['changes']): Accounts {
  const next: Record<Account, bigint> = { ...accounts };
  for (const account of ACCOUNTS) next[account] += changes[account] ?? 0n;
  return next;
}

/** What outputs at our addresses must hold. */
export function heldBy(accounts: Accounts): bigint {
  return accounts.fund + accounts.locked + accounts.pending + accounts.earned + accounts.reserved;
}
