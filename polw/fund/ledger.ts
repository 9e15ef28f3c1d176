/**
 * Coins and accounts after blocks, one after the other.
 * @module
 */
import { CHAINS, type ChainIndex } from '../../protocol/chain.js';
import { type Accounts, changed, type EntryKind, type FundEntry, heldBy, NO_ACCOUNTS } from './accounts.js';
import type { FundBlock, FundOutput, FundTransaction } from './fund-block.js';
import {
  type ForeignCoin,
  type ForeignReason,
  type FundCoin,
  MAX_DEPOSITS,
  MAX_FOREIGN_COINS,
  type Unlisted,
} from './fund-coins.js';

/** What holds for all blocks. */
export interface LedgerTerms {
  /** Burn addresses, with the chain that each is for. */
  readonly owners: ReadonlyMap<string, ChainIndex>;
  /** Whether one of them is of before. */
  isRetired(address: string): boolean;
  /** Least deposit that is taken in, attoALPH. */
  readonly minDeposit: bigint;
  /** Whether a block is a find of ours. */
  isOwn(hash: string): boolean;
  /** Which account a transfer of ours is paid from. */
  payerOf(transaction: FundTransaction): 'fund' | 'earned';
}

/** What a ledger holds, as a snapshot keeps it. */
export interface LedgerContent {
  readonly accounts: Accounts;
  readonly coins: readonly FundCoin[];
  readonly foreign: readonly ForeignCoin[];
  /** By chain index. */
  readonly unlisted: readonly Unlisted[];
  /** Newest time of a block, ms since the epoch. */
  readonly timeMs: number;
}

export const NO_CONTENT: LedgerContent = {
  accounts: NO_ACCOUNTS,
  coins: [],
  foreign: [],
  unlisted: Array.from({ length: CHAINS }, () => ({ count: 0, amount: 0n })),
  timeMs: 0,
};

/** What a transaction does to coins at our addresses. */
interface Effect {
  /** Of coins that were ours to spend. */
  readonly spent: bigint;
  /** Of outputs that were not. */
  readonly foreignSpent: bigint;
}

export class Ledger {
  readonly #terms: LedgerTerms;
  readonly #coins: Map<string, FundCoin>;
  readonly #foreign: Map<string, ForeignCoin>;
  readonly #unlisted: Unlisted[];
  readonly #deposits: number[] = new Array<number>(CHAINS).fill(0);
  readonly #entries: FundEntry[] = [];
  #accounts: Accounts;
  #timeMs: number;

  constructor(terms: LedgerTerms, content: LedgerContent = NO_CONTENT) {
    this.#terms = terms;
    this.#coins = new Map(content.coins.map((coin) => [coin.key, coin]));
    this.#foreign = new Map(content.foreign.map((coin) => [coin.key, coin]));
    this.#unlisted = [...content.unlisted];
    this.#accounts = content.accounts;
    this.#timeMs = content.timeMs;
    for (const { deposit, owner } of content.coins) if (deposit) this.#deposits[owner]!++;
  }

