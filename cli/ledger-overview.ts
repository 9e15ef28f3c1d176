/**
 * `lesswork ledger show` without an address: where the pool's money stands, and whom it owes most.
 * @module
 */
import { MINER_PREFIX, type PolwAccountName } from '../ledger/accounts.js';
import { Ledger } from '../ledger/ledger.js';
import { addressOfMiner } from '../payer/rounds/miner-address.js';
import type { MoneyFigures, MoneySum } from '../pool/domain/money-figures.js';
import { readMoneyFigures } from '../pool/money/read-figures.js';
import type { Books } from '../pool/ports/books.js';
import { alphText } from '../protocol/alph-text.js';
import { counted } from '../protocol/quantity-text.js';
import type { LedgerDesk } from './ledger-desk.js';

/** Accounts that are read at a time. */
const PAGE = 1_000;

/** What each sum is, in an order for people; those of 0 are left out beyond the first three. */
const SUMS: readonly (readonly [MoneySum, string])[] = [
  ['owed', 'owed to miners'],
  ['inFlight', 'in payments that are not confirmed'],
  ['unsettled', 'brought by blocks, not settled yet'],
  ['fee', "the pool's fee so far"],
  ['remainder', 'left over by rounding'],
  ['operator', 'paid in by the operator'],
  ['withdrawals', 'taken out by the operator'],
  ['unexplained', 'came from nobody knows where'],
  ['loss', 'lost'],
  ['networkFees', 'fees that the pool bore'],
  ['inTransit', 'on its way between groups of the wallet'],
  ['credited', 'credited to miners so far'],
  ['paid', 'arrived at miners so far'],
];

const ALWAYS = 3;

/** Accounts of the fund of Proof of Less Work, each with the sign with which it is above 0; those of 0 are left out. */
const POLW: readonly (readonly [PolwAccountName, 1n | -1n, string])[] = [
  ['fund', 1n, 'can be burnt'],
  ['locked', 1n, 'came back from burning, locked'],
  ['pending', 1n, 'earned by blocks, locked'],
  ['earned', 1n, 'earned by blocks, can be withdrawn'],
  ['reserved', 1n, 'set aside for withdrawals'],
  ['burnt', 1n, 'burnt so far'],
  ['returned', -1n, 'of that came back with the reward'],
  ['gas', 1n, 'fees so far'],
  ['paid', 1n, 'withdrawn so far'],
  ['to-wallet', -1n, 'of that came to the wallet'],
];

interface Owed {
  /** Name of the account without `miner/`. */
  readonly miner: string;
  /** attoALPH. */
  readonly amount: bigint;
}

export interface OverviewOptions {
  /** Accounts that are named: those that are owed most. */
  readonly last: number;
  readonly json: boolean;
}

export async function overviewOnDesk(desk: LedgerDesk, { last, json }: OverviewOptions): Promise<void> {
  const { books } = desk;
  const figures = await readMoneyFigures(books, desk.now());
  const polw = await polwAmounts(books);
  const { accounts, most } = await mostOwed(books, last);
  const notes = await books.get(
    'note',
    most.map(({ miner }) => `address/${miner}`),
  );
  const named = most.map(({ miner, amount }, index) => ({
    // A key of many parts is in the books by its hash, and its address in a note.
    address: addressOfMiner(miner, notes[index]?.text)?.text ?? miner,
    amount: `${amount}`,
  }));
  if (json) desk.write(`${JSON.stringify({ type: 'ledger', ...figures, polw, accounts, most: named })}\n`);
  else for (const line of describe({ ...figures, polw }, accounts, named)) desk.write(`${line}\n`);
}

function* describe(
  { sums, wallet, isPaused, polw }: MoneyFigures & { readonly polw: PolwAmounts },
  accounts: number,
  most: readonly { readonly address: string; readonly amount: string }[],
): Generator<string> {
  for (const [index, [name, words]] of SUMS.entries())
    if (index < ALWAYS || sums[name] !== '0') yield `${words}: ${alphText(BigInt(sums[name]))} ALPH`;
  for (const [group, { immature, spendable }] of wallet.entries())
    yield `wallet, group ${group}: ${alphText(BigInt(spendable))} ALPH can be spent, ${alphText(BigInt(immature))} ALPH locked`;
  for (const [name, , words] of POLW)
    if (polw[name] !== '0') yield `at burn addresses, ${words}: ${alphText(BigInt(polw[name]!))} ALPH`;
  if (isPaused) yield 'payments are held: lesswork payer status says why';
  yield `${counted(accounts, 'miner is', 'miners are')} owed something${most.length < accounts ? `; most of all ${most.length}` : ''}`;
  for (const { address, amount } of most) yield `  ${address}  ${alphText(BigInt(amount))} ALPH`;
}

/** attoALPH, by account. */
type PolwAmounts = Readonly<Partial<Record<PolwAccountName, string>>>;

async function polwAmounts(books: Books): Promise<PolwAmounts> {
  const amounts = await new Ledger(books).balances(POLW.map(([name]) => `polw/${name}` as const));
  return Object.fromEntries(POLW.map(([name, sign], index) => [name, `${sign * amounts[index]!}`]));
}

async function mostOwed(books: Books, count: number): Promise<{ accounts: number; most: readonly Owed[] }> {
  const ledger = new Ledger(books);
  let most: Owed[] = [];
  let accounts = 0;
  for (let after: string | undefined; ; ) {
    const page = await ledger.page(MINER_PREFIX, after, PAGE);
    const owed = page.filter(({ amount }) => amount < 0n);
    accounts += owed.length;
    const more = owed.map(({ account, amount }) => ({
      miner: account.slice(MINER_PREFIX.length),
      amount: -amount,
    }));
    most = [...most, ...more]
      .toSorted((a, b) => (a.amount === b.amount ? 0 : a.amount < b.amount ? 1 : -1))
      .slice(0, count);
    if (page.length < PAGE) return { accounts, most };
    after = page.at(-1)!.account;
  }
}
