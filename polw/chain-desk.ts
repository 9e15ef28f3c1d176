/**
 * One chain: from the node's newest job to a job with a coinbase of ours, or to the reason why there is none.
 *
 * The unit is a parent: all templates on it spend the same coins by one plan of change, and use one authorization.
 * @module
 */
import { BoundedMap } from '../protocol/bounded-map.js';
import { bytesToHex, equalBytes, hexToBytes } from '../protocol/bytes.js';
import type { ChainIndex } from '../protocol/chain.js';
import type { Uncle } from '../protocol/coinbase.js';
import { MAX_UNCLE_AGE } from '../protocol/emission.js';
import { type Job, nodeKeepsTxs, txsBytesOf } from '../protocol/job.js';
import type { PaidUncle } from '../protocol/polw-coinbase.js';
import { Approach } from './approach.js';
import { type Authorization, type Authorizations, isAuthorized } from './authorizations/authorization.js';
import { type CoinPlan, planCoins } from './builder/coin-plan.js';
import { CoinbaseRuleError } from './builder/coinbase-check.js';
import { createFundedJob, type FundedJob } from './builder/funded-job.js';
import type { TemplateTerms, TermsReader } from './builder/polw-network.js';
import { listSpends, NO_TRANSACTIONS, type TransactionList } from './builder/transaction-list.js';
import type { ChainState, UnfundedReason } from './chain-state.js';
import { type DeskOutcome, NOTHING, unfunded, unfundedCoins, WAITING } from './desk-outcome.js';
import type { Coin, CoinsAnswer, CoinsInView, TemplateView } from './fund/fund-block.js';
import { FundError } from './fund/fund-error.js';
import type { ListAnswer } from './lists/template-lists.js';
import { parentHexOf, seenOf, viewOf } from './template-view.js';

/** What a chain's desk asks others. */
export interface ChainDeskModules {
  readonly coinsFor: (view: TemplateView) => CoinsAnswer;
  /** The same if its parent, which is not known, touches no coins of ours; undefined where that can't be told. @param height - of the template */
  readonly guessFor: (view: TemplateView, height: number) => CoinsInView | undefined;
  /** As long as it stays, an answer of `coinsFor` with coins stays. */
  readonly revision: () => number;
  readonly terms: TermsReader;
  /** Those of now. */
  readonly authorizations: () => Authorizations;
  readonly listOf: (chain: ChainIndex, txsBlob: Uint8Array) => ListAnswer;
  /** Height of a block that a template names as an uncle, or undefined while it is not known. @param hash - hex */
  readonly uncleHeight: (hash: string) => number | undefined;
}

/** Parents of a chain whose plan is remembered: a node that steps back, or another node, brings them again. */
const MAX_PLANS = 16;

/** How long the job before, or one on a guess, is mined while what a new one takes is not known yet, ms. */
const HOLD_MS = 2_000;

interface Funding {
  /** As it came from the node last. */
  source: Job;
  /** Of the fund, when its coins were asked for. */
  readonly revision: number;
  /** What it builds on, hex. */
  readonly parent: string;
  readonly view: TemplateView;
  readonly funded: FundedJob;
  readonly outcome: DeskOutcome;
  /** Whether an uncle was left out whose height is not known yet. */
  readonly uncleMissing: boolean;
}

interface Template {
  readonly job: Job;
  readonly terms: TemplateTerms;
  readonly parent: string;
  readonly view: TemplateView;
  readonly authorization: Authorization;
  readonly list: TransactionList;
  readonly listFault: string | undefined;
  readonly minerData: Uint8Array;
  readonly uncles: readonly PaidUncle[];
  readonly uncleMissing: boolean;
  readonly coins: readonly Coin[];
  readonly sent: bigint;
  readonly guessed: boolean;
}

/** One chain of a set of nodes. */
export class ChainDesk {
  readonly chain: ChainIndex;
  readonly #modules: ChainDeskModules;
  readonly #approach: Approach;
  /** By parent. */
  readonly #plans = new BoundedMap<string, CoinPlan>(MAX_PLANS);
  /** Of templates that burn, by parent. */
  readonly #heights = new BoundedMap<string, number>(MAX_PLANS);
  /** The last parent on which a guess was wrong. */
  #misguessed: string | undefined;
  #authorization: { readonly parent: string; readonly authorization: Authorization } | undefined;
  /** The parent whose blocks go without other transactions. */
  #bareParent: string | undefined;
  /** Of this session. */
  #last: Funding | undefined;
  #handed: Job | undefined;
  #waitingSinceMs: number | undefined;
  #state: ChainState = NOTHING.state;

