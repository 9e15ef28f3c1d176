/**
 * Reads the history of a fund: all blocks since its cursors, by time; of a chain that stands still, by height.
 * @module
 */
import { ALL_CHAINS, type ChainIndex, chainName } from '../../protocol/chain.js';
import { type ChainPoint, parentOf } from '../fund/block-tree.js';
import type { Fund } from '../fund/fund.js';
import type { FundBlock } from '../fund/fund-block.js';
import { isWithinGroup } from '../fund/judge.js';
import type { BlockAsker } from './block-asker.js';
import type { ReadBlock } from './block-entry.js';
import { RangeSpan } from './range-span.js';
import { ReaderError } from './reader-error.js';

/** Longest way back from a chain's last block to the time from which on it is read. */
const MAX_BLOCKS_BACK = 256;

/** A chain whose next block is so much older than what is known of others stands still, ms. */
const STANDING_MS = 1_800_000;

/** Times that are read before what is final is handed on. */
const RANGES_PER_KEEP = 16;

export interface HistoryReaderModules {
  readonly fund: Fund;
  readonly asker: BlockAsker;
  /** ms since the epoch. */
  clock(): number;
  /** Settles and keeps what has become final. */
  keep(): Promise<void>;
  readonly chains: {
    /** Puts blocks into the fund, with what they decide: on the main chain. */
    apply(chain: ChainIndex, blocks: readonly FundBlock[]): Promise<void>;
    /** Blocks between a block and the main chain, lowest first. */
    wayBack(block: FundBlock): Promise<readonly FundBlock[]>;
  };
}

export class HistoryReader {
  readonly #fund: Fund;
  readonly #asker: BlockAsker;
  readonly #clock: () => number;
  readonly #keep: () => Promise<void>;
  readonly #chains: HistoryReaderModules['chains'];

  constructor({ fund, asker, clock, keep, chains }: HistoryReaderModules) {
    this.#fund = fund;
    this.#asker = asker;
    this.#clock = clock;
    this.#keep = keep;
    this.#chains = chains;
  }

  /**
   * Reads all blocks since the fund's cursors.
   * @param sinceMs - where a chain without a cursor begins, ms since the epoch; 0 for its genesis block
   * @throws ReaderError, FundError, or the source's error: to be called again
   */
  async read(sinceMs: number): Promise<void> {
    for (const chain of ALL_CHAINS) await this.#beginAtGenesis(chain, sinceMs);
    // Then what the past has decided is known to be decided, and is not asked for once more.
    await this.#asker.lookAhead(ALL_CHAINS.filter((chain) => isWithinGroup({ chain })));
    const untilMs = this.#clock();
    let fromMs = untilMs;
    const newestMs = Math.max(0, ...ALL_CHAINS.map((chain) => this.#fund.tip(chain)?.timestampMs ?? 0));
    for (const chain of ALL_CHAINS)
      fromMs = Math.min(fromMs, await this.#nextMs(chain, sinceMs, newestMs - STANDING_MS));
    await this.#readTimes(fromMs, untilMs);
    for (const chain of ALL_CHAINS) await this.#beginAtTip(chain, sinceMs);
    await this.#keep();
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
      const isStanding = next.timestampMs < standingMs && read < MAX_BLOCKS_BACK;
      // A block of (f, f) needs those first that it takes in.
      if (!isStanding || isWithinGroup({ chain })) return next.timestampMs;
      await this.#chains.apply(chain, [next]);
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
      if (since.unshift(block) > MAX_BLOCKS_BACK)
        throw new ReaderError(
          `chain ${chainName(chain)}: blocks of the time since the beginning were not told`,
        );
      hash = parentOf(block);
    }
    if (since.length > 0) await this.#chains.apply(chain, since);
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
      if (++ranges % RANGES_PER_KEEP === 0) await this.#keep();
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
    await this.#chains.apply(chain, isNext ? fresh : [...(await this.#chains.wayBack(first)), ...fresh]);
  }
}