  /** The same, to go on with alone. */
  copy(): Ledger {
    return new Ledger(this.#terms, this.content());
  }

  content(): LedgerContent {
    return {
      accounts: this.#accounts,
      coins: [...this.#coins.values()],
      foreign: [...this.#foreign.values()],
      unlisted: [...this.#unlisted],
      timeMs: this.#timeMs,
    };
  }

  get accounts(): Accounts {
    return this.#accounts;
  }

  get coins(): ReadonlyMap<string, FundCoin> {
    return this.#coins;
  }

  get foreign(): ReadonlyMap<string, ForeignCoin> {
    return this.#foreign;
  }

  get timeMs(): number {
    return this.#timeMs;
  }

  /** What the coins hold beyond the accounts, attoALPH: 0, or this program is wrong. */
  get imbalance(): bigint {
    let held = 0n;
    for (const { amount } of this.#coins.values()) held += amount;
    return held - heldBy(this.#accounts);
  }

  /** Whether an output is one that it knows, ours to spend or not. */
  knows(key: string): boolean {
    return this.#coins.has(key) || this.#foreign.has(key);
  }

  /** The entries since the last call. */
  takeEntries(): FundEntry[] {
    return this.#entries.splice(0);
  }

  /**
   * Adds a block. @param isVoid - whether a transaction of it has no effect, by its id
   */
  add(block: FundBlock, isVoid: (id: string) => boolean): void {
    for (const transaction of block.transactions) {
      if (isVoid(transaction.id)) this.#enter(block, 'void', transaction.id, {});
      else if (transaction.coinbase) this.#addCoinbase(block, transaction);
      else this.#addTransfer(block, transaction);
    }
  }

  /** Lets time pass: what is unlocked by then can be spent. @param timeMs - of a block, ms since the epoch */
  advance(timeMs: number): void {
    if (timeMs <= this.#timeMs) return;
    this.#timeMs = timeMs;
    for (const coin of this.#coins.values())
      if (coin.toEarned !== undefined && coin.lockTimeMs <= timeMs) this.#mature(coin);
  }

  #addCoinbase(block: FundBlock, transaction: FundTransaction): void {
    const { spent, foreignSpent } = this.#spend(transaction);
    // Somebody's address may have the hint of ours: what it spends says nothing.
    const isOurs =
      spent + foreignSpent > 0n || transaction.outputs.some(({ index }) => index > block.uncles.length);
    const burns = isOurs && transaction.spends.length > 0;
    const isChange = ({ index }: FundOutput): boolean => burns && index > block.uncles.length;
    const change = transaction.outputs.filter(isChange);
    const left = spent + foreignSpent - sumOf(change) - transaction.gasFee;
    // Inputs that are not known bring more than is seen: that is booked as earned.
    const burnt = burns && left > 0n ? left : 0n;
    let changeNow = 0n;
    let locked = 0n;
    let pending = 0n;
    for (const output of transaction.outputs) {
      const isLocked = output.lockTimeMs > block.timestampMs;
      const uncle = index0(output) ? undefined : block.uncles[output.index - 1];
      const toFund = isChange(output) ? output.amount : index0(output) ? least(burnt, output.amount) : 0n;
      this.#make(block, output, isLocked ? output.amount - toFund : undefined);
      if (isChange(output) && !isLocked) changeNow += output.amount;
      else if (uncle !== undefined && !isChange(output))
        this.#enter(block, 'uncle', uncle, { [isLocked ? 'pending' : 'earned']: output.amount });
      else if (isLocked) {
        locked += toFund;
        pending += output.amount - toFund;
      } else {
        changeNow += toFund;
        this.#enter(block, 'reward', `${output.index}`, { earned: output.amount - toFund });
      }
    }
    if (burns)
      this.#enter(block, 'block', 'coinbase', {
        fund: changeNow - spent,
        locked,
        pending,
        burnt,
        gas: transaction.gasFee,
      });
    else if (pending > 0n) this.#enter(block, 'reward', 'coinbase', { pending });
  }

  #addTransfer(block: FundBlock, transaction: FundTransaction): void {
    const { spent, foreignSpent } = this.#spend(transaction);
    const ours = spent + foreignSpent > 0n;
    let takenIn = 0n;
    for (const output of transaction.outputs) {
      const reason = this.#foreignReason(block, output, ours);
      if (reason === undefined) {
        this.#make(block, output, undefined, !ours);
        takenIn += output.amount;
      } else this.#list(output, reason);
    }
    if (ours) {
      const payer = this.#terms.payerOf(transaction);
      const paid = spent + foreignSpent - takenIn - transaction.gasFee;
      const changes = { [payer]: takenIn - spent, paid, gas: transaction.gasFee };
      this.#enter(block, 'transfer', transaction.id, changes);
    } else if (takenIn > 0n) this.#enter(block, 'deposit', transaction.id, { fund: takenIn });
  }

  /** Why an output of a transaction that is no coinbase is not taken in, or undefined if it is. */
  #foreignReason(block: FundBlock, output: FundOutput, ours: boolean): ForeignReason | undefined {
    if (output.tokens) return 'tokens';
    if (output.lockTimeMs > block.timestampMs) return 'locked';
    if (ours) return undefined;
    if (output.amount < this.#terms.minDeposit) return 'small';
    return this.#deposits[this.#ownerOf(output)]! >= MAX_DEPOSITS ? 'many' : undefined;
  }

  #spend(transaction: FundTransaction): Effect {
    let spent = 0n;
    let foreignSpent = 0n;
    for (const key of transaction.spends) {
      const coin = this.#coins.get(key);
      if (coin !== undefined) {
        // What is spent was unlocked, although no block has told so yet.
        if (coin.toEarned !== undefined) this.#mature(coin);
        if (coin.deposit) this.#deposits[coin.owner]!--;
        this.#coins.delete(key);
        spent += coin.amount;
      }
      foreignSpent += this.#foreign.get(key)?.amount ?? 0n;
      this.#foreign.delete(key);
    }
    return { spent, foreignSpent };
  }

  #make(block: FundBlock, output: FundOutput, toEarned: bigint | undefined, deposit = false): void {
    const { key, hint, amount, lockTimeMs } = output;
    const owner = this.#ownerOf(output);
    if (deposit) this.#deposits[owner]!++;
    const { chain, height, hash } = block;
    const own = this.#terms.isOwn(hash);
    const coin = {
      key,
      hint,
      amount,
      lockTimeMs,
      owner,
      chain,
      height,
      blockHash: hash,
      own,
      deposit,
      toEarned,
      ...(this.#terms.isRetired(output.address) && { retired: true as const }),
    };
    this.#coins.set(key, coin);
  }

  #list(output: FundOutput, reason: ForeignReason): void {
    const { key, hint, amount, lockTimeMs } = output;
    const owner = this.#ownerOf(output);
    if (this.#foreign.size < MAX_FOREIGN_COINS)
      this.#foreign.set(key, { key, hint, amount, lockTimeMs, owner, reason });
    else {
      const known = this.#unlisted[owner]!;
      this.#unlisted[owner] = { count: known.count + 1, amount: known.amount + amount };
    }
  }

  #mature(coin: FundCoin): void {
    const toEarned = coin.toEarned!;
    const toFund = coin.amount - toEarned;
    this.#coins.set(coin.key, { ...coin, toEarned: undefined });
    this.#push({
      key: `${coin.blockHash} maturity ${coin.key}`,
      kind: 'maturity',
      chain: coin.chain,
      blockHash: coin.blockHash,
      height: coin.height,
      timestampMs: coin.lockTimeMs,
      own: coin.own,
      changes: { fund: toFund, locked: -toFund, pending: -toEarned, earned: toEarned },
    });
  }

  #enter(block: FundBlock, kind: EntryKind, what: string, changes: FundEntry['changes']): void {
    const { hash, chain, height, timestampMs } = block;
    const own = this.#terms.isOwn(hash);
    this.#push({
      key: `${hash} ${kind} ${what}`,
      kind,
      chain,
      blockHash: hash,
      height,
      timestampMs,
      own,
      changes,
    });
  }

  #push(entry: FundEntry): void {
    const changes = Object.fromEntries(Object.entries(entry.changes).filter(([, amount]) => amount !== 0n));
    this.#accounts = changed(this.#accounts, changes);
    this.#entries.push({ ...entry, changes });
  }

  #ownerOf({ address }: FundOutput): ChainIndex {
    return this.#terms.owners.get(address)!;
  }
}

function index0({ index }: FundOutput): boolean {
  return index === 0;
}

function sumOf(outputs: readonly FundOutput[]): bigint {
  return outputs.reduce((sum, { amount }) => sum + amount, 0n);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
