/**
 * Authorizations of the pool that the devnet's tests play.
 * @module
 */
import type { Authorizations } from '../../polw/authorizations/authorization.js';
import { addressOfLockupScript } from '../../protocol/address.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { RIGHTS } from '../devnet/polw-setting.js';

const NETWORK_ID = 4;

/** For the keys of the devnet's tests. */
export const BURN_AUTHORIZATIONS: Authorizations = {
  networkId: NETWORK_ID,
  chains: ALL_CHAINS.map((chain) => {
    const { publicKey, burnLockupScript, rewardLockupScript, signature } = RIGHTS[chain]!;
    const [burn, reward] = [burnLockupScript, rewardLockupScript].map(addressOfLockupScript);
    return { chain, burnPublicKey: publicKey, burn: burn!, reward: reward!, signature };
  }),
};
