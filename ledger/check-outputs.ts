/**
 * Whether the wallet's addresses hold what the ledger expects there, by reference and amount.
 * @module
 */
import type { Group } from './accounts.js';
import type { LedgerBooks } from './books-port.js';
import type { CheckFaults } from './check-faults.js';
import { recordsOf } from './check-records.js';
import { type ExpectedCoin, expectedCoinOf } from './rows.js';
import { coinNameText, type MadeCoin } from './transaction.js';
import { LedgerTextError } from './transaction-text.js';

/** Outputs at the wallet's address of a group, as a node tells of them. */
export interface NodeOutputs {
  readonly group: Group;
  readonly outputs: readonly MadeCoin[];
  /** Whether these are all. A list that was cut short says nothing of what is missing. */
  readonly complete: boolean;
  /** Whether they are as blocks alone have them. Otherwise what is not expected may never come to be. */
  readonly onChain: boolean;
}

/** Outputs that a check names, of each sort and group; it counts the others. */
export const MAX_NAMED_OUTPUTS = 1000;

/** Time after which an output that could be spent is nobody's if it is not booked, ms: settlement books those of blocks long before. */
export const OVERDUE_MS = 600_000;

/** How many outputs, and what they hold. */
export interface OutputSum {
  readonly count: number;
  /** attoALPH. */
  readonly amount: bigint;
}

/** What a check says of a group of the wallet. */
export interface GroupFindings {
  readonly group: Group;
  /** Expected, those that are set aside included. */
  readonly expected: OutputSum;
  /** Of these, set aside for a transaction that is on its way, and gone already. */
  readonly leaving: OutputSum;
  /** At the node and not expected: locked still, not taken in yet, or booked soon by who knows of them. */
  readonly coming: OutputSum;
  /** At the node, and nobody has said from where: the first of them, to be booked as unexplained. */
  readonly unknown: readonly MadeCoin[];
  readonly unknownSum: OutputSum;
  /** Expected, and not at the node: the first of them. */
  readonly missing: readonly ExpectedCoin[];
  readonly missingSum: OutputSum;
}

export interface OutputsOptions {
  readonly books: LedgerBooks;
  /** When the node was asked, ms since the epoch. */
  readonly timeMs: number;
  /** Whether an output is made by a block or transaction that is known and not booked yet, by its name (`coinNameText`). */
  isAwaited(name: string): boolean;
  readonly faults: CheckFaults;
}

/** Compares the outputs of a group. */
export async function checkOutputs(
  { group, outputs, complete, onChain }: NodeOutputs,
  { books, timeMs, isAwaited, faults }: OutputsOptions,
): Promise<GroupFindings> {
  const left = new Map(outputs.map((output) => [coinNameText(output), output]));
  const expected = new Tally();
  const leaving = new Tally();
  const missing = new Listed<ExpectedCoin>();
  for await (const coin of coinsOf(books, group)) {
    const name = coinNameText(coin);
    const output = left.get(name);
    left.delete(name);
    expected.add(coin.amount);
    if (output === undefined && coin.intent !== '') leaving.add(coin.amount);
    else if (output === undefined) missing.add(coin);
    else if (output.amount !== coin.amount)
      faults.note('amount', `output ${name} holds ${output.amount}, expected are ${coin.amount}`);
  }
  const coming = new Tally();
  const unknown = new Listed<MadeCoin>();
  for (const [name, output] of left)
    if (!onChain || !isOverdue(output, timeMs) || isAwaited(name)) coming.add(output.amount);
    else unknown.add(output);
  if (!complete)
    faults.note('truncated', `the node told of ${outputs.length} outputs of group ${group}, not of all`);
  else
    for (const coin of missing.first)
      faults.note('missing', `output ${coinNameText(coin)} of ${coin.amount}, made by ${coin.cause}`);
  return {
    group,
    expected: expected.sum(),
    leaving: leaving.sum(),
    coming: coming.sum(),
    unknown: unknown.first,
    unknownSum: unknown.sum(),
    missing: complete ? missing.first : [],
    missingSum: complete ? missing.sum() : new Tally().sum(),
  };
}

/**
 * Whether an output is there for good, and somebody should have booked it. A node names 0 as the lock of an output until its block was taken in,
 * then the end of the lock, or the time of the block where there was none.
 */
function isOverdue({ lockTimeMs }: MadeCoin, timeMs: number): boolean {
  return lockTimeMs > 0 && lockTimeMs <= timeMs - OVERDUE_MS;
}

/** Expected outputs of a group. A record that can't be read is a fault of the records, and left out here. */
async function* coinsOf(books: LedgerBooks, group: Group): AsyncGenerator<ExpectedCoin> {
  for await (const record of recordsOf(books, 'utxo', `${group}/`)) {
    try {
      yield expectedCoinOf(record);
    } catch (error) {
      if (!(error instanceof LedgerTextError)) throw error;
    }
  }
}

class Tally {
  #count = 0;
  #amount = 0n;

  add(amount: bigint): void {
    this.#count++;
    this.#amount += amount;
  }

  sum(): OutputSum {
    return { count: this.#count, amount: this.#amount };
  }
}

class Listed<Coin extends { readonly amount: bigint }> {
  readonly first: Coin[] = [];
  readonly #tally = new Tally();

  add(coin: Coin): void {
    if (this.first.length < MAX_NAMED_OUTPUTS) this.first.push(coin);
    this.#tally.add(coin.amount);
  }

  sum(): OutputSum {
    return this.#tally.sum();
  }
}
