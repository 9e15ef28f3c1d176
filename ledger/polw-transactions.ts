/**
 * Entries of the fund of Proof of Less Work as transactions of the ledger.
 *
 * The fund says what its accounts gain and lose; here it is said from where that came. What was burnt is spent, and comes back in
 * output 0 as `polw/returned`; what a block brought beyond that is a reward, to be shared out.
 *
 * | entry | the other side |
 * |---|---|
 * | `block` | `reward` for what was earned, `polw/returned` for what comes back |
 * | `reward`, `uncle` | `reward` |
 * | `maturity` | none: from one account of the fund to another |
 * | `deposit` | `operator` |
 * | `transfer` | none; `unexplained` for outputs that were not the fund's before |
 * | `void` | it moves nothing, and is no transaction |
 *
 * What a withdrawal pays the wallet is booked there as `unexplained` first, since whoever sees the output does not know of the fund;
 * `arrivalOf` says then that it came from burn addresses.
 *
 * Rewards of blocks that are not finds of the pool are `unexplained`: nobody is owed a share of them.
 * @module
 */
import type { Account, Accounts, FundEntry } from '../polw/fund/accounts.js';
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { chainName } from '../protocol/chain.js';
import { outputKeyOf } from '../protocol/output-reference.js';
import type { AccountName } from './accounts.js';
import { type Posting, type Transaction, transactionOf } from './transaction.js';

/** Where each account of the fund stands in the ledger. */
const NAMES: Readonly<Record<Account, AccountName>> = {
  fund: 'polw/fund',
  locked: 'polw/locked',
  pending: 'polw/pending',
  earned: 'polw/earned',
  reserved: 'polw/reserved',
  burnt: 'polw/burnt',
  gas: 'polw/gas',
  paid: 'polw/paid',
};

/** The accounts of the ledger that are the fund's, in an order of their own. */
export const FUND_ACCOUNTS: readonly AccountName[] = Object.values(NAMES);

/**
 * The transaction of an entry; undefined if it moves nothing. The same whenever the entry is handed out.
 * @throws RangeError if the entry gains what its kind can't explain
 */
export function transactionOfEntry(entry: FundEntry): Transaction | undefined {
  const { changes, key, kind, timestampMs, chain, height } = entry;
  const moved = (Object.keys(NAMES) as Account[]).flatMap((account): Posting[] => {
    const amount = changes[account] ?? 0n;
    return amount === 0n ? [] : [{ account: NAMES[account], amount }];
  });
  const gain = moved.reduce((sum, { amount }) => sum + amount, 0n);
  const from = sourcesOf(entry, gain).filter(({ amount }) => amount !== 0n);
  if (moved.length === 0 && from.length === 0) return undefined;
  const what = key.slice(key.lastIndexOf(' ') + 1);
  return transactionOf({
    key: `polw/${key}`,
    timeMs: timestampMs,
    kind: 'polw',
    postings: [...moved, ...from],
    txId: kind === 'transfer' || kind === 'deposit' ? what : '',
    memo: `${kind}, chain ${chainName(chain)}, height ${height}`,
  });
}

/** Key of the output by which a withdrawal pays: the first of its transaction. @param txId - 64 hex digits */
export function paidOutputOf(txId: string): string {
  return bytesToHex(outputKeyOf(hexToBytes(txId), 0));
}

/**
 * What came to the wallet as nobody knew from where is what a withdrawal from burn addresses has paid.
 * @param txId - of the withdrawal's transaction, 64 hex digits
 * @param amount - that was booked as unexplained, attoALPH, above 0
 * @param booked - key of that transaction of the ledger
 */
export function arrivalOf(txId: string, timeMs: number, amount: bigint, booked: string): Transaction {
  return transactionOf({
    key: `polw-arrival/${txId}`,
    timeMs,
    kind: 'polw',
    postings: [
      { account: 'unexplained', amount },
      { account: 'polw/to-wallet', amount: -amount },
    ],
    txId,
    memo: `withdrawn to the wallet; its output was booked as ${booked.slice(0, 100)}`,
  });
}

/** The accounts of the fund whose balances in the ledger are other than the fund itself says. Reservations are the fund's alone. */
export function polwDifferences(
  balances: ReadonlyMap<AccountName, bigint>,
  accounts: Accounts,
): { readonly account: AccountName; readonly ledger: bigint; readonly fund: bigint }[] {
  return (Object.keys(NAMES) as Account[]).flatMap((name) => {
    const account = NAMES[name];
    const ledger = balances.get(account) ?? 0n;
    return ledger === accounts[name] ? [] : [{ account, ledger, fund: accounts[name] }];
  });
}

/** From where an entry's gain came. */
function sourcesOf({ kind, key, changes, own }: FundEntry, gain: bigint): Posting[] {
  const reward = own || kind === 'uncle' ? 'reward' : 'unexplained';
  switch (kind) {
    case 'block': {
      const earned = changes.pending ?? 0n;
      const returned = (changes.locked ?? 0n) < gain - earned ? (changes.locked ?? 0n) : gain - earned;
      const rest = gain - earned - returned;
      if (reward === 'unexplained')
        return [
          { account: 'unexplained', amount: -(earned + rest) },
          { account: 'polw/returned', amount: -returned },
        ];
      return [
        { account: 'reward', amount: -earned },
        { account: 'polw/returned', amount: -returned },
        { account: 'unexplained', amount: -rest },
      ];
    }
    case 'reward':
    case 'uncle':
      return [{ account: reward, amount: -gain }];
    case 'deposit':
      return [{ account: 'operator', amount: -gain }];
    case 'transfer':
      return [{ account: 'unexplained', amount: -gain }];
    case 'maturity':
    case 'void':
      if (gain !== 0n) throw new RangeError(`entry ${key}: expected no gain, got ${gain}`);
      return [];
  }
}
