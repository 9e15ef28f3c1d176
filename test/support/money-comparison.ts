/**
 * Holds the books of a pool that pays its miners against the blocks of a simulated node.
 * @module
 */
import assert from 'node:assert/strict';
import { ALL_GROUPS } from '../../ledger/accounts.js';
import { checkLedger } from '../../ledger/check.js';
import type { NodeOutputs } from '../../ledger/check-outputs.js';
import { Ledger } from '../../ledger/ledger.js';
import { earnedBy } from '../../pool/domain/block-fate.js';
import type { BookRecord, Books, BookTable } from '../../pool/ports/books.js';
import type { StoredBlock } from '../../pool/ports/store.js';
import { TableHeads } from '../../pool/settlement/kept-table.js';
import { blockKeyOf } from '../../pool/settlement/run-text.js';
import { STATE_KEY } from '../../pool/settlement/state-note.js';
import { parseAddress } from '../../protocol/address.js';
import { encodeValue } from '../../protocol/value-text.js';
import { paymentsOnChain } from './chain-payments.js';
import type { PoolLab } from './pool-lab.js';

/** What was compared. */
export interface MoneyCompared {
  readonly blocks: number;
  /** Blocks that brought something. */
  readonly credited: number;
  /** Of these, blocks that burnt coins. */
  readonly burning: number;
  /** Transactions in blocks that paid somebody. */
  readonly payouts: number;
  /** By these, attoALPH in decimal digits. */
  readonly paid: string;
}

const PAGE = 1_000;

export class MoneyComparison {
  readonly #lab: PoolLab;
  readonly #wallet: readonly string[];
  readonly #minimum: bigint;
  #compared: MoneyCompared = { blocks: 0, credited: 0, burning: 0, payouts: 0, paid: '0' };

  /**
   * @param wallet - its addresses, by group
   * @param minimum - least balance that is paid, attoALPH
   */
  constructor(lab: PoolLab, wallet: readonly string[], minimum: bigint) {
    this.#lab = lab;
    this.#wallet = wallet;
    this.#minimum = minimum;
  }

  /** What the last comparisons came to. */
  get compared(): MoneyCompared {
    return this.#compared;
  }

  /**
   * What blocks say that each miner was paid is what the books say; nothing is on its way, nobody is owed as much as the minimum, and
   * the whole ledger is right. The pool may be at work.
   * @throws AssertionError
   */
  async payments(): Promise<void> {
    await this.#lab.withBooks((books) => this.#comparePayments(books));
  }

  /**
   * What blocks brought is with somebody, all of it. No pool may be at work.
   * @throws AssertionError
   */
  async rewards(): Promise<void> {
    const blocks: StoredBlock[] = await this.#lab.withStore((store) =>
      allPages((at) => store.blocks({ offset: at, limit: PAGE })),
    );
    await this.#lab.withBooks((books) => this.#compareCredits(books, blocks));
  }

  async #comparePayments(books: Books): Promise<void> {
    const { node } = this.#lab.devnet;
    const payments = paymentsOnChain(node, new Set(this.#wallet));
    const booked = new Map<string, bigint>();
    for (const { key, text } of await recordsOf(books, 'payment')) {
      if (key.startsWith('*/')) continue;
      const { state, address, paid } = JSON.parse(text);
      assert.equal(state, 'paid', `payment ${key} is ${state}`);
      booked.set(address, (booked.get(address) ?? 0n) + BigInt(paid));
    }
    assert.deepEqual(sorted(booked), sorted(payments.paid), 'what blocks paid is what is booked as paid');
    const ledger = new Ledger(books);
    const [inFlight, totalPaid] = await ledger.balances(['payout-in-flight', 'total/paid']);
    assert.equal(inFlight, 0n, 'nothing is on its way');
    const sum = [...payments.paid.values()].reduce((a, b) => a + b, 0n);
    assert.equal(totalPaid, sum, 'the total is what blocks paid');
    for (const { account, amount } of await ledger.page('miner/', undefined, PAGE))
      assert.ok(-amount < this.#minimum && amount <= 0n, `${account} has ${amount}`);
    const { faults } = await checkLedger({ books, timeMs: node.clock.now(), outputs: this.#outputs() });
    assert.deepEqual(faults, []);
    this.#compared = { ...this.#compared, payouts: payments.payouts.size, paid: `${sum}` };
  }

  async #compareCredits(books: Books, blocks: readonly StoredBlock[]): Promise<void> {
    let earned = 0n;
    let credited = 0;
    let burning = 0;
    for (const block of blocks) {
      const { hash, fate } = block;
      if (fate === undefined || !fate.matured) continue;
      if (!fate.credited) assert.fail(`${hash} is not credited: ${await this.#whatIsKnown(books, block)}`);
      earned += earnedBy(fate);
      credited++;
      if ((fate.reward?.ownCoins ?? 0n) > 0n) burning++;
    }
    const open = blocks.filter(({ state }) => state === 'accepted').length;
    assert.equal(open, 0, 'blocks whose end is not known');
    const ledger = new Ledger(books);
    const [reward, settling, fee, remainder, credits] = await ledger.balances([
      'reward',
      'settling',
      'pool-fee',
      'remainder',
      'total/credited',
    ]);
    assert.equal(settling, 0n);
    assert.equal(reward, 0n, 'all rewards are shared out');
    assert.equal(credits! - fee! - remainder!, earned, 'credits, fee and remainder are what blocks earned');
    this.#compared = { ...this.#compared, blocks: blocks.length, credited, burning };
  }

  /** Of a block that is not credited. */
  async #whatIsKnown(books: Books, { hash, foundMs, fate }: StoredBlock): Promise<string> {
    const { address, key } = fate!.reward!;
    const coin = `${parseAddress(address)!.group}/${key}`;
    const [state] = await books.get('note', [STATE_KEY]);
    const [run] = await books.get('settlement', [blockKeyOf(hash)]);
    const booked = await books.logKeys([`block/${hash}`, `unexplained/${coin}`, `deposit/${coin}`]);
    const [reward] = await new Ledger(books).balances(['reward']);
    const table = await new TableHeads(books).tableOf(hash, foundMs);
    return encodeValue({
      foundMs,
      fate,
      state: state?.text,
      run: run?.text,
      booked,
      reward,
      table: table?.table.key,
    });
  }

  #outputs(): NodeOutputs[] {
    const { coins } = this.#lab.devnet.node;
    return ALL_GROUPS.map((group) => ({
      group,
      complete: true,
      onChain: true,
      outputs: coins!.currentOf(parseAddress(this.#wallet[group]!)!).map(({ coin }) => ({
        group,
        key: coin.key,
        amount: coin.output.amount,
        lockTimeMs: Number(coin.output.lockTimeMs),
      })),
    }));
  }
}

/** @param pageFrom - takes how many there were before */
async function allPages<T>(
  pageFrom: (at: number, last: T | undefined) => Promise<readonly T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const page = await pageFrom(all.length, all.at(-1));
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

function recordsOf(books: Books, table: BookTable): Promise<BookRecord[]> {
  return allPages<BookRecord>((_, last) =>
    books.page(table, { limit: PAGE, ...(last !== undefined && { after: last.key }) }),
  );
}

function sorted(amounts: ReadonlyMap<string, bigint>): readonly (readonly [string, bigint])[] {
  return [...amounts].sort(([a], [b]) => (a < b ? -1 : 1));
}
