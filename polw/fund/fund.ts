/**
 * The fund: which coins our burn addresses hold, which of them a template can spend, and what became of our blocks.
 *
 * It is told of blocks, and knows nothing else: no clock, no node. What it says follows from the main chains as they are,
 * whatever came before. Final blocks are folded into one state that is never undone; those above are folded anew whenever they
 * change, so that a reorganisation is nothing but other blocks.
 *
 * A block is final when so many others follow on its chain, and a block of (from, from) of which that holds, too, has taken it in.
 * @module
 */
import type { ChainWitness } from '../../protocol/block-end.js';
import { BoundedMap } from '../../protocol/bounded-map.js';
import { ALL_CHAINS, type ChainIndex, GROUPS, toGroupOf } from '../../protocol/chain.js';
import { type Accounts, changed, type FundEntry } from './accounts.js';
import { parentOf } from './block-tree.js';
import { type BurnAddresses, joinAddresses, ownersOf, type RetiredAddress } from './burn-addresses.js';
import { coinsInView } from './coins-in-view.js';
import { judgeOf, settledHeights, takenInBy } from './finality.js';
import { endOf, type Find, type FindEnd, MAX_OPEN_FINDS } from './finds.js';
import { type Fold, foldOf } from './fold.js';
import type { CoinsAnswer, CoinsInView, TemplateView } from './fund-block.js';
import { FundBlocks } from './fund-blocks.js';
import type { ForeignCoin, FundCoin, Unlisted } from './fund-coins.js';
import { FundError } from './fund-error.js';
import type { Before, Verdict } from './judge.js';
import { Ledger, NO_CONTENT } from './ledger.js';
import { Reservations, type ReserveOutcome } from './reservations.js';
import type { FundKept, FundSnapshot, Reservation } from './snapshot.js';
import { viewOf } from './view.js';

/** Outputs that were spent last by final blocks: a late sibling that spends one, too, is seen by them. */
const MAX_SPENT = 1024;

/** Verdicts on transactions of blocks that are not final. */
const MAX_VERDICTS = 4096;

export interface FundOptions {
  /** Burn addresses by chain index, all different; undefined for a chain that has none. */
  readonly addresses: BurnAddresses;
  /** Blocks that follow on a final one, at least 1. */
  readonly depth: number;
  /** Least deposit that is taken in, attoALPH. */
  readonly minDeposit: bigint;
}

/** What has become final. */
export interface Settled {
  /** In an order in which they can be booked. None was handed out before, unless the fund was read again from an older snapshot. */
  readonly entries: readonly FundEntry[];
  readonly finds: readonly FindEnd[];
  /** Ids of reservations whose coins were spent. */
  readonly reservations: readonly string[];
}

export class Fund extends FundBlocks {
  /** Burn addresses by chain index: those that were kept among them. */
  readonly addresses: BurnAddresses;
  /** Burn addresses of before: what they hold counts, and is not offered. */
  readonly retired: readonly RetiredAddress[];
  /** Chains whose burn address is new to a fund that was kept: what it got before is not known. */
  readonly joined: readonly ChainIndex[];
  readonly #base: Ledger;
  readonly #verdicts = new BoundedMap<string, Verdict>(MAX_VERDICTS);
  readonly #spent = new BoundedMap<string, true>(MAX_SPENT);
  readonly #reservations: Reservations;
  readonly #finds: Map<string, Find>;
  #fold: Fold | undefined;
  /** Up to which time locks have ended in it, ms since the epoch. */
  #foldMs = 0;
  #revision = 0;

