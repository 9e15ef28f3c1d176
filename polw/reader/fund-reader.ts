/**
 * Reads blocks for a fund: at the start all since a time, then those that templates name. What is read is linked by hash, from one
 * block to the next: where that does not hold, the way back is followed block by block, and a reorganisation is what is found there.
 *
 * One request at a time goes on; a failed one leaves the fund as far as it got, and the next one goes on from there.
 * @module
 */
import { ALL_CHAINS, type ChainIndex, chainName } from '../../protocol/chain.js';
import { type ChainPoint, NO_BLOCK, parentOf } from '../fund/block-tree.js';
import type { Fund } from '../fund/fund.js';
import type { FundBlock } from '../fund/fund-block.js';
import { isWithinGroup } from '../fund/judge.js';
import { BlockAsker, type ReadAll } from './block-asker.js';
import type { EntryTerms, ReadBlock } from './block-entry.js';
import type { BlockSource } from './block-source.js';
import { RangeSpan } from './range-span.js';
import { FarBlockError, ReaderError } from './reader-error.js';
import { Verdicts } from './verdicts.js';

/** Longest way back from a block to the main chain that is followed. */
const MAX_WAY_BACK = 256;

/** A chain whose next block is so much older than what is known of others stands still, ms. */
const STANDING_MS = 1_800_000;

/** Time between two steps of what is final, ms. */
const KEEP_EVERY_MS = 10_000;

/** Times that are read before what is final is handed on. */
const RANGES_PER_KEEP = 16;

export interface FundReaderModules {
  readonly fund: Fund;
  readonly source: BlockSource;
  readonly terms: EntryTerms;
  /** ms since the epoch. */
  clock(): number;
  /** Settles and keeps what has become final; called now and then between steps. */
  keep(): Promise<void>;
}

