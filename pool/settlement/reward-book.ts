/**
 * Books what blocks brought the wallet: the reward once it is final, and the end of its lock.
 * @module
 */
import type { Group } from '../../ledger/accounts.js';
import type { Ledger, PostOutcome } from '../../ledger/ledger.js';
import { blockReward, maturity } from '../../ledger/movements.js';
import { type MadeCoin, type Transaction, transactionOf } from '../../ledger/transaction.js';
import { decodeTransaction } from '../../ledger/transaction-text.js';
import { parseAddress } from '../../protocol/address.js';
import { BoundedMap } from '../../protocol/bounded-map.js';
import type { BlockReward, FollowedBlock } from '../domain/block-fate.js';
import type { BookFence, Books } from '../ports/books.js';
import type { Turns } from './turns.js';

/** Blocks that are known to be booked: what is forgotten is asked of the books. */
const MAX_BOOKED = 20_000;

/** How far a block is booked. `locked`: its reward is, and its lock has not ended. `whole`: nothing is left. */
type Booked = 'locked' | 'whole';

/** An output that was booked before its block. */
interface FirstBooking {
  readonly key: string;
  /** The account that it came from. */
  readonly from: 'unexplained' | 'operator';
  /** Whether it was locked then. */
  readonly isLocked: boolean;
}

export interface RewardBookModules {
  readonly books: Books;
  readonly ledger: Ledger;
  readonly turns: Turns;
  readonly fence: () => BookFence | undefined;
  readonly onTrouble: (message: string) => void;
}

export class RewardBook {
  readonly #modules: RewardBookModules;
  #booked = new BoundedMap<string, Booked>(MAX_BOOKED);

  constructor(modules: RewardBookModules) {
    this.#modules = modules;
  }

  /** The books are not what they were: everything is asked of them again. */
  forget(): void {
    this.#booked = new BoundedMap(MAX_BOOKED);
  }

  /** Whether all that a block brought is booked. */
  isWhole(hash: string): boolean {
    return this.#booked.get(hash) === 'whole';
  }

  /**
   * Books what is not booked yet.
   * @param blocks - final, main or uncle, and paid to the wallet
   * @returns false if somebody else owns the task now
   */
  async book(blocks: readonly FollowedBlock[]): Promise<boolean> {
    for (const block of blocks) {
      if (this.#booked.get(block.hash) === 'whole') continue;
      if (!(await this.#bookOne(block))) return false;
      await this.#modules.turns.breathe();
    }
    return true;
  }

  async #bookOne({ hash, foundMs, fate }: FollowedBlock): Promise<boolean> {
    const reward = fate?.reward;
    const coin = reward && coinOf(reward);
    if (fate === undefined || coin === undefined || coin.amount === 0n) {
      this.#booked.set(hash, 'whole');
      return true;
    }
    const known = this.#booked.get(hash) ?? (await this.#bookReward(hash, foundMs, coin));
    if (known === undefined || known === 'fenced') return known === undefined;
    this.#booked.set(hash, known);
    if (known === 'whole' || !fate.matured) return true;
    const outcome = await this.#post(maturity(coin));
    if (outcome === 'fenced') return false;
    if (outcome === 'done' || outcome === 'already') this.#booked.set(hash, 'whole');
    else this.#modules.onTrouble(`the end of the lock of block ${hash} can't be booked: ${outcome}`);
    return true;
  }

  /** @returns undefined if it can't be booked */
  async #bookReward(hash: string, foundMs: number, coin: MadeCoin): Promise<Booked | 'fenced' | undefined> {
    const transaction = blockReward(hash, foundMs, coin);
    const lock = coin.lockTimeMs > foundMs ? 'locked' : 'whole';
    const [number, ...others] = await this.#modules.books.logKeys([transaction.key, ...bookedBefore(coin)]);
    if (number !== undefined) return (await this.#isOther(number, transaction)) ? this.#lockOf(coin) : lock;
    // The output may be spent since: then the ledger would take it for a new one.
    if (others.some((one) => one !== undefined)) return this.#explain(hash, foundMs, coin);
    const outcome = await this.#post(transaction);
    if (outcome === 'done' || outcome === 'already') return lock;
    if (outcome === 'fenced') return 'fenced';
    if (outcome === 'coins') return this.#explain(hash, foundMs, coin);
    this.#modules.onTrouble(`the reward of block ${hash} can't be booked: ${outcome}`);
    return undefined;
  }

  /** The output is there already, or was: somebody saw it sooner than its block was final, and it was nobody's. Now it is known whose. */
  async #explain(hash: string, foundMs: number, coin: MadeCoin): Promise<Booked | 'fenced' | undefined> {
    const before = await this.#firstBooking(coin);
    const outcome =
      before === undefined
        ? 'coins'
        : await this.#post(
            transactionOf({
              key: `block/${hash}`,
              timeMs: foundMs,
              kind: 'block',
              postings: [
                { account: before.from, amount: coin.amount },
                { account: 'reward', amount: -coin.amount },
              ],
              memo: `its output was booked as ${before.key.slice(0, 100)}`,
            }),
          );
    if (outcome === 'done' || outcome === 'already') return this.#lockOf(coin);
    if (outcome === 'fenced') return 'fenced';
    this.#modules.onTrouble(`the reward of block ${hash} can't be booked: its output is booked as another`);
    return undefined;
  }

  async #isOther(number: number, { made }: Transaction): Promise<boolean> {
    const [entry] = await this.#modules.books.log(number, 1);
    return entry?.number === number && decodeTransaction(entry.text).made.length !== made.length;
  }

  /** How far an output is booked that was booked before its block. */
  async #lockOf(coin: MadeCoin): Promise<Booked> {
    return (await this.#firstBooking(coin))?.isLocked === true ? 'locked' : 'whole';
  }

  async #firstBooking(coin: MadeCoin): Promise<FirstBooking | undefined> {
    const { books } = this.#modules;
    const keys = bookedBefore(coin);
    const numbers = await books.logKeys(keys);
    const at = numbers.findIndex((one) => one !== undefined);
    if (at < 0) return undefined;
    const number = numbers[at]!;
    const [entry] = await books.log(number, 1);
    // Its text may be in a file of a closed month: then its lock is long over.
    const postings = entry?.number === number ? decodeTransaction(entry.text).postings : [];
    const isLocked = postings.some(({ account }) => account === `wallet/${coin.group}/immature`);
    return { key: keys[at]!, from: at === 0 ? 'unexplained' : 'operator', isLocked };
  }

  async #post(transaction: Transaction): Promise<PostOutcome> {
    const fence = this.#modules.fence();
    return fence === undefined ? 'fenced' : this.#modules.ledger.post({ fence, transactions: [transaction] });
  }
}

/** Keys under which an output may be booked before it is known of which block it is. */
function bookedBefore({ group, key }: MadeCoin): readonly string[] {
  return [`unexplained/${group}/${key}`, `deposit/${group}/${key}`];
}

/** The output as the ledger names it; undefined if its address is none. */
function coinOf({ address, key, amount, lockTimeMs }: BlockReward): MadeCoin | undefined {
  const group = parseAddress(address)?.group;
  return group === undefined ? undefined : { group: group as Group, key, amount, lockTimeMs };
}
