/**
 * Coins that the operator takes out of the wallet: never what miners are or will be owed.
 * @module
 */
import { ALL_GROUPS, type Group } from '../../ledger/accounts.js';
import type { LedgerFindings } from '../../ledger/check.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { Address } from '../../protocol/address.js';
import { alphText } from '../../protocol/alph-text.js';
import { MIN_OUTPUT_AMOUNT } from '../../protocol/transaction.js';
import { type CoinChoice, chooseCoins, largestAmount, sortedCoins } from '../coins.js';
import type { PreparedTransfer } from '../intents/intent-desk-port.js';
import type { PayingWallet } from './own-transfers.js';
import type { GroupCoins } from './wallet-coins.js';

/** Coins of one group for a withdrawal. */
export interface WithdrawalPlan extends CoinChoice {
  readonly fromGroup: Group;
}

/**
 * What may leave the wallet, fee included, attoALPH: what it holds, locked or on its way, less all that is owed, and less what blocks brought and
 * no settlement has shared out yet. Below 0 if that is more.
 * @param findings - of a check just now
 */
export async function withdrawable(
  ledger: Ledger,
  { debts }: Pick<LedgerFindings, 'debts'>,
): Promise<bigint> {
  const wallet = ALL_GROUPS.flatMap(
    (group) => [`wallet/${group}/immature`, `wallet/${group}/spendable`] as const,
  );
  // What came in is negative.
  const balances = await ledger.balances([...wallet, 'in-transit', 'reward']);
  return balances.reduce((sum, balance) => sum + balance, 0n) - debts;
}

/**
 * Why no coins can be taken out so, whatever the wallet's groups hold; undefined if they can.
 * @param amount - that arrives, attoALPH; the fee comes on top
 * @param own - as `withdrawable`
 */
export function withdrawalFault(
  { keys }: Pick<PayingWallet, 'keys'>,
  to: Address,
  amount: bigint,
  own: bigint,
): string | undefined {
  if (keys.some(({ address }) => address.text === to.text))
    return `expected an address outside of the wallet, got its own of group ${to.group}`;
  if (amount < MIN_OUTPUT_AMOUNT)
    return `expected at least ${alphText(MIN_OUTPUT_AMOUNT)} ALPH, the least that an output may hold, got ${alphText(amount)} ALPH`;
  if (amount > own)
    return `expected at most what is not owed to miners, ${alphText(own > 0n ? own : 0n)} ALPH with the fee, got ${alphText(amount)} ALPH`;
  return undefined;
}

/**
 * Out of the group that has the most of those that can pay it.
 * @param amount - that arrives, attoALPH; the fee comes on top
 * @returns undefined if no group can; then the most that one can
 */
export function planWithdrawal(
  coins: readonly GroupCoins[],
  amount: bigint,
): WithdrawalPlan | { readonly most: bigint } {
  const options = coins
    .map(({ group, free }) => {
      const sorted = sortedCoins(free);
      return { group, sorted, most: largestAmount(sorted, { outputs: 1, feeOnTop: true }) };
    })
    .sort((a, b) => (a.most === b.most ? 0 : a.most > b.most ? -1 : 1));
  for (const { group, sorted } of options) {
    const choice = chooseCoins(sorted, { amount, outputs: 1, feeOnTop: true });
    if (choice !== undefined) return { ...choice, fromGroup: group };
  }
  const most = options[0]?.most ?? 0n;
  return { most: most > 0n ? most : 0n };
}

/** @param timeMs - now, ms since the epoch */
export function withdrawalOf(
  { networkId, keys }: PayingWallet,
  { fromGroup, inputs, change }: WithdrawalPlan,
  to: Address,
  amount: bigint,
  timeMs: number,
): PreparedTransfer {
  const { publicKey } = keys[fromGroup]!;
  const destinations = [{ address: to, amount }];
  return {
    kind: 'withdrawal',
    fromGroup,
    toGroup: to.group as Group,
    parts: { networkId, publicKey, inputs, destinations, change, timestampMs: BigInt(timeMs) },
    payments: [],
  };
}
