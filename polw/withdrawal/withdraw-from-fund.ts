/**
 * Withdrawals from a fund: what its burn addresses can give, and what it must set aside.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import type { Authorizations } from '../authorizations/authorization.js';
import { isAuthorized } from '../authorizations/authorization.js';
import type { FundCoin } from '../fund/fund-coins.js';
import type { Reservation } from '../fund/snapshot.js';
import type { WithdrawalSource } from './plan-withdrawal.js';
import type { Withdrawal } from './withdrawal.js';

/** Digits of a withdrawal's first id that name its reservation. */
const NAME_DIGITS = 16;

/** What a fund holds. `Fund` is one. */
export interface FundContent {
  coins(): readonly FundCoin[];
  reservations(): readonly Reservation[];
  /** Blocks of a chain up to this height are never replaced. */
  deepHeight(chain: number): number;
}

/**
 * The burn addresses that can be drawn on. Coins of blocks that may still be replaced are left alone, since a transfer of them would
 * be lost; so are those that are locked or set aside.
 * @param keep - what must be left at each address, attoALPH
 */
export function sourcesOfFund(
  { chains }: Authorizations,
  fund: FundContent,
  keep: bigint,
): readonly WithdrawalSource[] {
  const held = new Set(fund.reservations().flatMap(({ keys }) => keys));
  const coins = fund.coins().filter(
    ({ key, chain, height, toEarned, retired }) =>
      // Those at addresses of before are of other keys.
      toEarned === undefined && !retired && height <= fund.deepHeight(chain) && !held.has(key),
  );
  return chains.filter(isAuthorized).map(({ chain, burnPublicKey }) => ({
    publicKey: burnPublicKey,
    coins: coins.filter(({ owner }) => owner === chain),
    keep,
  }));
}

/** What leaves the fund: what is paid, and fees, attoALPH. */
export function leavingOf({ amount, transactions }: Withdrawal): bigint {
  return transactions.reduce((sum, { transfer }) => sum + transfer.fee, amount);
}

/** The reservation of a withdrawal: its name follows from the withdrawal. */
export function reservationOf(withdrawal: Withdrawal, payer: Reservation['payer']): Reservation {
  return {
    id: reservationIdOf(withdrawal),
    payer,
    amount: leavingOf(withdrawal),
    keys: withdrawal.transactions.flatMap(({ inputs }) => inputs.map(({ key }) => bytesToHex(key))),
  };
}

/** Name of a withdrawal's reservation. */
export function reservationIdOf({ transactions }: Withdrawal): string {
  return bytesToHex(transactions[0]!.transfer.id).slice(0, NAME_DIGITS);
}
