/**
 * A chain that comes near the threshold: its jobs pass as they are, and what will be missing there is told in time. Once a
 * chain has crossed and nobody can build on it, its deps stand still, and coins that are sent then are never seen.
 * @module
 */
import { equalBytes } from '../protocol/bytes.js';
import { type Job, nodeKeepsTxs } from '../protocol/job.js';
import { type Authorizations, isAuthorized } from './authorizations/authorization.js';
import type { Closeness } from './builder/polw-network.js';
import type { ChainState, CoinsSeen, Warning } from './chain-state.js';
import type { CoinsAnswer, TemplateView } from './fund/fund-block.js';
import { seenOf, viewOf } from './template-view.js';

/** Whom it asks. */
export interface ApproachModules {
  readonly authorizations: () => Authorizations;
  readonly coinsFor: (view: TemplateView) => CoinsAnswer;
}

/** One chain, before the threshold. */
export class Approach {
  readonly #modules: ApproachModules;
  #last: { readonly headerBlob: Uint8Array; readonly state: ChainState } | undefined;

  #coins: CoinsSeen | undefined;

  constructor(modules: ApproachModules) {
    this.#modules = modules;
  }

  /**
   * Where the chain stands with a job.
   * @param fresh - whether coins may have changed since it was last asked for
   */
  stateOf(job: Job, closeness: Closeness, fresh: boolean): ChainState {
    if (closeness === 'far') return { kind: 'plain', closeness, coins: undefined, warning: undefined };
    const last = this.#last;
    if (last !== undefined && !fresh && equalBytes(last.headerBlob, job.headerBlob)) return last.state;
    const answer = this.#modules.coinsFor(viewOf(job));
    // While the fund reads, what it knew last.
    if (answer.kind === 'coins') this.#coins = seenOf(answer.coins, answer.sent);
    const coins = this.#coins;
    const warning = closeness === 'inSight' ? undefined : this.#warningOf(job, closeness, coins);
    const state: ChainState = { kind: 'plain', closeness, coins, warning };
    this.#last = { headerBlob: job.headerBlob, state };
    return state;
  }

  #warningOf(job: Job, closeness: Closeness, coins: CoinsSeen | undefined): Warning | undefined {
    const comes = 'comes near the threshold of Proof of Less Work';
    if (nodeKeepsTxs(job.txsBlob))
      return closeness === 'close'
        ? { reason: 'nodeMayStop', detail: `${comes}, where its node stops unless it burns coins itself` }
        : undefined;
    const authorization = this.#modules.authorizations().chains[job.chain];
    if (authorization === undefined || !isAuthorized(authorization))
      return {
        reason: 'notAuthorized',
        detail: `${comes}: ${authorization?.fault ?? 'there is no authorization for it'}`,
      };
    if (coins === undefined || coins.count > 0) return undefined;
    return {
      reason: 'noCoins',
      detail: `${comes}, and no coins can be spent at its burn address: those that come after it has crossed may never be seen`,
    };
  }
}
