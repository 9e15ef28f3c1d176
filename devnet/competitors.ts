/**
 * Competing miners: they really hash, at a given rate, and what they find are blocks like any others. How often they
 * find one, and on which chain, is thus left to chance as on a real network.
 *
 * The hashing is done in this process, a slice at a time. What a machine cannot keep up with is lost, and counted:
 * `@noble/hashes` makes some 100,000 hashes a second and leaves little time for anything else, so higher rates need a
 * faster kernel.
 * @module
 */
import { CHAINS, type ChainIndex } from '../protocol/chain.js';
import { targetBytes, targetOfBits } from '../protocol/target.js';
import {
  type NonceRange,
  nonceOf,
  PREFIX_BYTES,
  type SearchKernel,
  type SearchResult,
} from '../shaders/search.js';
import type { Timer } from './clock.js';
import type { DevnetNode } from './node.js';
import type { Random } from './random.js';
import { blockOf, type Template } from './template.js';
import { TemplateBoard } from './template-board.js';

/** Settings of the competing miners. */
export interface CompetitorOptions {
  /** Hashes per second, above 0. */
  readonly rate: number;
  /** How much later than everybody else they hear of a block, ms. */
  readonly latencyMs: number;
  /** How often their templates get a new timestamp, ms. */
  readonly refreshMs: number;
  /** As of the node's own templates. */
  readonly depGapMs: number;
}

/** The parts that competing miners need. */
export interface CompetitorModules {
  readonly node: DevnetNode;
  /** Lockup scripts of their rewards, one a group. */
  readonly miners: readonly Uint8Array[];
  readonly kernel: SearchKernel;
  /** Hashes that are made before anything else gets its turn. */
  readonly sliceHashes: number;
  readonly random: Random;
}

const MIN_TICK_MS = 5;
const MAX_TICK_MS = 50;
/** Longest that hashing may lag behind, ms: what is owed for longer is lost. */
const MAX_DEBT_MS = 500;

/** The competing miners. */
export class Competitors {
  readonly #options: CompetitorOptions;
  readonly #modules: CompetitorModules;
  readonly #board: TemplateBoard;
  readonly #tickMs: number;
  readonly #stopListening: () => void;
  #timer: Timer | undefined;
  #lastMs: number;
  #owed = 0;
  #hashes = 0;
  #lost = 0;
  #closed = false;

  constructor(options: CompetitorOptions, modules: CompetitorModules) {
    const { node, miners, sliceHashes } = modules;
    this.#options = options;
    this.#modules = modules;
    this.#board = new TemplateBoard(
      { refreshMs: options.refreshMs, moveDepsOnRefresh: options.depGapMs > 0, depGapMs: options.depGapMs },
      {
        state: node.state,
        rules: node.rules,
        clock: node.clock,
        miners,
        makeBody: node.coins?.othersBodies(),
      },
    );
    this.#board.listen(true);
    // A slice makes one block at most: on a fast network slices are more than blocks.
    const sliceMs = Math.min((1000 * sliceHashes) / options.rate, node.rules.blockTimeMs / CHAINS / 2);
    this.#tickMs = Math.min(MAX_TICK_MS, Math.max(MIN_TICK_MS, sliceMs));
    this.#lastMs = node.clock.now();
    this.#stopListening = node.onBlock(({ block }) => this.#hear(block.chain));
    this.#wait();
  }

  /** Hashes that were made so far. */
  get hashes(): number {
    return this.#hashes;
  }

  /** Hashes that should have been made and were not: the machine is too slow, or time was put ahead. */
  get lost(): number {
    return this.#lost;
  }

  close(): void {
    this.#closed = true;
    this.#stopListening();
    this.#timer?.cancel();
  }

  #hear(chain: ChainIndex): void {
    if (this.#options.latencyMs === 0) this.#board.follow(chain);
    else this.#modules.node.clock.after(this.#options.latencyMs, () => this.#board.follow(chain));
  }

  #wait(): void {
    if (this.#closed) return;
    this.#timer = this.#modules.node.clock.after(this.#tickMs, () => this.#tick());
  }

  #tick(): void {
    const { node, kernel, random, sliceHashes } = this.#modules;
    const now = node.clock.now();
    const elapsedMs = now - this.#lastMs;
    this.#lastMs = now;
    this.#owed += (this.#options.rate * elapsedMs) / 1000;
    const most = Math.max(sliceHashes, (this.#options.rate * MAX_DEBT_MS) / 1000);
    if (this.#owed > most) {
      this.#lost += Math.round(this.#owed - most);
      this.#owed = most;
    }
    const count = Math.min(sliceHashes, Math.floor(this.#owed));
    if (count < 1) {
      this.#wait();
      return;
    }
    this.#owed -= count;
    this.#hashes += count;
    const template = this.#board.template(Math.floor(random.next() * CHAINS));
    const prefix = random.bytes(PREFIX_BYTES);
    const target = targetBytes(targetOfBits(template.header.targetBits));
    const { headerBlob, chain } = template;
    const range: NonceRange = { headerBlob, chain, target, prefix, start: 0n, count };
    const result = kernel.search(range);
    // A kernel that answers at once keeps the order of things under a clock that stands still.
    if (result instanceof Promise) {
      result.then((later) => this.#take(template, range, later)).catch(() => this.close());
    } else {
      this.#take(template, range, result);
    }
  }

  #take(template: Template, range: NonceRange, { finds }: SearchResult): void {
    if (this.#closed) return;
    // One block a template: for further finds on it real miners would get nothing either.
    const counter = finds[0];
    if (counter !== undefined) this.#modules.node.addBlock(blockOf(template, nonceOf(range.prefix, counter)));
    this.#wait();
  }
}
