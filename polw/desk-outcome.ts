/**
 * What comes of a job of a chain, and the words where nothing does.
 * @module
 */
import { shortAlphText } from '../protocol/alph-text.js';
import type { Job } from '../protocol/job.js';
import { counted } from '../protocol/quantity-text.js';
import { MOST_INPUTS } from './builder/coin-plan.js';
import type { ChainState, CoinsSeen, UnfundedReason } from './chain-state.js';

/** What comes of a job: one to hand on, the node's own or ours, and where the chain stands. */
export interface DeskOutcome {
  readonly state: ChainState;
  /** Undefined where nothing can be mined. */
  readonly job: Job | undefined;
  /** Whether blocks of the job before would be worth nothing, although they are on the same parent. */
  readonly replaces?: boolean;
  /** Whether the parent is not known yet, and taken for one that touches no coins of ours. */
  readonly guessed?: boolean;
}

export const NOTHING: DeskOutcome = { state: { kind: 'none' }, job: undefined };
export const WAITING: DeskOutcome = { state: { kind: 'waiting' }, job: undefined };

/** A chain that is not mined. */
export function unfunded(reason: UnfundedReason, detail: string): DeskOutcome {
  return { state: { kind: 'unfunded', reason, detail }, job: undefined };
}

/** There are too few coins. @param burnt - by a block, attoALPH */
export function unfundedCoins({ count, visible, sent }: CoinsSeen, burnt: bigint): DeskOutcome {
  const needed = `a block burns ${shortAlphText(burnt)} ALPH`;
  const there =
    count === 0
      ? 'no coins can be spent at its burn address'
      : `the ${counted(count, 'coin')} at its burn address, ${shortAlphText(visible)} ALPH, ${count === 1 ? 'does' : 'do'} not make up for a block${count > MOST_INPUTS ? `, which spends at most ${MOST_INPUTS} of them` : ''}`;
  if (sent > 0n)
    return unfunded('coinsOnTheWay', `${there}; ${shortAlphText(sent)} ALPH are on the way; ${needed}`);
  return unfunded(count === 0 ? 'noCoins' : 'tooLittle', `${there}; ${needed}`);
}
