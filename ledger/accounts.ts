/**
 * Accounts of the ledger, by name. Amounts are whole attoALPH.
 *
 * **Signs**: what the pool has and what it has spent is positive; what it owes and what it has taken in is negative. The sum over all
 * accounts is always 0.
 *
 * | account | side | what |
 * |---|---|---|
 * | `wallet/G/immature`, `wallet/G/spendable` | assets | outputs at the wallet's address of group G, 0 to 3, still locked or not |
 * | `in-transit` | assets | on its way from one group of the wallet to another |
 * | `polw/fund`, `polw/locked`, `polw/pending`, `polw/earned`, `polw/reserved` | assets | outputs at burn addresses, as the fund of Proof of Less Work names them |
 * | `miner/KEY` | debts | balance of a miner's account: owed while negative |
 * | `payout-in-flight` | debts | left balances, and is not known to be paid yet |
 * | `reward` | open | what blocks brought, and no settlement has shared out yet: owed to nobody so far |
 * | `settling` | debts | of a settlement that is being posted; 0 otherwise |
 * | `pool-fee`, `remainder` | own | the pool's fee; what is left where shares are rounded down |
 * | `operator` | own | capital that the operator paid in |
 * | `unexplained` | own | coins that came, and nobody has said from where |
 * | `polw/returned` | own | what was burnt and came back in a block's output 0 |
 * | `fees` | spent | fees of transactions, as far as the pool bears them |
 * | `withdrawals` | spent | what the operator took out |
 * | `loss` | spent | coins that are gone |
 * | `polw/burnt`, `polw/gas`, `polw/paid` | spent | what left burn addresses: burnt, for gas, by withdrawals |
 * | `polw/to-wallet` | spent | of what withdrawals paid, what came to the wallet: it takes away from `polw/paid`, and is negative |
 * | `total/credited`, `total/paid` | totals | what settlements credited to miners so far, and what payouts brought them |
 * | `total/contra` | totals | the other side of these: they move nothing |
 * @module
 */
import { blake2b256 } from '../protocol/blake2b.js';
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { GROUPS } from '../protocol/chain.js';

/** Group of the wallet, and of its outputs. */
export type Group = 0 | 1 | 2 | 3;

/** Accounts of the fund of Proof of Less Work; `returned` and `to-wallet` are the ledger's own. */
export type PolwAccountName =
  | 'fund'
  | 'locked'
  | 'pending'
  | 'earned'
  | 'reserved'
  | 'burnt'
  | 'gas'
  | 'paid'
  | 'returned'
  | 'to-wallet';

/** Name of an account. */
export type AccountName =
  | 'reward'
  | 'settling'
  | 'payout-in-flight'
  | 'in-transit'
  | 'pool-fee'
  | 'remainder'
  | 'operator'
  | 'unexplained'
  | 'fees'
  | 'withdrawals'
  | 'loss'
  | `wallet/${Group}/${'immature' | 'spendable'}`
  | `polw/${PolwAccountName}`
  | `total/${'credited' | 'paid' | 'contra'}`
  | `miner/${string}`;

/** What an account stands for; see the table above. */
export type AccountSide = 'asset' | 'debt' | 'open' | 'own' | 'spent' | 'total';

/** Prefix of the accounts of miners. */
export const MINER_PREFIX = 'miner/';

export const ALL_GROUPS: readonly Group[] = [0, 1, 2, 3];

/** Side of each account that is not a miner's. */
const SIDES: ReadonlyMap<string, AccountSide> = new Map<AccountName, AccountSide>([
  ...ALL_GROUPS.flatMap((group): [AccountName, AccountSide][] => [
    [`wallet/${group}/immature`, 'asset'],
    [`wallet/${group}/spendable`, 'asset'],
  ]),
  ['in-transit', 'asset'],
  ['polw/fund', 'asset'],
  ['polw/locked', 'asset'],
  ['polw/pending', 'asset'],
  ['polw/earned', 'asset'],
  ['polw/reserved', 'asset'],
  ['payout-in-flight', 'debt'],
  ['reward', 'open'],
  ['settling', 'debt'],
  ['pool-fee', 'own'],
  ['remainder', 'own'],
  ['operator', 'own'],
  ['unexplained', 'own'],
  ['polw/returned', 'own'],
  ['fees', 'spent'],
  ['withdrawals', 'spent'],
  ['loss', 'spent'],
  ['polw/burnt', 'spent'],
  ['polw/gas', 'spent'],
  ['polw/paid', 'spent'],
  ['polw/to-wallet', 'spent'],
  ['total/credited', 'total'],
  ['total/paid', 'total'],
  ['total/contra', 'total'],
]);

/** Longest key that stands in a name as it is: a longer one, of an address of several keys, stands there by its hash. */
const MAX_KEY_DIGITS = 120;

const MINER = /^miner\/(?:(?:[0-9a-f]{2}){1,60}|~[0-9a-f]{64})$/;

/** Names of all accounts that are not miners'. */
export const FIXED_ACCOUNTS = [...SIDES.keys()] as readonly AccountName[];

/** The account of a name; undefined if the text is none. Takes any text. */
export function parseAccountName(text: string): AccountName | undefined {
  return SIDES.has(text) || MINER.test(text) ? (text as AccountName) : undefined;
}

export function sideOf(name: AccountName): AccountSide {
  return SIDES.get(name) ?? 'debt';
}

/**
 * The account of a miner.
 * @param key - hex of a lockup script, without the group of a groupless address: who is paid
 */
export function minerAccount(key: string): `miner/${string}` {
  return `miner/${key.length <= MAX_KEY_DIGITS ? key : `~${bytesToHex(blake2b256(hexToBytes(key)))}`}`;
}

export function isMiner(name: AccountName): boolean {
  return name.startsWith(MINER_PREFIX);
}

/** Group of an account of the wallet; undefined of another account. */
export function walletGroupOf(name: AccountName): Group | undefined {
  return name.startsWith('wallet/') ? (Number(name[7]) as Group) : undefined;
}

/** Whether a number is a group. */
export function isGroup(group: unknown): group is Group {
  return Number.isInteger(group) && (group as number) >= 0 && (group as number) < GROUPS;
}
