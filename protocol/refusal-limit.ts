/**
 * How many blocks a node may refuse, for no reason that can be seen, before work on a template, or on a chain, ends.
 *
 * A node says no more than no. Most refusals are explained soon: somebody else was faster, and the chain's next parent
 * comes. What is left is a node that takes nothing: its templates are used up, forgotten, or it cannot build the block.
 * Whoever went on would find block after block for nothing.
 * @module
 */
import { CHAINS, type ChainIndex } from './chain.js';

/** Refusals after which a template is worked on no more. A node takes one block a template, and answers at once. */
export const MAX_REFUSED_ON_A_TEMPLATE = 3;

/** Refusals without an explanation after which a chain gets one try a parent. */
export const MAX_REFUSED_ON_A_CHAIN = 6;

/** A new parent explains the refusals of this time before it, ms: the block of somebody else was on its way. */
export const EXPLAINED_WITHIN_MS = 2_000;

interface ChainRefusals {
  /** When blocks on the present parent were refused. */
  times: number[];
  /** Refusals on parents before, that nothing has explained. */
  unexplained: number;
}

/** Pure: time comes in as an argument, in ms, and never goes back. */
export class RefusalLimit {
  readonly #templates = new WeakMap<object, number>();
  readonly #chains: ChainRefusals[] = Array.from({ length: CHAINS }, () => ({ times: [], unexplained: 0 }));

  /**
   * A block was refused, or never answered, and nothing says why.
   * @param template - any object that stands for it
   * @returns whether it was the one too many: `mayWork` has become false for this template
   */
  refused(chain: ChainIndex, template: object, nowMs: number): boolean {
    const before = this.mayWork(chain, template);
    this.#templates.set(template, (this.#templates.get(template) ?? 0) + 1);
    const { times } = this.#chains[chain]!;
    if (times.length < MAX_REFUSED_ON_A_CHAIN) times.push(nowMs);
    return before && !this.mayWork(chain, template);
  }

  /** The node took a block of this chain. */
  accepted(chain: ChainIndex): void {
    this.#chains[chain] = { times: [], unexplained: 0 };
  }

  /** The chain has another parent. */
  newParent(chain: ChainIndex, nowMs: number): void {
    const refusals = this.#chains[chain]!;
    const unexplained = refusals.times.filter((ms) => nowMs - ms > EXPLAINED_WITHIN_MS).length;
    refusals.unexplained = Math.min(MAX_REFUSED_ON_A_CHAIN, refusals.unexplained + unexplained);
    refusals.times = [];
  }

  /** Whether a block of this template is worth a try. */
  mayWork(chain: ChainIndex, template: object): boolean {
    if ((this.#templates.get(template) ?? 0) >= MAX_REFUSED_ON_A_TEMPLATE) return false;
    const { times, unexplained } = this.#chains[chain]!;
    return times.length === 0 || times.length + unexplained < MAX_REFUSED_ON_A_CHAIN;
  }

  /** Another node, or the same one started again: what was refused says nothing of it. Templates stay as they are. */
  forgetChains(): void {
    for (let chain = 0; chain < CHAINS; chain++) this.accepted(chain);
  }
}
