/**
 * What became of a block that a node took, as the chains tell: beside its state what must be known to pay from it.
 *
 * ```
 * accepted | main | uncle | orphan | void --final--> main | uncle --its output unlocks--> matured --> credited
 *  \- each changes into each other -/            \-> orphan | void
 * ```
 * @module
 */
import { BLOCK_ENDS, type BlockEnd } from '../../protocol/block-end.js';
import type { BlockState } from './block-record.js';

/** The output that pays for a block: that of the block itself, or an uncle's in the block that names it. */
export interface BlockReward {
  /** Hash of the block whose coinbase holds the output, 64 hex digits: of an uncle the one that names it. */
  readonly block: string;
  /** Id of that coinbase, 64 hex digits. */
  readonly txId: string;
  /** Among the coinbase's outputs, from 0. */
  readonly index: number;
  /** Names the output: a signed 32-bit integer, and 64 hex digits. */
  readonly hint: number;
  readonly key: string;
  readonly address: string;
  /** attoALPH, at least 0. */
  readonly amount: bigint;
  /** Coins in it that the pool itself put in, which Proof of Less Work burns: 0 to `amount`, attoALPH. */
  readonly ownCoins: bigint;
  /** When it can be spent, ms since the epoch. */
  readonly lockTimeMs: number;
  /** Whether it pays one of the pool's addresses. One that does not is credited to nobody. */
  readonly ours: boolean;
}

/** What a block took, and was expected to take. */
export interface BlockLuck {
  /** Work of the pool's miners from the find before it up to it, in slices: hashes. */
  readonly work: bigint;
  /** Expected hashes of its own target, at least 1. */
  readonly expected: bigint;
}

/** `accepted`: a node has it, and it has come to no end, or to none any more. */
export type FateState = 'accepted' | BlockEnd;

export interface BlockFate {
  /** Grows by 1 with each change, from 1: so that a late one is told from a newer one. */
  readonly number: number;
  readonly state: FateState;
  /** When it came into that state, as far as it was seen: ms since the epoch, on the store's clock. */
  readonly stateMs: number;
  /** Whether the state can't change any more. */
  readonly final: boolean;
  /** The output that pays for it: of a `main`, `uncle` or `void` block. */
  readonly reward: BlockReward | undefined;
  /** The reward can be spent, and its block is final. */
  readonly matured: boolean;
  /** What it earned is with its miners. */
  readonly credited: boolean;
  /** Known once it is final. */
  readonly luck: BlockLuck | undefined;
}

/**
 * What is still to be done about a block. `open`: its end is not final. `final`: main or uncle, and its reward is locked. `earned`: it
 * can be credited. `done`: nothing.
 */
export type FateStage = 'open' | 'final' | 'earned' | 'done';

/** A block in short, for whoever follows it. */
export interface FollowedBlock {
  readonly hash: string;
  /** ms since the epoch. */
  readonly foundMs: number;
  readonly state: BlockState;
  /** Undefined for one that was taken, and not asked about. */
  readonly fate: BlockFate | undefined;
}

/**
 * What became of a fate that was to be noted. `old`: one with this number or a greater one is noted. `unknown`: there is no such block.
 * `fenced`: a later owner of the lease has begun.
 */
export type FateOutcome = 'noted' | 'old' | 'unknown' | 'fenced';

/** Where a block is listed: under its state, or once its reward has matured, apart. */
export type BlockListing = BlockState | 'mainMatured' | 'uncleMatured';

export function listingOf({ state, matured }: Pick<BlockFate, 'state' | 'matured'>): BlockListing {
  if (!matured) return state;
  return state === 'uncle' ? 'uncleMatured' : 'mainMatured';
}

export function stateOfListing(listing: BlockListing): BlockState {
  if (listing === 'mainMatured') return 'main';
  return listing === 'uncleMatured' ? 'uncle' : listing;
}

export function stageOf({ state, final, matured, credited, reward }: Omit<BlockFate, 'number'>): FateStage {
  if (!final) return 'open';
  if (state !== 'main' && state !== 'uncle') return 'done';
  if (!matured) return 'final';
  return credited || reward?.ours !== true ? 'done' : 'earned';
}

/** What the pool earned by a block: what its output holds, less what the pool put in; nothing of one that is not its own. */
export function earnedBy({ state, reward }: Pick<BlockFate, 'state' | 'reward'>): bigint {
  if (reward === undefined || !reward.ours || (state !== 'main' && state !== 'uncle')) return 0n;
  return reward.amount - reward.ownCoins;
}

/** @throws RangeError unless the parts of a fate fit together */
export function checkFate(fate: BlockFate): void {
  const { number, state, stateMs, final, reward, matured, credited } = fate;
  const isEarning = state === 'main' || state === 'uncle';
  const fault =
    !isCount(number) || number === 0
      ? '"number" from 1 on'
      : !isCount(stateMs)
        ? '"stateMs" whole'
        : state !== 'accepted' && !BLOCK_ENDS.includes(state)
          ? 'a state of a fate'
          : final && state === 'accepted'
            ? 'an end where it is final'
            : isEarning && reward === undefined
              ? 'a reward of a main block or an uncle'
              : matured && !(final && isEarning)
                ? 'a matured block to be final, and on the main chain or an uncle'
                : credited && !(matured && reward?.ours === true)
                  ? 'a credited block to be matured, and ours'
                  : reward && faultOfReward(reward);
  if (fault) throw new RangeError(`fate: expected ${fault}, got ${describe(fate)}`);
}

function faultOfReward({ amount, ownCoins, lockTimeMs, index, hint }: BlockReward): string | undefined {
  if (amount < 0n || ownCoins < 0n || ownCoins > amount) return 'own coins of 0 to the amount';
  return isCount(lockTimeMs) && isCount(index) && Number.isInteger(hint) ? undefined : 'whole numbers';
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function describe({ number, state, final, matured, credited }: BlockFate): string {
  return JSON.stringify({ number, state, final, matured, credited });
}
