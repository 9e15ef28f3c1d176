/**
 * Burn addresses with coins, and withdrawals from them.
 * @module
 */

import type { Coin } from '../../polw/fund/fund-block.js';
import { type BurnKey, deriveBurnKeys } from '../../polw/keys/burn-keys.js';
import {
  planWithdrawal,
  type WithdrawalOrder,
  type WithdrawalSource,
} from '../../polw/withdrawal/plan-withdrawal.js';
import type { Withdrawal } from '../../polw/withdrawal/withdrawal.js';
import { type Address, addressOfPublicKey, hintOfLockupScript } from '../../protocol/address.js';
import { readVectors } from './vectors.js';

const { wallets } = readVectors<{ wallets: { mnemonic: string; keys: { publicKey: string }[] }[] }>(
  'polw-keys',
);

export const MNEMONIC = wallets[0]!.mnemonic;
export const OTHER_MNEMONIC = wallets[1]!.mnemonic;

/** Burn keys of MNEMONIC. */
export const KEYS: readonly BurnKey[] = deriveBurnKeys(MNEMONIC);

export const ALPH = 10n ** 18n;

/** Somebody else's address, in group 1. */
export const PAYEE: Address = payeeIn(1);

function payeeIn(group: number): Address {
  for (let i = 0; ; i++) {
    const address = addressOfPublicKey(new Uint8Array(33).fill(i));
    if (address.group === group) return address;
  }
}

let coinsMade = 0;

/** Coins of a burn address, attoALPH each; their keys are never the same. */
export function coinsOf(chain: number, amounts: readonly bigint[], lockTimeMs = 0): Coin[] {
  const hint = hintOfLockupScript(KEYS[chain]!.address.lockupScript);
  return amounts.map((amount) => {
    coinsMade++;
    return { key: coinsMade.toString(16).padStart(64, '0'), hint, amount, lockTimeMs };
  });
}

/** A burn address to draw on. */
export function sourceOf(chain: number, amounts: readonly bigint[], keep = 0n): WithdrawalSource {
  return { publicKey: KEYS[chain]!.publicKey, coins: coinsOf(chain, amounts), keep };
}

/** Now, in these tests. */
export const NOW_MS = 1_800_000_000_000;

export function orderOf(amount: bigint, sources: readonly WithdrawalSource[]): WithdrawalOrder {
  return { networkId: 4, to: PAYEE, amount, sources, timestampMs: NOW_MS };
}

/** A withdrawal that must be possible. */
export function withdrawalOf(
  amount: bigint,
  sources: readonly WithdrawalSource[],
  networkId = 4,
): Withdrawal {
  const plan = planWithdrawal({ ...orderOf(amount, sources), networkId });
  if (plan.kind !== 'withdrawal') throw new Error(`it can pay ${plan.most} at most`);
  return plan.withdrawal;
}