  constructor(chain: ChainIndex, modules: ChainDeskModules) {
    this.chain = chain;
    this.#modules = modules;
    this.#approach = new Approach(modules);
  }

  get state(): ChainState {
    return this.#state;
  }

  /** Whether what its template takes is not known yet. */
  get waits(): boolean {
    return this.#waitingSinceMs !== undefined;
  }

  /** The job that was handed on last, ours or the node's. */
  get handed(): Job | undefined {
    return this.#handed;
  }

  /** Whether a job is on another parent than the one that is mined. */
  isNewParent(job: Job): boolean {
    const last = this.#last;
    return last !== undefined && last.source !== job && parentHexOf(job) !== last.parent;
  }

  /** Whether a job is another one on the parent that is mined, so that the one before does for a while. */
  isRefresh(job: Job): boolean {
    const last = this.#last;
    if (last === undefined || this.#state.kind !== 'funded' || this.#handed === undefined) return false;
    return !isSame(last.source, job) && parentHexOf(job) === last.parent;
  }

  /** Whether nothing that the fund has learnt since it was last asked changes what is handed on. */
  get isSettled(): boolean {
    const [state, last] = [this.#state, this.#last];
    if (state.kind !== 'funded') return state.kind === 'plain' && state.closeness === 'far';
    if (last === undefined || last.uncleMissing || last.outcome.guessed === true) return false;
    return last.revision === this.#modules.revision();
  }

  /** Height of blocks on a parent, of a template that burns; undefined if that is long gone. @param parent - hex */
  heightOn(parent: string): number | undefined {
    return this.#heights.get(parent);
  }

  /** Whether the parent is not known yet, and jobs on it go by a guess. @param parent - hex */
  isGuess(parent: string): boolean {
    return this.#last?.parent === parent && this.#last.outcome.guessed === true;
  }

  /** Whether a guess about the parent was wrong: coins of the first jobs on it were gone. @param parent - hex */
  wasMisguessed(parent: string): boolean {
    return this.#misguessed === parent;
  }

  /** Another session leads: what the one before handed out is not mined any more. */
  startSession(): void {
    this.#last = undefined;
    this.#handed = undefined;
    this.#waitingSinceMs = undefined;
    this.#state = NOTHING.state;
  }

  /**
   * A block with other transactions was refused: the chain does without them until its next parent.
   * @param parent - of that block, hex
   */
  goBare(parent: string): void {
    this.#bareParent = parent;
    if (this.#last?.parent === parent) this.#last = undefined;
  }

  /**
   * What to hand on for the node's newest job.
   * @param standing - whether the node stands still on this chain
   * @param fresh - whether what the job rests on may have changed since it was last asked for
   */
  take(job: Job, standing: boolean, fresh: boolean, nowMs: number): DeskOutcome {
    const outcome = this.#hold(this.#outcomeOrFault(job, standing, fresh), nowMs);
    const { kind } = outcome.state;
    // What is not mined any more must not come back, neither with the same template nor while another one waits.
    if (kind !== 'funded' && kind !== 'waiting') this.#last = undefined;
    this.#state = outcome.state;
    this.#handed = outcome.job;
    return outcome;
  }

  /** For a moment, while a new template waits, the job before it is the one, or the guess. */
  #hold(outcome: DeskOutcome & { behind?: UnfundedReason }, nowMs: number): DeskOutcome {
    const { state, guessed = false } = outcome;
    if (state.kind !== 'waiting' && !guessed) {
      this.#waitingSinceMs = undefined;
      return outcome;
    }
    this.#waitingSinceMs ??= nowMs;
    if (nowMs - this.#waitingSinceMs < HOLD_MS) return guessed ? outcome : { state, job: this.#handed };
    return outcome.behind === 'listBehind'
      ? unfunded('listBehind', 'its transactions have not been read yet')
      : unfunded('fundBehind', 'the fund has not read the blocks that its template builds on');
  }

  /** A fund that is not what it should be stops its chain, and nothing else. */
  #outcomeOrFault(job: Job, standing: boolean, fresh: boolean): DeskOutcome & { behind?: UnfundedReason } {
    try {
      return this.#outcomeOf(job, standing, fresh);
    } catch (error) {
      if (!(error instanceof FundError)) throw error;
      return unfunded('fault', error.message);
    }
  }

  #outcomeOf(job: Job, standing: boolean, fresh: boolean): DeskOutcome & { behind?: UnfundedReason } {
    const last = this.#last;
    if (last !== undefined && isSame(last.source, job) && !nodeKeepsTxs(job.txsBlob)) {
      last.source = job;
      this.#heights.set(last.parent, job.height);
      return fresh ? this.#lookedAgain(last, job) : last.outcome;
    }
    const closeness = this.#modules.terms.closenessOf(job.headerBlob);
    if (closeness !== 'active') {
      const stopped = standing && closeness === 'close' && nodeKeepsTxs(job.txsBlob);
      return stopped
        ? unfunded('nodeCannotBuild', 'its node cannot build blocks of Proof of Less Work')
        : { state: this.#approach.stateOf(job, closeness, fresh), job };
    }
    this.#heights.set(parentHexOf(job), job.height);
    if (nodeKeepsTxs(job.txsBlob)) return { state: { kind: 'nodeBuilt' }, job };
    return this.#fund(job);
  }

  /** A job that is funded, where what it rests on may have changed. */
  #lookedAgain(last: Funding, job: Job): DeskOutcome & { behind?: UnfundedReason } {
    const spends = this.#stillSpends(last);
    return spends && !last.uncleMissing ? this.#last!.outcome : this.#fund(job);
  }

  /** Whether a funded job's coins are still there; what there is now is noted. */
  #stillSpends(last: Funding): boolean {
    const { view, funded, outcome } = last;
    const answer = this.#modules.coinsFor(view);
    if (answer.kind === 'unknown') return true;
    if (!areAmong(funded.plan.inputs, answer.coins)) return false;
    const { state } = outcome;
    if (state.kind === 'funded') {
      const coins = seenOf(unspentBy(funded.list, answer.coins), answer.sent);
      const revision = this.#modules.revision();
      this.#last = { ...last, revision, outcome: { job: outcome.job, state: { ...state, coins } } };
    }
    return true;
  }