  /**
   * @param kept - what a store kept of it; without, it begins anew
   * @throws FundError if that is of another address for a chain
   * @throws RangeError if two chains have one address
   */
  constructor(options: FundOptions, kept?: FundKept) {
    super(options.depth);
    const snapshot = kept?.snapshot;
    this.addresses =
      snapshot === undefined ? options.addresses : joinAddresses(options.addresses, snapshot.addresses);
    this.retired = kept?.retired ?? snapshot?.retired ?? [];
    const owners = ownersOf(this.addresses, this.retired);
    const retired = new Set(this.retired.map(({ address }) => address));
    this.joined = ALL_CHAINS.filter(
      (chain) => snapshot !== undefined && this.addresses[chain] !== snapshot.addresses[chain],
    );
    this.#reservations = new Reservations(kept?.reservations ?? []);
    this.#finds = new Map((kept?.finds ?? []).map((find) => [find.hash, find]));
    this.#base = new Ledger(
      {
        owners,
        isRetired: (address) => retired.has(address),
        minDeposit: options.minDeposit,
        isOwn: (hash) => this.#finds.has(hash),
        payerOf: (transaction) => this.#reservations.payerOf(transaction),
      },
      snapshot?.ledger ?? NO_CONTENT,
    );
    for (const [id, verdict] of snapshot?.verdicts ?? []) this.#verdicts.set(id, verdict);
    for (const key of snapshot?.spent ?? []) this.#spent.set(key, true);
    for (const [chain, cursor] of (snapshot?.cursors ?? []).entries())
      if (cursor !== undefined) this.begin(chain, cursor);
  }

  /** As long as it stays, coins that `coinsFor` has answered stay what they are for that template. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * What a template can spend.
   * @throws FundError if coins and accounts differ, which would be a fault of this program
   */
  coinsFor(template: TemplateView): CoinsAnswer {
    const { chain } = template;
    const address = this.addresses[chain];
    if (address === undefined) return { kind: 'coins', coins: [], sent: 0n };
    // What locks have ended since then is told by the coins themselves.
    const { coins, withheld } = balanced(this.#fold ?? this.#folded());
    const view = viewOf(template, this.tree, (judge) => this.undecided(judge)?.height);
    return coinsInView(template, view, {
      coins: coins[chain]!,
      address,
      isReserved: (key) => this.#reservations.holds(key),
      isSpent: (key) => this.#spent.has(key),
      withheld: (key) => withheld.get(key),
      settledHeight: (of) => this.cursors[of]?.height ?? -1,
      blocksOf: (of) => this.open.of(of),
    });
  }

  /**
   * What a template whose parent is not known yet could spend, if that one follows on the chain's last block and touches no coins of
   * ours: as nearly every block of others does.
   * @param height - of the template
   * @returns undefined where the parent is known, is a find of ours or can't follow, or where another block that the template names is not known
   * @throws FundError as `coinsFor` does
   */
  guessFor(template: TemplateView, height: number): CoinsInView | undefined {
    const { chain, deps } = template;
    const [tip, parent] = [this.tree.tip(chain), parentOf(template)];
    if (tip === undefined || tip.height + 2 !== height) return undefined;
    // A find of ours has spent some.
    if (this.has(parent) || this.#finds.has(parent)) return undefined;
    const answer = this.coinsFor({ ...template, deps: deps.with(GROUPS - 1 + toGroupOf(chain), tip.hash) });
    return answer.kind === 'coins' ? answer : undefined;
  }

  /** Balances, blocks that are not final included. */
  accounts(): Accounts {
    const { ledger } = this.#folded();
    return changed(ledger.accounts, this.#reservations.changes(ledger));
  }

  /** Entries of blocks that are not final: a reorganisation may take them back. */
  openEntries(): readonly FundEntry[] {
    return this.#folded().entries;
  }

  /** Outputs that are ours to spend, now or once their lock has ended. */
  coins(): readonly FundCoin[] {
    return [...this.#folded().ledger.coins.values()];
  }

  /** Outputs at our addresses that are not taken in. */
  foreign(): { readonly listed: readonly ForeignCoin[]; readonly unlisted: readonly Unlisted[] } {
    const { foreign, unlisted } = this.#folded().ledger.content();
    return { listed: foreign, unlisted };
  }

  /**
   * Sets coins aside for a withdrawal. The caller makes that durable before it does anything with them.
   * @throws FundError as `coinsFor` does
   */
  reserve(reservation: Reservation): ReserveOutcome {
    this.#revision++;
    return this.#reservations.add(reservation, balanced(this.#folded()).ledger);
  }

  /** Gives back what was set aside, as far as it was not spent. */
  release(id: string): void {
    this.#revision++;
    this.#reservations.remove(id);
  }

  reservations(): readonly Reservation[] {
    return this.#reservations.all();
  }

  /** Notes a block that we found. @returns false if there is no room, or no telling any more what becomes of it */
  found(find: Find): boolean {
    if (this.#finds.size >= MAX_OPEN_FINDS) return false;
    if (find.height <= this.finality.finalHeight(find.chain)) return false;
    this.#finds.set(find.hash, find);
    // Most are told before their block is: then nothing of what is folded is theirs.
    if (this.open.get(find.hash) !== undefined) this.#fold = undefined;
    return true;
  }

  /** What became of our finds so far, those with a final end left out that were handed out. */
  ends(): readonly FindEnd[] {
    const witness = this.#witness();
    return [...this.#finds.values()].map((find) => endOf(find, witness));
  }

  /**
   * Folds what has become final into what is never undone.
   * @throws FundError if coins and accounts differ, which would be a fault of this program
   */
  settle(): Settled {
    const { isVoid } = balanced(this.#folded());
    this.finality.update((chain) => this.undecided(chain)?.height);
    const heights = settledHeights(
      this.tree,
      this.open,
      ALL_CHAINS.map((chain) => this.finality.finalHeight(chain)),
      this.cursors,
    );
    const ends = this.#endsAt(heights).filter(({ final }) => final);
    const blocks = this.open.inOrder().filter(({ chain, height }) => height <= heights[chain]!);
    for (const block of blocks) {
      this.#base.add(block, (id) => isVoid.has(id));
      for (const id of block.conflicted) this.#verdicts.set(id, { chain: block.chain, height: block.height });
    }
    const transactions = blocks.flatMap((block) => block.transactions);
    const spent = new Set(transactions.filter(({ id }) => !isVoid.has(id)).flatMap(({ spends }) => spends));
    for (const { id } of transactions) this.#verdicts.delete(id);
    for (const key of spent) this.#spent.renew(key, true);
    this.#settleCursors(heights);
    for (const { hash } of ends) this.#finds.delete(hash);
    this.changed();
    return {
      entries: this.#base.takeEntries(),
      finds: ends,
      reservations: this.#reservations.end((key) => this.#spent.has(key), this.#base),
    };
  }

  /** What is final: with finds and reservations, all that a fund needs to go on. */
  snapshot(): FundSnapshot {
    return {
      addresses: this.addresses,
      ...(this.retired.length > 0 && { retired: this.retired }),
      cursors: [...this.cursors],
      ledger: this.#base.content(),
      verdicts: [...this.#verdicts],
      spent: [...this.#spent.keys()],
    };
  }

  finds(): readonly Find[] {
    return [...this.#finds.values()];
  }

  protected override changed(): void {
    this.#fold = undefined;
    this.#revision++;
  }

  #folded(): Fold {
    const newestMs = this.#newestMs();
    if (this.#fold === undefined || this.#foldMs !== newestMs) {
      this.#fold = foldOf(this.#base, this.open, this.#before(), newestMs);
      this.#foldMs = newestMs;
    }
    return this.#fold;
  }

  #before(): Before {
    const seen = ALL_CHAINS.map(
      (chain) => takenInBy(this.tree, chain, this.tree.tip(judgeOf(chain))?.height ?? -1) ?? -1,
    );
    let beside: ReadonlySet<string> | undefined;
    return {
      verdicts: this.#verdicts,
      isSpent: (key) => this.#spent.has(key),
      isTakenIn: ({ chain, height }) => height <= seen[chain]!,
      // What is not kept any more is as it was when that was told.
      isAbout: (verdict, { chain, height }) =>
        height <= (takenInBy(this.tree, chain, verdict.height) ?? Number.POSITIVE_INFINITY),
      isGone: (key) => {
        if (this.#base.knows(key)) return false;
        beside ??= this.tree.madeBeside();
        return beside.has(key);
      },
    };
  }

  #newestMs(): number {
    return Math.max(0, ...ALL_CHAINS.map((chain) => this.tree.tip(chain)?.timestampMs ?? 0));
  }

  #settleCursors(heights: readonly number[]): void {
    let timeMs = 0;
    for (const chain of ALL_CHAINS) {
      this.open.drop(chain, heights[chain]!);
      const point = this.tree.pointAt(chain, heights[chain]!);
      if (point === undefined) continue;
      this.cursors[chain] = { height: point.height, hash: point.hash, timestampMs: point.timestampMs };
      timeMs = Math.max(timeMs, point.timestampMs);
    }
    this.#base.advance(timeMs);
  }

  #witness(finalHeights?: readonly number[]): ChainWitness {
    const { isVoid, payers } = this.#folded();
    return {
      isMain: (hash) => this.tree.isMain(hash) || this.open.get(hash) !== undefined,
      payerOf: (hash) => payers.get(hash),
      isVoid: (hash, likely) => {
        const coinbase = this.open.get(hash)?.transactions.find((transaction) => transaction.coinbase);
        if (coinbase === undefined || !isVoid.has(coinbase.id)) return false;
        return likely || isVoid.get(coinbase.id) !== undefined;
      },
      tipHeight: (chain) => this.tree.tip(chain)?.height ?? -1,
      finalHeight: (chain) => finalHeights?.[chain] ?? this.cursors[chain]?.height ?? -1,
    };
  }

  #endsAt(finalHeights: readonly number[]): readonly FindEnd[] {
    const witness = this.#witness(finalHeights);
    return [...this.#finds.values()].map((find) => endOf(find, witness));
  }
}

/** @throws FundError if coins and accounts differ */
function balanced(fold: Fold): Fold {
  if (fold.imbalance !== 0n)
    throw new FundError('unbalanced', `coins hold ${fold.imbalance} attoALPH more than the accounts`);
  return fold;
}
