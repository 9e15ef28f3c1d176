/**
 * What each account gets of a block's reward.
 *
 * The reward is shared out by work, in whole attoALPH: each part is rounded down, and what is left over is the remainder, less
 * than one attoALPH for each account. Fee, credits and remainder are exactly the reward. The schemes differ in whose work counts:
 * see `windows.ts`.
 * @module
 */

/** A fee of everything, in millionths. */
export const WHOLE_FEE = 1_000_000n;

/** Work by account. */
export type WorkByAccount = ReadonlyMap<string, bigint>;

/** A reward that was shared out; the parts add up to it. All in attoALPH. */
export interface ShareOut {
  /** By account, in the order of the work; each above 0. */
  readonly credits: ReadonlyMap<string, bigint>;
  readonly fee: bigint;
  readonly remainder: bigint;
}

/** What of a reward is shared out by work. */
export interface Shareable {
  /** The pool's fee, attoALPH, rounded down. */
  readonly fee: bigint;
  /** What the accounts share, attoALPH. */
  readonly shared: bigint;
}

/**
 * What of a reward goes to the pool, and what to the accounts.
 * @param reward - net of what the pool itself put into the block, attoALPH, at least 0
 * @param feeMillionths - 0 to 1,000,000
 * @throws RangeError if one is out of range
 */
export function shareableOf(reward: bigint, feeMillionths: number): Shareable {
  if (reward < 0n) throw new RangeError(`"reward" expected at least 0, got ${reward}`);
  if (!Number.isInteger(feeMillionths) || feeMillionths < 0 || feeMillionths > Number(WHOLE_FEE))
    throw new RangeError(`"feeMillionths" expected 0 to ${WHOLE_FEE}, got ${feeMillionths}`);
  const fee = (reward * BigInt(feeMillionths)) / WHOLE_FEE;
  return { fee, shared: reward - fee };
}

/**
 * What an account gets, attoALPH, rounded down.
 * @param shared - by all accounts, attoALPH
 * @param work - of the account, 0 to `total`
 * @param total - of all accounts, above 0
 */
export function partOf(shared: bigint, work: bigint, total: bigint): bigint {
  return (shared * work) / total;
}

/**
 * Shares a reward out. Where nobody worked, all but the fee is the remainder.
 * @param work - at least 0 each
 * @throws RangeError as `shareableOf`, or if a work is below 0
 */
export function shareOut(work: WorkByAccount, reward: bigint, feeMillionths: number): ShareOut {
  const { fee, shared } = shareableOf(reward, feeMillionths);
  const total = totalOf(work);
  const credits = new Map<string, bigint>();
  let remainder = shared;
  for (const [account, its] of work) {
    const credit = total === 0n ? 0n : partOf(shared, its, total);
    if (credit === 0n) continue;
    credits.set(account, credit);
    remainder -= credit;
  }
  return { credits, fee, remainder };
}

/** @throws RangeError if a work is below 0 */
function totalOf(work: WorkByAccount): bigint {
  let total = 0n;
  for (const [account, its] of work) {
    if (its < 0n) throw new RangeError(`"work" of ${account} expected at least 0, got ${its}`);
    total += its;
  }
  return total;
}
