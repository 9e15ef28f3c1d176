/**
 * What `lesswork devnet --polw` makes of its options.
 * @module
 */
import type { BurnRight } from '../devnet/coins/burning.js';
import type { PolwOptions, PolwSupport } from '../devnet/coins/open-coins.js';
import { type Authorization, isAuthorized } from '../polw/authorizations/authorization.js';

/** What the command line says. */
export interface DevnetPolwOptions {
  readonly polw: boolean | undefined;
  readonly shift: number;
  readonly support: PolwSupport;
  readonly authorizations: string | undefined;
  readonly networkId: number;
}

/** Kinds of nodes. */
export const SUPPORT_KINDS: readonly PolwSupport[] = ['stock', 'full', 'node-built'];

/**
 * Settings of a devnet, or undefined without Proof of Less Work.
 * @throws RangeError where options do not go together
 * @throws AuthorizationsError if the file is no good
 */
export async function devnetPolwOf(options: DevnetPolwOptions): Promise<PolwOptions | undefined> {
  const { polw, shift, support, authorizations, networkId } = options;
  if (!polw) return undefined;
  if (support !== 'node-built' && authorizations !== undefined)
    throw new RangeError('"--authorizations" expected "--support node-built" beside it');
  if (support === 'node-built' && authorizations === undefined)
    throw new RangeError('"--support node-built" expected "--authorizations" with a file');
  if (authorizations === undefined) return { shift, support };
  const { loadAuthorizations } = await import('../polw/authorizations/load-authorizations.js');
  const { chains } = await loadAuthorizations(authorizations, networkId);
  return { shift, support, burnRights: chains.map((one) => (isAuthorized(one) ? rightOf(one) : undefined)) };
}

function rightOf({ burnPublicKey, burn, reward, signature }: Authorization): BurnRight {
  return {
    publicKey: burnPublicKey,
    burnLockupScript: burn.lockupScript,
    rewardLockupScript: reward.lockupScript,
    signature,
  };
}