export class FundReader {
  readonly #fund: Fund;
  readonly #asker: BlockAsker;
  readonly #clock: () => number;
  readonly #keep: () => Promise<void>;
  readonly #verdicts = new Verdicts();
  #keptMs = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ fund, source, terms, clock, keep }: FundReaderModules) {
    this.#fund = fund;
    this.#asker = new BlockAsker({ source, terms, verdicts: this.#verdicts, clock });
    this.#clock = clock;
    this.#keep = keep;
  }

  /**
   * Reads all blocks since the fund's cursors.
   * @param sinceMs - where a chain without a cursor begins, ms since the epoch; 0 for its genesis block
   * @throws ReaderError, FundError, or the source's error: to be called again
   */
  catchUp(sinceMs: number): Promise<void> {
    return this.#inTurn(async () => {
      for (const chain of ALL_CHAINS) await this.#beginAtGenesis(chain, sinceMs);
      const untilMs = this.#clock();
      let fromMs = untilMs;
      const newestMs = Math.max(0, ...ALL_CHAINS.map((chain) => this.#fund.tip(chain)?.timestampMs ?? 0));
      for (const chain of ALL_CHAINS)
        fromMs = Math.min(fromMs, await this.#nextMs(chain, sinceMs, newestMs - STANDING_MS));
      await this.#readTimes(fromMs, untilMs);
      for (const chain of ALL_CHAINS) await this.#beginAtTip(chain, sinceMs);
      await this.#keepNow();
    });
  }

  /**
   * Reads blocks that are not known, and what lies between them and the main chains.
   * @param hashes - that templates name, or that the fund asks for
   * Each is read on its own: what is wrong with one does not keep the others from being read. Never rejects.
   */
  follow(hashes: readonly string[]): Promise<ReadAll> {
    return this.#inTurn(async () => {
      this.#asker.forget();
      const wanted = [...new Set(hashes)].filter((hash) => !this.knows(hash));
      const { missing, failed: unread } = await this.#asker.readAll(
        wanted.filter((hash) => this.#fund.block(hash) === undefined),
      );
      const known = wanted.flatMap((hash) => this.#asker.came(hash)?.block ?? this.#fund.block(hash) ?? []);
      const failed = new Map(unread);
      for (const block of known.sort((a, b) => a.timestampMs - b.timestampMs))
        await this.#learn(block).catch((error: unknown) => failed.set(block.hash, error));
      if (this.#clock() >= this.#keptMs + KEEP_EVERY_MS) await this.#keepNow();
      return { missing, failed };
    });
  }

  /** Height of a block that was read, or undefined. @param hash - hex */
  heightOf(hash: string): number | undefined {
    return this.#fund.block(hash)?.height;
  }

  /**
   * Whether nothing is to be learnt of a block: it is of a main chain, or so far below that it must be. One beside the main chain may
   * have become part of it. @param hash - hex
   */
  knows(hash: string): boolean {
    const block = this.#fund.block(hash);
    // One that a chain begins behind is known by name alone: what it builds on is to be learnt.
    if (block === undefined) return hash === NO_BLOCK;
    const isMain = this.#fund.mainHeight(block.chain, hash) !== undefined;
    return isMain || block.height <= this.#fund.deepHeight(block.chain);
  }

  /** No time has a genesis block among its blocks. */
  async #beginAtGenesis(chain: ChainIndex, sinceMs: number): Promise<void> {
    const tip = this.#fund.tip(chain);
    if (tip === undefined ? sinceMs > 0 : tip.height >= 0) return;
    const hash = await this.#asker.mainAt(chain, 0);
    const read = hash === undefined ? undefined : await this.#asker.read(hash);
    if (read === undefined) throw new ReaderError(`chain ${chainName(chain)}: the node has no genesis block`);
    this.#fund.apply(chain, 0, [read.block]);
  }

  /**
   * Time from which on the blocks of a chain are to be read: of its next one, or now if there is none yet. A chain that stands
   * still must not make all others be read again from there: what it has from before a time is read by height.
   */
  async #nextMs(chain: ChainIndex, sinceMs: number, standingMs: number): Promise<number> {
    for (let read = 0; ; read++) {
      const tip = this.#fund.tip(chain);
      if (tip === undefined) return sinceMs;
      const hash = await this.#asker.mainAt(chain, tip.height + 1);
      const next = hash === undefined ? undefined : (await this.#asker.read(hash))?.block;
      if (next === undefined || parentOf(next) !== tip.hash) {
        const common = await this.#commonPoint(chain, tip.height);
        return common.hash === tip.hash && next === undefined ? this.#clock() : common.timestampMs;
      }
      const isStanding = next.timestampMs < standingMs && read < MAX_WAY_BACK;
      // A block of (f, f) needs those first that it takes in.
      if (!isStanding || isWithinGroup({ chain })) return next.timestampMs;
      await this.#apply(chain, [next]);
    }
  }

  /** The highest point of a chain on which the node and the fund agree, or the lowest at which they may differ. */
  async #commonPoint(chain: ChainIndex, tipHeight: number): Promise<ChainPoint> {
    for (let height = tipHeight; ; height--) {
      const point = this.#fund.pointAt(chain, height)!;
      if (height <= this.#fund.deepHeight(chain) || this.#fund.pointAt(chain, height - 1) === undefined)
        return point;
      if ((await this.#asker.mainAt(chain, height)) === point.hash) return point;
    }
  }

  /** A chain on which nothing was found since the beginning begins behind its last block of before. */
  async #beginAtTip(chain: ChainIndex, sinceMs: number): Promise<void> {
    if (this.#fund.tip(chain) !== undefined) return;
    const height = await this.#asker.height(chain);
    let hash = await this.#asker.mainAt(chain, height);
    const since: FundBlock[] = [];
    for (;;) {
      const read = hash === undefined ? undefined : await this.#asker.read(hash);
      if (read === undefined) throw new ReaderError(`chain ${chainName(chain)}: the node has no last block`);
      const { block } = read;
      if (block.timestampMs < sinceMs || block.height === 0) {
        this.#fund.begin(chain, { height: block.height, hash: block.hash, timestampMs: block.timestampMs });
        break;
      }
      if (since.unshift(block) > MAX_WAY_BACK)
        throw new ReaderError(
          `chain ${chainName(chain)}: blocks of the time since the beginning were not told`,
        );
      hash = parentOf(block);
    }
    if (since.length > 0) await this.#apply(chain, since);
  }

  async #readTimes(fromMs: number, untilMs: number): Promise<void> {
    const span = new RangeSpan();
    let ranges = 0;
    for (let at = fromMs; at <= untilMs; ) {
      // A node refuses a time without length.
      const to = Math.max(at + 1, Math.min(at + span.ms, untilMs));
      let chains: readonly (readonly ReadBlock[])[];
      try {
        chains = await this.#asker.between(at, to);
      } catch (error) {
        if (!(error instanceof ReaderError) && span.failed()) continue;
        throw error;
      }
      // What a block of (f, f) has taken in must be there before it.
      const order = [...ALL_CHAINS].sort(
        (a, b) => Number(isWithinGroup({ chain: a })) - Number(isWithinGroup({ chain: b })),
      );
      for (const chain of order)
        await this.#takeRange(
          chain,
          chains[chain]!.map(({ block }) => block),
        );
      span.came(chains.reduce((sum, { length }) => sum + length, 0));
      at = to + 1;
      if (++ranges % RANGES_PER_KEEP === 0) await this.#keepNow();
    }
  }

  /** Takes the main-chain blocks of a time. */
  async #takeRange(chain: ChainIndex, blocks: readonly FundBlock[]): Promise<void> {
    // Each chain goes on from a place of its own, which may be later than where the others do.
    const deep = this.#fund.tip(chain) === undefined ? -1 : this.#fund.deepHeight(chain);
    const fresh = blocks.filter(
      ({ hash, height }) => height > deep && this.#fund.mainHeight(chain, hash) === undefined,
    );
    const [first] = fresh;
    if (first === undefined) return;
    for (const [i, block] of fresh.entries())
      if (i > 0 && parentOf(block) !== fresh[i - 1]!.hash)
        throw new ReaderError(
          `chain ${chainName(chain)} at height ${block.height}: expected a block on ${fresh[i - 1]!.hash}, got ${block.hash}`,
        );
    const tip = this.#fund.tip(chain);
    const isNext = tip === undefined || parentOf(first) === tip.hash;
    await this.#apply(chain, isNext ? fresh : [...(await this.#wayBack(first)), ...fresh]);
  }

  /** Blocks between a block and the main chain, lowest first. */
  async #wayBack(block: FundBlock): Promise<readonly FundBlock[]> {
    const way: FundBlock[] = [];
    for (let hash = parentOf(block); this.#fund.mainHeight(block.chain, hash) === undefined; ) {
      const parent = this.#fund.block(hash) ?? (await this.#asker.read(hash))?.block;
      if (parent === undefined)
        throw new ReaderError(`block ${hash}: the node names it, and does not have it`);
      if (parent.chain !== block.chain || parent.height !== (way[0] ?? block).height - 1)
        throw new ReaderError(
          `block ${hash}: expected one of ${chainName(block.chain)} at height ${(way[0] ?? block).height - 1}, got ` +
            `${chainName(parent.chain)} at ${parent.height}`,
        );
      way.unshift(parent);
      if (way.length > MAX_WAY_BACK || parent.height <= this.#fund.deepHeight(block.chain))
        throw new FarBlockError(
          `chain ${chainName(block.chain)}: ${block.hash} leads back to ${hash} at height ${parent.height}, and not to a ` +
            'block that was read',
        );
      hash = parentOf(parent);
    }
    const lowest = way[0] ?? block;
    this.#checkHeight(lowest, this.#fund.mainHeight(block.chain, parentOf(lowest))! + 1);
    return way;
  }

  /** Puts a block with what leads to it into the fund: on the main chain, or beside it. */
  async #learn(block: FundBlock): Promise<void> {
    const { chain, hash, height } = block;
    if (this.#fund.tip(chain) === undefined || this.knows(hash)) return;
    if (height <= this.#fund.deepHeight(chain)) return this.#fund.note(block);
    const branch = [...(await this.#wayBack(block)), block];
    // Not every block on the tip is of the main chain: templates name uncles, too.
    if (await this.#isMain(block)) await this.#apply(chain, branch);
    else for (const beside of branch) this.#fund.note(beside);
  }

  /** What a block of (f, f) has taken in must be there before it. */
  async #learnSiblings(block: FundBlock): Promise<void> {
    for (const hash of block.deps.slice(3)) {
      if (hash === parentOf(block) || this.#fund.has(hash)) continue;
      const sibling = this.#asker.came(hash) ?? (await this.#asker.read(hash));
      if (sibling !== undefined) await this.#learn(sibling.block);
    }
  }

  async #isMain({ chain, hash, height }: FundBlock): Promise<boolean> {
    return (await this.#asker.mainAt(chain, height)) === hash;
  }

  async #apply(chain: ChainIndex, blocks: readonly FundBlock[]): Promise<void> {
    const judged: FundBlock[] = [];
    const before = parentOf(blocks[0]!);
    let parent = this.#fund.block(before);
    let height = (this.#fund.mainHeight(chain, before) ?? blocks[0]!.height - 1) + 1;
    for (const block of blocks) {
      this.#checkHeight(block, height++);
      if (isWithinGroup(block)) await this.#learnSiblings(block);
      judged.push(await this.#verdicts.judged(block, parent, this.#fund, (hash) => this.#asker.read(hash)));
      parent = block;
    }
    this.#fund.apply(chain, blocks[0]!.height, judged);
    const first = blocks.find(({ transactions }) => transactions.length > 0);
    const takers = first === undefined ? [] : this.#fund.takersOf(chain, first.height);
    // Taken in before it was of the main chain: what was decided about it is asked for now.
    if (takers.length > 0)
      await this.#apply(
        takers[0]!.chain,
        takers.map((taker) => ({ ...taker, conflicted: [] })),
      );
  }

  #checkHeight({ hash, height, ...block }: FundBlock, expected: number): void {
    if (height !== expected)
      throw new ReaderError(
        `block ${hash}: expected a height of ${expected} on ${parentOf(block)}, got ${height}`,
      );
  }

  async #keepNow(): Promise<void> {
    this.#keptMs = this.#clock();
    await this.#keep();
  }

  #inTurn<T>(request: () => Promise<T>): Promise<T> {
    const done = this.#last.then(request, request);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
