/**
 * Balances and coins for tests of payouts.
 * @module
 */
import type { Balance } from '../../payer/balance-queue.js';
import type { RoundOrder } from '../../payer/plan-round.js';
import { type Address, addressOfLockupScript } from '../../protocol/address.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { bytesToHex, u32Bytes } from '../../protocol/bytes.js';
import type { TransferInput } from '../../protocol/transfer.js';
import { deriveWalletKeys } from '../../wallet/wallet-keys.js';
import { MNEMONICS } from './wallet-lab.js';

export const ALPH = 10n ** 18n;
export const CENT = ALPH / 100n;

export const walletKeys = deriveWalletKeys(MNEMONICS[0]);
export const OWN: ReadonlySet<string> = new Set(walletKeys.map(({ address }) => address.text));

/** An address of nobody. */
export function addressOf(i: number): Address {
  return addressOfLockupScript(Uint8Array.of(0, ...blake2b256(u32Bytes(i))));
}

/** Several of each group, by group. */
const addresses = Array.from({ length: 4 }, (_, group) =>
  Array.from({ length: 400 }, (__, i) => addressOf(i)).filter((address) => address.group === group),
);

/** The balance of miner `i`, in the group it is asked for. */
export function balanceOf(i: number, amount: bigint, group = i % 4, minimum = CENT): Balance {
  const list = addresses[group]!;
  return { account: `miner/${i}`, address: list[i % list.length]!, amount, minimum };
}

/** Coins whose keys differ. @param from - number of the first */
export function coinsOf(amounts: readonly bigint[], from = 0): TransferInput[] {
  return amounts.map((amount, i) => ({ key: blake2b256(u32Bytes(from + i)), amount, lockTimeMs: 0n }));
}

/** A round with coins of each group. */
export function orderOf(
  balances: readonly Balance[],
  amounts: readonly (readonly bigint[])[],
  feeBearer: RoundOrder['feeBearer'] = 'miners',
): RoundOrder {
  const coins = amounts.map((list, group) => coinsOf(list, 10_000 * group));
  return { balances, coins, feeBearer, own: OWN };
}

export const keyOf = ({ key }: TransferInput): string => bytesToHex(key);

export const sumOf = (parts: readonly { readonly amount: bigint }[]): bigint =>
  parts.reduce((sum, { amount }) => sum + amount, 0n);
