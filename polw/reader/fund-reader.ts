/**
 * Reads blocks for a fund: at the start all since a time, then those that templates name. What is read is linked by hash, from one
 * block to the next: where that does not hold, the way back is followed block by block, and a reorganisation is what is found there.
 *
 * One request at a time goes on; a failed one leaves the fund as far as it got, and the next one goes on from there.
 * @module
 */
import { ALL_CHAINS, type ChainIndex, chainName, GROUPS } from '../../protocol/chain.js';
import { NO_BLOCK, parentOf } from '../fund/block-tree.js';
import type { Fund } from '../fund/fund.js';
import type { FundBlock } from '../fund/fund-block.js';
import { isWithinGroup } from '../fund/judge.js';
import { BlockAsker, type ReadAll } from './block-asker.js';
import type { EntryTerms } from './block-entry.js';
import type { BlockSource } from './block-source.js';
import { HistoryReader } from './history-reader.js';
import { FarBlockError, ReaderError } from './reader-error.js';
import { Verdicts } from './verdicts.js';

/** Longest way back from a block to the main chain that is followed. */
const MAX_WAY_BACK = 256;

/** Time between two steps of what is final, ms. */
const KEEP_EVERY_MS = 10_000;

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
  readonly #history: HistoryReader;
  readonly #clock: () => number;
  readonly #keep: () => Promise<void>;
  readonly #verdicts = new Verdicts();
  #keptMs = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ fund, source, terms, clock, keep }: FundReaderModules) {
    this.#fund = fund;
    this.#asker = new BlockAsker({ source, terms, verdicts: this.#verdicts });
    this.#clock = clock;
    this.#keep = keep;
    this.#history = new HistoryReader({
      fund,
      asker: this.#asker,
      clock,
      keep: () => this.#keepNow(),
      chains: {
        apply: (chain, blocks) => this.#apply(chain, blocks),
        wayBack: (block) => this.#wayBack(block),
      },
    });
  }

  /**
   * Reads all blocks since the fund's cursors.
   * @param sinceMs - where a chain without a cursor begins, ms since the epoch; 0 for its genesis block
   * @throws ReaderError, FundError, or the source's error: to be called again
   */
  catchUp(sinceMs: number): Promise<void> {
    return this.#inTurn(() => this.#history.read(sinceMs));
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

  /**
   * Takes in a block of ours, as the bytes that were sent tell it, on the main chain as it is: a template of the node builds on it.
   * No node is asked. What a block of (f, f) decides about others' transfers only a node can tell: `decide` asks for that later.
   * @returns false if it does not follow on the last block, or is of (f, f) and takes in a block that was not read
   */
  take(block: FundBlock): boolean {
    const { chain } = block;
    const tip = this.#fund.tip(chain);
    if (tip?.hash !== parentOf(block) || tip.height + 1 !== block.height) return false;
    if (isWithinGroup(block) && !block.deps.slice(GROUPS - 1).every((hash) => this.#fund.has(hash)))
      return false;
    const decides = this.#fund.takenInBy(block).length > 0;
    this.#fund.apply(chain, block.height, [decides ? { ...block, undecided: true } : block]);
    const [taker, ...above] = this.#fund.takersOf(chain, block.height);
    if (taker !== undefined)
      this.#fund.apply(taker.chain, taker.height, [{ ...taker, undecided: true }, ...above]);
    return true;
  }

  /** Asks what blocks that were taken in have decided. @throws ReaderError, FundError, or the source's error: to be called again */
  decide(): Promise<void> {
    return this.#inTurn(async () => {
      for (const chain of ALL_CHAINS) {
        const first = this.#fund.undecided(chain);
        if (first === undefined) continue;
        const judged: FundBlock[] = [];
        let parent = this.#fund.block(parentOf(first));
        for (const block of this.#fund.blocksFrom(chain, first.height)) {
          judged.push(block.undecided === true ? await this.#judged(block, parent) : block);
          parent = block;
        }
        this.#fund.apply(chain, first.height, [...judged, ...this.#standingOn(judged.at(-1)!)]);
      }
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
    if (await this.#asker.isMain(block)) await this.#apply(chain, branch);
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

  async #apply(chain: ChainIndex, blocks: readonly FundBlock[]): Promise<void> {
    const judged: FundBlock[] = [];
    const before = parentOf(blocks[0]!);
    let parent = this.#fund.block(before);
    let height = (this.#fund.mainHeight(chain, before) ?? blocks[0]!.height - 1) + 1;
    for (const block of blocks) {
      this.#checkHeight(block, height++);
      if (isWithinGroup(block)) await this.#learnSiblings(block);
      judged.push(await this.#judged(block, parent));
      parent = block;
    }
    this.#fund.apply(chain, blocks[0]!.height, [...judged, ...this.#standingOn(judged.at(-1)!)]);
    const first = blocks.find(({ transactions }) => transactions.length > 0);
    const takers = first === undefined ? [] : this.#fund.takersOf(chain, first.height);
    // Taken in before it was of the main chain: what was decided about it is asked for now.
    if (takers.length > 0) await this.#apply(takers[0]!.chain, takers);
  }

  /** A block with what it decides, whatever was known of that. */
  #judged({ undecided, ...block }: FundBlock, parent: FundBlock | undefined): Promise<FundBlock> {
    const unjudged = { ...block, conflicted: [] };
    return this.#verdicts.judged(unjudged, parent, this.#fund, (hash) => this.#asker.read(hash));
  }

  /** What has come meanwhile behind a block of the main chain that is told once more. */
  #standingOn({ chain, hash, height }: FundBlock): readonly FundBlock[] {
    return this.#fund.mainHeight(chain, hash) === undefined ? [] : this.#fund.blocksFrom(chain, height + 1);
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
