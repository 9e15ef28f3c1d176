/**
 * A further REST API of a simulated network: a node that hears of the same blocks, later or not at all for a while, and that may
 * have a mempool of its own. It keeps chains and coins of its own, by the same rules, so that whatever it answers goes together.
 * @module
 */
import type { Block } from './block.js';
import type { Clock, Timer } from './clock.js';
import { TransferPool } from './coins/transfer-pool.js';
import { type KeptChains, openChains } from './kept-chains.js';
import type { DevnetNode } from './node.js';
import type { DevnetSettings } from './options.js';
import type { RestNode } from './rest-route.js';

/** What a face sees. */
export interface FaceView {
  /** How much later than the node it hears of blocks, ms of the node's time. */
  readonly lagMs: number;
  /** Whether it hears of no blocks at all. Those that it missed come when this ends. */
  readonly frozen: boolean;
  /**
   * `shared`: what waits is what waits on the node. `own`: it hears of nobody's transfers, and nobody hears of those that it
   * takes; setting it anew makes it forget them.
   */
  readonly mempool: 'shared' | 'own';
  /** Whether it says that it is synced; as the node does where it is undefined. */
  readonly synced: boolean | undefined;
}

/** Blocks that a face can miss; from then on it hears of the oldest. */
export const MAX_MISSED_BLOCKS = 100_000;

const WHOLE_VIEW: FaceView = { lagMs: 0, frozen: false, mempool: 'shared', synced: undefined };

/** The face. */
export class Face {
  readonly node: RestNode;
  readonly #chains: KeptChains;
  readonly #source: DevnetNode;
  readonly #clock: Clock;
  /** Blocks that it has not heard of, oldest first. */
  readonly #coming: { readonly block: Block; readonly atMs: number }[] = [];
  readonly #stopListening: () => void;
  #view = WHOLE_VIEW;
  #timer: Timer | undefined;

  /** @param saved - the node's blocks as of now */
  constructor(settings: DevnetSettings, source: DevnetNode, saved: string) {
    const { statePath: _, ...own } = settings;
    this.#source = source;
    this.#clock = source.clock;
    this.#chains = openChains(own, source.clock, saved);
    const { state, coins } = this.#chains;
    if (coins && source.coins) coins.pool = source.coins.pool;
    const { rules, board, clock } = source;
    this.node = { state, coins, rules, board, clock };
    this.#stopListening = source.onBlock(({ block }) => {
      this.#coming.push({ block, atMs: clock.now() });
      this.#hear();
    });
  }

  get view(): FaceView {
    return this.#view;
  }

  /** Changes some of what it sees. */
  set(view: Partial<FaceView>): void {
    this.#view = { ...this.#view, ...view };
    const { coins } = this.#chains;
    const shared = this.#source.coins?.pool;
    if (view.mempool !== undefined && coins && shared)
      coins.pool = view.mempool === 'shared' ? shared : new TransferPool(() => this.#clock.now());
    this.#hear();
  }

  close(): void {
    this.#stopListening();
    this.#timer?.cancel();
  }

  /** Takes the blocks that are due, and waits for the next one. */
  #hear(): void {
    this.#timer?.cancel();
    const { lagMs, frozen } = this.#view;
    const now = this.#clock.now();
    const isDue = (): boolean => {
      const [first] = this.#coming;
      if (!first) return false;
      return this.#coming.length > MAX_MISSED_BLOCKS || (!frozen && first.atMs + lagMs <= now);
    };
    while (isDue()) this.#chains.state.add(this.#coming.shift()!.block);
    if (frozen) return;
    const next = this.#coming[0];
    if (next) this.#timer = this.#clock.after(next.atMs + lagMs - now, () => this.#hear());
  }
}
