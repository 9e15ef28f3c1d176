/**
 * A fund at work: it reads the history of its addresses at the start, follows the blocks that templates name, and keeps what has
 * become final.
 *
 * ```
 * full node's REST API --> FundReader --> Fund --> coinsFor, uncleHeight --> FundedNodes
 *         ^                                 | what is final
 *         +-- blocks that templates name    v
 *                                        FundStore
 * ```
 *
 * Until the history is read, and while a block is unknown, a template waits: `onChange` says when to ask again.
 * @module
 */
import { type BackoffOptions, backoffMs } from '../node/backoff.js';
import { FINAL_DEPTH } from '../protocol/block-end.js';
import { BoundedMap } from '../protocol/bounded-map.js';
import { chainName } from '../protocol/chain.js';
import { counted } from '../protocol/quantity-text.js';
import { FailedBlocks } from './failed-blocks.js';
import type { Find } from './fund/finds.js';
import { Fund, type FundOptions } from './fund/fund.js';
import type { CoinsAnswer, CoinsInView, FundBlock, TemplateView } from './fund/fund-block.js';
import { FundError } from './fund/fund-error.js';
import type { FundStore } from './fund/fund-store.js';
import { isWithinGroup } from './fund/judge.js';
import { FundCommits } from './fund-commits.js';
import { hintsOf, placesOf } from './fund-places.js';
import { type OwnBlock, OwnBlocks } from './own-blocks.js';
import type { EntryTerms } from './reader/block-entry.js';
import type { BlockSource } from './reader/block-source.js';
import { FundReader } from './reader/fund-reader.js';
import { FarBlockError } from './reader/reader-error.js';
import { Trouble, type TroubleNotice, textOf } from './trouble.js';

export interface FundKeeperOptions
  extends Pick<FundOptions, 'addresses'>,
    Partial<Omit<FundOptions, 'addresses'>> {
  readonly terms: EntryTerms;
  /** Where a fund that begins anew begins to read, ms since the epoch; 0 for the first blocks. */
  readonly sinceMs: number;
  /** Waits after a failure. */
  readonly backoff?: BackoffOptions;
}

export interface FundKeeperModules {
  readonly store: FundStore;
  /** Where blocks are read now: of the node that leads, say. */
  readonly source: BlockSource;
  /** ms since the epoch. */
  readonly clock: () => number;
  /** Templates may have other coins now, or a block's height is known. */
  readonly onChange: () => void;
  readonly onNotice: (notice: TroubleNotice) => void;
}

/** Least deposit that is taken in: whoever sends dust must not fill the fund, attoALPH. */
const DEFAULT_MIN_DEPOSIT = 10n ** 17n;

/** Blocks that wait to be read. */
const MAX_WANTED = 1_024;

/** Blocks that the node does not have, and how long they are not asked for again, ms. */
const MAX_MISSING = 1_024;
const MISSING_MS = 1_000;

const BACKOFF: BackoffOptions = { firstMs: 500, maxMs: 30_000 };

/** What to do where a node's chains differ from what is final here. */
const BEGIN_ANEW =
  'where the node is right, the fund must begin anew: end this program, remove what it has kept of the fund, start it again';

export class FundKeeper {
  readonly fund: Fund;
  readonly #reader: FundReader;
  readonly #options: FundKeeperOptions;
  readonly #modules: FundKeeperModules;
  readonly #own: OwnBlocks;
  readonly #wanted = new Set<string>();
  readonly #missing = new BoundedMap<string, number>(MAX_MISSING);
  readonly #failed: FailedBlocks;
  readonly #reading: Trouble;
  readonly #commits: FundCommits;
  readonly #noting: Trouble;
  readonly #fault: Trouble;
  #caughtUp = false;
  /** Whether blocks of ours have decided about others, and no node was asked what. */
  #undecided = false;
  #running: Promise<void> | undefined;
  #failures = 0;
  #closed = false;
  #wake: (() => void) | undefined;

