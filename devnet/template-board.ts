/**
 * The newest template of each chain, and when each of them is made anew.
 *
 * - A chain that gets a block, main or side, gets a new template at once, with deps that follow the tips.
 * - From then on its template is refreshed every 4 s: a new timestamp, so a new coinbase and another txsHash. Its deps
 *   stay, unless a setting lets those other than the parent move. Nobody is told of a refresh by itself.
 * - A chain that has had no block since somebody last began to listen keeps its template, as on the recorded node.
 * - A chain that was stopped keeps its template after its next block, for good: so does a node that cannot build the next
 *   one (it once met the threshold of Proof of Less Work so). It is dead from then on. So is one whose transactions
 *   cannot be made.
 * - While nobody listens nothing is refreshed; when somebody begins to, all templates are, and their deps stay.
 * @module
 */
import { ALL_CHAINS, type ChainIndex, toGroupOf } from '../protocol/chain.js';
import type { Block } from './block.js';
import type { BodyMaker } from './body.js';
import type { ChainState } from './chain-state.js';
import type { Clock } from './clock.js';
import { depsOf, parentDepOf, tipBefore } from './deps.js';
import type { Rules } from './rules.js';
import { createTemplate, type Template } from './template.js';

/** Settings of a board. */
export interface TemplateBoardOptions {
  readonly refreshMs: number;
  /** Whether a refresh lets the deps other than the parent follow the tips. */
  readonly moveDepsOnRefresh: boolean;
  /** How much older than the template its deps other than the parent must be, ms; 0 by default. */
  readonly depGapMs?: number;
}

interface Slot {
  template: Template;
  /** When the next refresh is due, ms since the epoch, or never. */
  dueAtMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The 16 newest templates. A refresh is made when somebody looks, as of the time when it was due: no timer runs. */
export class TemplateBoard {
  readonly #state: ChainState;
  readonly #rules: Rules;
  readonly #clock: Clock;
  readonly #options: TemplateBoardOptions;
  readonly #slots: Slot[];
  readonly #makeBody: BodyMaker | undefined;
  #miners: readonly Uint8Array[];
  #listening = false;
  /** Chains that get no template after their next block. */
  readonly #stopping = new Set<ChainIndex>();
  /** Chains that got no template after their last block. */
  readonly #dead = new Set<ChainIndex>();

  /**
   * @param miners - lockup script of the reward for each group
   * @param makeBody - makes the templates' transactions; a plain coinbase alone by default
   */
  constructor(
    options: TemplateBoardOptions,
    modules: {
      state: ChainState;
      rules: Rules;
      clock: Clock;
      miners: readonly Uint8Array[];
      makeBody?: BodyMaker | undefined;
    },
  ) {
    this.#options = options;
    this.#state = modules.state;
    this.#rules = modules.rules;
    this.#clock = modules.clock;
    this.#miners = modules.miners;
    this.#makeBody = modules.makeBody;
    this.#slots = ALL_CHAINS.map((chain) => ({ template: this.#makeFirst(chain), dueAtMs: NEVER }));
  }

