/**
 * Funded nodes over nodes and a fund that do what the test says.
 * @module
 */
import type { Authorizations } from '../../polw/authorizations/authorization.js';
import { walkTransactions } from '../../polw/builder/transaction-list.js';
import type { Find } from '../../polw/fund/finds.js';
import type { Coin, CoinsAnswer, CoinsInView, TemplateView } from '../../polw/fund/fund-block.js';
import { FundedNodes } from '../../polw/funded-nodes.js';
import type { WalkResult } from '../../polw/lists/list-walker.js';
import { CHAINS } from '../../protocol/chain.js';
import { MAINNET_EMISSION } from '../../protocol/emission.js';
import type { Job } from '../../protocol/job.js';
import { endOfScript } from '../../protocol/transaction-decoder.js';
import { closers } from './closers.js';
import { ManualNodes, ToldEvents } from './manual-nodes.js';
import { makeCoins, recordedAuthorizations } from './polw-templates.js';

const ALPH = 10n ** 18n;

/** A fund of which the test says what it holds: at first 1 ALPH and some for each chain. */
export class ManualFund {
  readonly views: TemplateView[] = [];
  /** By chain. */
  readonly coins: (readonly Coin[])[] = Array.from({ length: CHAINS }, (_, chain) =>
    makeCoins(chain, [ALPH, ALPH / 5n, ALPH / 5n]),
  );
  sent = 0n;
  #looks = 0;
  behind = false;
  /** Blocks that it does not know, hex. */
  readonly unread = new Set<string>();
  /** Whether it takes parents that it does not know for others' blocks. */
  guesses = false;
  /** Set, it is thrown in place of an answer. */
  fault: Error | undefined;

  coinsFor(view: TemplateView): CoinsAnswer {
    this.views.push(view);
    if (this.fault !== undefined) throw this.fault;
    if (this.behind) return { kind: 'unknown', hashes: [view.deps[0]!] };
    const unread = view.deps.filter((hash) => this.unread.has(hash));
    if (unread.length > 0) return { kind: 'unknown', hashes: unread };
    return this.#coinsOf(view);
  }

  /** A test may have changed the coins. */
  get revision(): number {
    return this.#looks++;
  }

  guessFor(view: TemplateView): CoinsInView | undefined {
    return this.guesses ? this.#coinsOf(view) : undefined;
  }

  #coinsOf({ chain }: TemplateView): CoinsInView {
    return { kind: 'coins', coins: this.coins[chain]!, sent: this.sent };
  }
}

/** Walks at once, or when the test says so. */
export class LateWalker {
  late = false;
  readonly waiting: (() => void)[] = [];

  walk(txsBlob: Uint8Array, done: (result: WalkResult) => void): void {
    const walk = () => done(walkTransactions(txsBlob, endOfScript));
    if (this.late) this.waiting.push(walk);
    else queueMicrotask(walk);
  }

  close(): void {}
}

export interface FundedLab {
  readonly funded: FundedNodes;
  readonly nodes: ManualNodes;
  readonly fund: ManualFund;
  readonly walker: LateWalker;
  readonly told: ToldEvents;
  /** By hash, hex. */
  readonly heights: Map<string, number>;
  readonly finds: Find[];
}

/** Open, and closed with the test. */
export function openFunded(authorizations: Authorizations = recordedAuthorizations()): FundedLab {
  const [nodes, fund, walker, told] = [
    new ManualNodes(),
    new ManualFund(),
    new LateWalker(),
    new ToldEvents(),
  ];
  const heights = new Map<string, number>();
  const finds: Find[] = [];
  const funded = new FundedNodes({
    nodes,
    funds: fund,
    authorizations,
    emission: MAINNET_EMISSION,
    uncleHeight: (hash) => heights.get(hash),
    onFind: (find) => finds.push(find),
    walker,
  });
  closers.push(() => funded.close());
  funded.open(told);
  return { funded, nodes, fund, walker, told, heights, finds };
}

/** One node, which leads with these jobs. */
export function lead(lab: FundedLab, jobs: readonly Job[]): void {
  const [session] = lab.nodes.connect([1]);
  lab.nodes.lead(session!, jobs);
}

/** The next jobs of that node. */
export function next(lab: FundedLab, jobs: readonly Job[], standing: readonly number[] = []): void {
  lab.nodes.events!.onJobs(lab.nodes.nodes[0]!.session!, jobs, standing);
}