  #fund(job: Job): DeskOutcome & { behind?: UnfundedReason } {
    const parent = parentHexOf(job);
    const authorization = this.#authorizationFor(parent);
    if (typeof authorization === 'string') return unfunded('notAuthorized', authorization);
    const answer = this.#modules.listOf(this.chain, txsBytesOf(job.txsBlob));
    if (answer.kind === 'walking') return { ...WAITING, behind: 'listBehind' };
    const view = viewOf(job);
    const known = this.#modules.coinsFor(view);
    const coins = known.kind === 'coins' ? known : this.#modules.guessFor(view, job.height);
    if (coins === undefined) return { ...WAITING, behind: 'fundBehind' };
    const terms = this.#termsOf(job);
    if (typeof terms === 'string') return unfunded('fault', terms);
    if (terms === undefined) return { state: this.#approach.stateOf(job, 'close', true), job };
    if (answer.kind === 'fault')
      return unfunded('badTemplate', `its template can't be read: ${answer.detail}`);
    const { list, coinbase } = answer;
    const bare = this.#bareParent === parent;
    const uncles = coinbase.uncles.flatMap((uncle) => this.#paidUncle(uncle, job.height));
    const last = this.#last;
    const replaces = last?.parent === parent && !areAmong(last.funded.plan.inputs, coins.coins);
    if (replaces && last.outcome.guessed === true) this.#misguessed = parent;
    const guessed = known.kind === 'unknown';
    const outcome = this.#build({
      job,
      terms,
      parent,
      view,
      authorization,
      list: bare ? NO_TRANSACTIONS : list,
      listFault: bare ? 'a block with them was refused' : undefined,
      minerData: coinbase.minerData,
      uncles: uncles.filter((uncle) => uncle !== undefined),
      uncleMissing: uncles.includes(undefined),
      coins: coins.coins,
      sent: coins.sent,
      guessed,
    });
    // Its parent may bring what is missing.
    if (guessed && outcome.job === undefined) return { ...WAITING, behind: 'fundBehind' };
    return replaces ? { ...outcome, replaces } : outcome;
  }

  /** In words what is wrong where a template's time or target is none that the network could have. */
  #termsOf(job: Job): TemplateTerms | string | undefined {
    try {
      return this.#modules.terms.termsOf(job.headerBlob);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return `its template is none of this network: ${error.message}`;
    }
  }

  /** The one that its parent's blocks began with, or its fault. */
  #authorizationFor(parent: string): Authorization | string {
    if (this.#authorization?.parent === parent) return this.#authorization.authorization;
    const found = this.#modules.authorizations().chains[this.chain];
    if (found === undefined) return 'there is no authorization for it';
    if (!isAuthorized(found)) return found.fault;
    this.#authorization = { parent, authorization: found };
    return found;
  }

  /** Nothing where it can't be one, undefined while its height is not known. */
  #paidUncle(uncle: Uncle, height: number): (PaidUncle | undefined)[] {
    const uncleHeight = this.#modules.uncleHeight(bytesToHex(uncle.hash));
    if (uncleHeight === undefined) return [undefined];
    const heightDifference = height - uncleHeight;
    if (heightDifference < 1 || heightDifference > MAX_UNCLE_AGE) return [];
    return [{ ...uncle, heightDifference }];
  }

  #build(template: Template): DeskOutcome {
    const coins = unspentBy(template.list, template.coins);
    const seen = seenOf(coins, template.sent);
    const { burnt } = template.terms;
    try {
      const funded = this.#tryPlans(template, coins);
      if (funded === 'reward') return unfunded('noReward', 'its reward would be dust');
      if (funded === undefined) return unfundedCoins(seen, burnt);
      const outcome: DeskOutcome = {
        state: {
          kind: 'funded',
          burnt,
          coins: seen,
          transactions: template.list.count,
          listFault: template.listFault,
        },
        job: this.#sameOr(funded.job),
        ...(template.guessed && { guessed: true }),
      };
      const { job: source, parent, view, uncleMissing } = template;
      const revision = this.#modules.revision();
      this.#last = { source, revision, parent, view, funded, outcome, uncleMissing };
      return outcome;
    } catch (error) {
      if (!(error instanceof CoinbaseRuleError || error instanceof RangeError)) throw error;
      return unfunded('fault', error.message);
    }
  }

  /** By the parent's plan, or by a new one where that does not serve. */
  #tryPlans(template: Template, coins: readonly Coin[]): FundedJob | 'reward' | undefined {
    const { terms, uncles, parent, authorization } = template;
    const known = this.#plans.get(parent);
    const build = (plan: CoinPlan) =>
      createFundedJob({ ...template, coins, plan, authorization, networkId: this.#networkId });
    if (known !== undefined && areAmong(known.inputs, coins)) {
      const funded = build(known);
      if (funded !== 'change') return funded;
    }
    const plan = planCoins(coins, { burnt: terms.burnt, uncles: uncles.length });
    if (plan === undefined) return undefined;
    const funded = build(plan);
    if (funded === 'change') return undefined;
    if (funded !== 'reward') this.#plans.set(parent, plan);
    return funded;
  }

  /** The job that was handed on before, if it is the same. */
  #sameOr(job: Job): Job {
    const before = this.#last?.funded.job;
    return before !== undefined && equalBytes(before.headerBlob, job.headerBlob) ? before : job;
  }

  get #networkId(): number {
    return this.#modules.authorizations().networkId;
  }
}

function isSame(before: Job, job: Job): boolean {
  return before === job || equalBytes(before.headerBlob, job.headerBlob);
}

function areAmong(inputs: readonly Coin[], coins: readonly Coin[]): boolean {
  return inputs.every(({ key }) => coins.some((coin) => coin.key === key));
}

function unspentBy(list: TransactionList, coins: readonly Coin[]): readonly Coin[] {
  return list.count === 0 ? coins : coins.filter(({ key }) => !listSpends(list, hexToBytes(key)));
}