  /** The newest template of a chain. */
  template(chain: ChainIndex): Template {
    const slot = this.#slots[chain]!;
    const now = this.#clock.now();
    if (slot.dueAtMs <= now) {
      const missed = Math.floor((now - slot.dueAtMs) / this.#options.refreshMs);
      const refreshedAtMs = slot.dueAtMs + missed * this.#options.refreshMs;
      this.#refresh(chain, refreshedAtMs);
      slot.dueAtMs = refreshedAtMs + this.#options.refreshMs;
    }
    return slot.template;
  }

  /** The newest templates, in the order of the chains. */
  all(): Template[] {
    return ALL_CHAINS.map((chain) => this.template(chain));
  }

  /** Sets whether somebody listens. */
  listen(listening: boolean): void {
    if (listening === this.#listening) return;
    this.all();
    this.#listening = listening;
    for (const slot of this.#slots) slot.dueAtMs = NEVER;
    if (listening) this.refresh();
  }

  /** A chain has a new block: its template follows at once. */
  follow(chain: ChainIndex): void {
    const slot = this.#slots[chain]!;
    const template = this.#stopping.has(chain)
      ? undefined
      : this.#make(chain, this.freshDeps(chain), this.#clock.now());
    if (!template) {
      this.#die(chain);
      return;
    }
    slot.template = template;
    if (this.#listening) slot.dueAtMs = this.#clock.now() + this.#options.refreshMs;
  }

  /** Refreshes the templates of all chains, or of some. */
  refresh(chains: readonly ChainIndex[] = ALL_CHAINS): void {
    for (const chain of chains) this.#refresh(chain, this.#clock.now());
  }

  /** Sets the lockup scripts of the rewards, one a group, and refreshes all templates. */
  setMiners(miners: readonly Uint8Array[]): void {
    this.#miners = miners;
    this.refresh();
  }

  /** The deps that the next block of a chain would have as of now. @param atMs - of its template, ms since the epoch */
  freshDeps(chain: ChainIndex, atMs: number = this.#clock.now()): Uint8Array[] {
    const { depGapMs = 0 } = this.#options;
    const tipOf = (other: ChainIndex): Block => {
      const tip = this.#state.tip(other);
      if (depGapMs === 0 || other === chain) return tip;
      return tipBefore(tip, atMs - depGapMs, ({ parent }) => this.#state.get(parent));
    };
    return depsOf(chain, tipOf, (other) => this.#state.genesis(other));
  }

  /** Lockup script of the reward on a chain. */
  minerOf(chain: ChainIndex): Uint8Array {
    return this.#miners[toGroupOf(chain)]!;
  }

  /** Lets a chain make no template after its next block, or from now on. */
  stop(chain: ChainIndex, when: 'block' | 'now'): void {
    this.template(chain);
    this.#stopping.add(chain);
    if (when === 'now') this.#die(chain);
  }

  /** Lets a chain make templates again; the next one at once. */
  resume(chain: ChainIndex): void {
    this.#stopping.delete(chain);
    this.#dead.delete(chain);
    this.follow(chain);
  }

  /** Whether the chain has got no template after its last block. */
  isDead(chain: ChainIndex): boolean {
    return this.#dead.has(chain);
  }

  /** Whether some chain is dead: then the node cannot bring all templates up to date at once. */
  get anyDead(): boolean {
    return this.#dead.size > 0;
  }

  #refresh(chain: ChainIndex, atMs: number): void {
    if (this.#dead.has(chain)) return;
    const slot = this.#slots[chain]!;
    const deps = [...slot.template.header.deps];
    if (this.#options.moveDepsOnRefresh) {
      const parent = parentDepOf(chain);
      for (const [i, dep] of this.freshDeps(chain, atMs).entries()) if (i !== parent) deps[i] = dep;
    }
    // The older one stays where no newer one can be made.
    slot.template = this.#make(chain, deps, atMs) ?? slot.template;
  }

  /** A chain gets no template any more, also where the next one could be made again. */
  #die(chain: ChainIndex): void {
    this.#stopping.add(chain);
    this.#dead.add(chain);
    this.#slots[chain]!.dueAtMs = NEVER;
  }

  #make(chain: ChainIndex, deps: readonly Uint8Array[], atMs: number): Template | undefined {
    const request = { chain, deps, miner: this.minerOf(chain), now: atMs };
    return createTemplate(request, this.#state, this.#rules, this.#makeBody);
  }

  /** Where none can be made, one stands there that is never sent. */
  #makeFirst(chain: ChainIndex): Template {
    const deps = this.freshDeps(chain);
    const template = this.#make(chain, deps, this.#clock.now());
    if (template) return template;
    this.#stopping.add(chain);
    this.#dead.add(chain);
    const request = { chain, deps, miner: this.minerOf(chain), now: this.#clock.now() };
    return createTemplate(request, this.#state, this.#rules);
  }
}
