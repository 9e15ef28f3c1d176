/**
 * Asks a source for blocks, and reads what it says.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import type { ChainIndex } from '../../protocol/chain.js';
import type { FundBlock } from '../fund/fund-block.js';
import {
  type EntryTerms,
  parseBlockEntry,
  parseBlocksByTime,
  parseHashes,
  type ReadBlock,
} from './block-entry.js';
import type { BlockSource } from './block-source.js';
import { ReaderError } from './reader-error.js';
import type { Verdicts } from './verdicts.js';

/** Blocks by hash that are asked for at a time. */
const MAX_AT_ONCE = 8;

/** Blocks by hash that one call asks for: 16 templates name 112, their parents not counted. */
const MAX_ASKED = 1024;

export interface BlockAskerModules {
  readonly source: BlockSource;
  readonly terms: EntryTerms;
  /** Is told of every block that comes. */
  readonly verdicts: Verdicts;
}

/** What came of reading blocks. */
export interface ReadAll {
  /** Those that the node does not have. */
  readonly missing: readonly string[];
  /** Those that could not be read, and why. */
  readonly failed: ReadonlyMap<string, unknown>;
}

/** Every method but `readAll` rejects with a ReaderError for an answer that is none, and with the source's error. */
export class BlockAsker {
  readonly #modules: BlockAskerModules;
  /** Blocks that came since the last `forget`. */
  readonly #came = new BoundedMap<string, ReadBlock>(MAX_ASKED);
  /** Hash of the main chain's block at the height of some of them, by their own. */
  readonly #mainBeside = new BoundedMap<string, string | undefined>(MAX_ASKED);
  /** Of the newest block that came, ms since the epoch. */
  #newestMs = 0;

  constructor(modules: BlockAskerModules) {
    this.#modules = modules;
  }

  /** Forgets what came: it is asked for again. */
  forget(): void {
    this.#came.clear();
    this.#mainBeside.clear();
  }

  /** A block that came since then. */
  came(hash: string): ReadBlock | undefined {
    return this.#came.get(hash);
  }

  /** Height of a chain's last block. */
  height(chain: ChainIndex): Promise<number> {
    return this.#modules.source.height(chain);
  }

  /** The main-chain block of a chain at a height, or undefined if there is none. @returns its hash */
  async mainAt(chain: ChainIndex, height: number): Promise<string | undefined> {
    return parseHashes(await this.#modules.source.hashes(chain, height))[0];
  }

  /** Whether a block that came is of the main chain: as it was told with it, where it was. */
  async isMain({ hash, chain, height }: FundBlock): Promise<boolean> {
    const main = this.#mainBeside.has(hash) ? this.#mainBeside.get(hash) : await this.mainAt(chain, height);
    return main === hash;
  }

  /** Main-chain blocks by chain. @param fromMs - ms since the epoch, included, as is `toMs` */
  async between(fromMs: number, toMs: number): Promise<readonly (readonly ReadBlock[])[]> {
    const { source, terms } = this.#modules;
    const networkMs = this.#newestMs;
    const chains = parseBlocksByTime(await source.blocks(fromMs, toMs), terms);
    for (const read of chains.flat()) this.#note(read, networkMs);
    return chains;
  }

  /** Sees how far the network is, by the last blocks of some chains. */
  async lookAhead(chains: readonly ChainIndex[]): Promise<void> {
    for (const chain of chains) {
      const hash = await this.mainAt(chain, await this.height(chain));
      if (hash !== undefined) await this.read(hash);
    }
  }

  /** A block, or undefined if the node does not have it. */
  async read(hash: string): Promise<ReadBlock | undefined> {
    const networkMs = this.#newestMs;
    return this.#take(hash, await this.#modules.source.block(hash), networkMs);
  }

  /** The same, and whether it is of the main chain. */
  async #readWithMain(hash: string): Promise<ReadBlock | undefined> {
    const { source } = this.#modules;
    if (source.blockWithHashes === undefined) return this.read(hash);
    const networkMs = this.#newestMs;
    const answer = await source.blockWithHashes(hash);
    const read = this.#take(hash, answer?.block, networkMs);
    if (answer?.hashes !== undefined) this.#mainBeside.renew(hash, parseHashes(answer.hashes)[0]);
    return read;
  }

  #take(hash: string, answer: unknown, networkMs: number): ReadBlock | undefined {
    if (answer === undefined) return undefined;
    const read = parseBlockEntry(answer, this.#modules.terms);
    if (read.block.hash !== hash) throw new ReaderError(`block ${hash}: got ${read.block.hash}`);
    this.#note(read, networkMs);
    this.#came.renew(hash, read);
    return read;
  }

  /** Reads some blocks at once: each on its own. Never rejects. */
  async readAll(hashes: readonly string[]): Promise<ReadAll> {
    const missing: string[] = [];
    const failed = new Map<string, unknown>();
    const rest = hashes.slice(0, MAX_ASKED);
    const worker = async (): Promise<void> => {
      for (let hash = rest.shift(); hash !== undefined; hash = rest.shift()) {
        try {
          if ((await this.#readWithMain(hash)) === undefined) missing.push(hash);
        } catch (error) {
          failed.set(hash, error);
          // Where all of them fail, the node is not asked for each of the others, too.
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_AT_ONCE, rest.length) }, worker));
    const [error] = failed.values();
    for (const hash of rest) failed.set(hash, error);
    return { missing, failed };
  }

  #note(read: ReadBlock, networkMs: number): void {
    this.#modules.verdicts.note(read, networkMs);
    this.#newestMs = Math.max(this.#newestMs, read.block.timestampMs);
  }
}