  private constructor(fund: Fund, options: FundKeeperOptions, modules: FundKeeperModules) {
    this.fund = fund;
    this.#options = options;
    this.#modules = modules;
    this.#failed = new FailedBlocks(options.backoff ?? BACKOFF, Math.random);
    const { onNotice } = modules;
    this.#reading = new Trouble('blocks are read again', onNotice);
    this.#own = new OwnBlocks(placesOf(fund));
    this.#commits = new FundCommits({ ...modules, fund });
    this.#noting = new Trouble('finds are kept again', onNotice);
    this.#fault = new Trouble('the fund is as it should be again', onNotice);
    this.#reader = new FundReader({
      fund,
      source: modules.source,
      terms: options.terms,
      clock: modules.clock,
      keep: async () => this.#commits.keep(true),
    });
  }

  /**
   * A keeper of what a store holds; nothing is read yet.
   * @throws FundStoreError if the store can't be read
   * @throws FundError if it holds the fund of other addresses
   */
  static async open(options: FundKeeperOptions, modules: FundKeeperModules): Promise<FundKeeper> {
    const { addresses, depth = FINAL_DEPTH, minDeposit = DEFAULT_MIN_DEPOSIT } = options;
    const kept = await modules.store.load();
    const fund = new Fund({ addresses, depth, minDeposit }, kept);
    const terms = { ...options.terms, hints: hintsOf(fund, options.terms.hints) };
    return new FundKeeper(fund, { ...options, terms }, modules);
  }

  /** Whether the history is read. */
  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** Of outputs at the fund's addresses. */
  get hints(): Iterable<number> {
    return this.#options.terms.hints.values();
  }

  /** Begins to read. */
  start(): void {
    const { onNotice } = this.#modules;
    onNotice({ level: 'info', message: 'the fund is read: chains that burn are mined once it is' });
    const { length } = this.fund.retired;
    if (length > 0)
      onNotice({
        level: 'info',
        message: `${counted(length, 'burn address', 'burn addresses')} of before: what ${length === 1 ? 'it holds' : 'they hold'} counts, and is not burnt: withdraw it with the keys of then`,
      });
    if (this.fund.joined.length > 0) onNotice({ level: 'warn', message: joinedText(this.fund) });
    this.#run();
  }

  /** What a template can spend; what is not known for that is read. Of a fund that is not as it should be nothing is known. */
  coinsFor(view: TemplateView): CoinsAnswer {
    if (!this.#caughtUp) return { kind: 'unknown', hashes: [] };
    try {
      const answer = this.fund.coinsFor(view);
      if (answer.kind === 'unknown') this.#want(answer.hashes);
      this.#fault.isOver();
      return answer;
    } catch (error) {
      this.#fault.is(`the fund is not as it should be: ${textOf(error)}; ${BEGIN_ANEW}`);
      return { kind: 'unknown', hashes: [] };
    }
  }

  /** As long as it stays, an answer of `coinsFor` with coins stays. */
  get revision(): number {
    return this.fund.revision;
  }

  /** What it can spend by a guess, while its parent is read. @param height - of the template */
  guessFor(view: TemplateView, height: number): CoinsInView | undefined {
    if (!this.#caughtUp) return undefined;
    try {
      return this.fund.guessFor(view, height);
    } catch (error) {
      if (!(error instanceof FundError)) throw error;
      // `coinsFor` has told of it.
      return undefined;
    }
  }

  /** Height of a block, which is read if it is not known. @param hash - hex */
  uncleHeight(hash: string): number | undefined {
    const height = this.#reader.heightOf(hash) ?? this.#own.heightOf(hash);
    if (height === undefined && this.#caughtUp) this.#want([hash]);
    return height;
  }

  /** Reads what templates name, so that the fund is not behind when coins are asked for. @param hashes - hex */
  follow(hashes: readonly string[]): void {
    if (this.#caughtUp) this.#want(hashes.filter((hash) => !this.#reader.knows(hash)));
  }

  /**
   * Templates of the node build on these blocks. Those of ours among them are taken in from what was sent, so that coins for the
   * template are known at once; all others are read when their coins are asked for.
   * @param parents - hex
   */
  buildsOn(parents: readonly string[]): void {
    if (!this.#caughtUp) return;
    const ways = parents.map((parent) => this.#own.wayTo(parent, (hash) => this.#reader.knows(hash)));
    // What a block of (f, f) has taken in must be there before it.
    for (const block of ways.flat().sort(withinGroupLast)) this.#takeOwn(block);
    if (this.#undecided) this.#run();
  }

  #takeOwn(block: FundBlock): void {
    try {
      if (this.#reader.take(block)) this.#undecided ||= this.fund.hasUndecided;
    } catch (error) {
      // It is read like any other.
      if (!(error instanceof FundError)) throw error;
    }
  }

  /** A block of ours is about to be sent. @param block - if it burns coins of ours */
  found(find: Find, block?: OwnBlock): void {
    if (block !== undefined) this.#own.add(block);
    void this.note(find);
  }

  /** Keeps that a block is a find of ours. @returns once it is kept, or can't be; never rejects */
  async note(find: Find): Promise<void> {
    if (!this.fund.found(find)) return;
    try {
      await this.#modules.store.found(find);
      this.#noting.isOver();
    } catch (error) {
      this.#noting.is(`a find is not kept: ${textOf(error)}`);
    }
  }

  /** Reads no more, and keeps what is final. The store stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#running;
    await this.#commits.close();
  }

  #want(hashes: readonly string[]): void {
    const nowMs = this.#modules.clock();
    for (const hash of hashes) {
      if (this.#wanted.size >= MAX_WANTED) break;
      const missedMs = this.#missing.get(hash) ?? Number.NEGATIVE_INFINITY;
      if (nowMs - missedMs >= MISSING_MS && this.#failed.mayAsk(hash, nowMs)) this.#wanted.add(hash);
    }
    if (this.#wanted.size > 0) this.#run();
  }

  #run(): void {
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
      if (this.#isDue && !this.#closed) this.#run();
    });
  }

  get #isDue(): boolean {
    return !this.#caughtUp || this.#wanted.size > 0 || this.#undecided;
  }

  /** Reads until there is nothing more to read. Never rejects. */
  async #work(): Promise<void> {
    // Those who ask in one tick are answered together; jobs go out first, whose coins are a guess.
    await new Promise(setImmediate);
    while (!this.#closed && this.#isDue) {
      const hashes = [...this.#wanted];
      this.#wanted.clear();
      try {
        if (this.#caughtUp) await this.#follow(hashes);
        else await this.#catchUp();
        this.#failures = 0;
        this.#commits.keep(false);
      } catch (error) {
        for (const hash of hashes) this.#wanted.add(hash);
        await this.#pause(error);
      }
      if (!this.#closed) this.#modules.onChange();
    }
  }

  async #catchUp(): Promise<void> {
    await this.#reader.catchUp(this.#options.sinceMs);
    this.#caughtUp = true;
    this.#reading.isOver();
    const { length } = this.fund.coins();
    const message = `the fund is read up to now: ${counted(length, 'coin')} at the burn addresses`;
    this.#modules.onNotice({ level: 'info', message });
  }

  async #follow(hashes: readonly string[]): Promise<void> {
    await this.#readNamed(hashes);
    if (!this.#undecided) return;
    await this.#reader.decide();
    this.#undecided = this.fund.hasUndecided;
    this.#reading.isOver();
  }

  async #readNamed(hashes: readonly string[]): Promise<void> {
    const nowMs = this.#modules.clock();
    const { missing, failed } = await this.#reader.follow(hashes);
    for (const hash of missing) this.#missing.renew(hash, nowMs);
    for (const hash of hashes) if (!failed.has(hash)) this.#failed.came(hash, nowMs);
    const errors: unknown[] = [];
    let isFar = false;
    for (const [hash, error] of failed) {
      const tries = this.#failed.failed(hash, this.#modules.clock());
      // A fund that is far behind reads by time what it has missed.
      isFar ||= error instanceof FarBlockError;
      if (tries > 1 || !(error instanceof FarBlockError)) errors.push(error);
    }
    if (isFar)
      await this.#reader.catchUp(this.#options.sinceMs).catch((error: unknown) => errors.push(error));
    if (errors.length > 0) this.#reading.is(readingText(errors[0]));
    else if (this.#failed.isOver(this.#modules.clock())) this.#reading.isOver();
  }

  async #pause(error: unknown): Promise<void> {
    this.#failures++;
    this.#reading.is(readingText(error));
    const waitMs = backoffMs(this.#failures, Math.random, this.#options.backoff ?? BACKOFF);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function withinGroupLast(a: FundBlock, b: FundBlock): number {
  return Number(isWithinGroup(a)) - Number(isWithinGroup(b));
}

function joinedText({ joined }: Fund): string {
  return (
    `${joined.map(chainName).join(', ')}: the burn address is new to the fund that was kept, and coins that it got before are not ` +
    'seen: to have them, end this program, remove what it has kept of the fund, and let it begin before they were sent'
  );
}

function readingText(error: unknown): string {
  const text = `blocks can't be read: ${textOf(error)}`;
  return error instanceof FarBlockError ? `${text}; ${BEGIN_ANEW}` : text;
}
