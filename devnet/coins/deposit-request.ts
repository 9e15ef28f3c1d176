/**
 * What the control port is asked for as a deposit.
 * @module
 */
import { type Address, parseAddress } from '../../protocol/address.js';
import { parseAlph } from '../../protocol/alph-text.js';
import { GROUPS } from '../../protocol/chain.js';
import { MAX_DEPOSIT_OUTPUTS } from './faucet.js';

/** New coins for an address. */
export interface DepositRequest {
  readonly address: Address;
  /** attoALPH. */
  readonly amount: bigint;
  /** Group of the chain (from, group of the address) that brings them; that of the address by default. */
  readonly from?: number;
  /** Until when they are locked, ms since the epoch; 0 by default. */
  readonly lockTimeMs?: bigint;
  /** How many of this amount, 1 to 250; 1 by default. */
  readonly count?: number;
  /** Whether each holds a token beside its ALPH; false by default. */
  readonly token?: boolean;
}

/**
 * A deposit from a JSON object.
 * @throws RangeError that names the field that is not as expected
 */
export function parseDeposit(body: Readonly<Record<string, unknown>>): DepositRequest {
  const address = typeof body.address === 'string' ? parseAddress(body.address) : undefined;
  if (!address) throw expected('address', 'an address', body.address);
  const amount = amountOf(body.amount);
  if (amount === undefined) throw expected('amount', 'ALPH, in decimal digits as text', body.amount);
  const { from, lockTimeMs, count, token } = body;
  if (from !== undefined && !isWhole(from, GROUPS - 1)) throw expected('from', 'a group, 0 to 3', from);
  if (lockTimeMs !== undefined && !isWhole(lockTimeMs, Number.MAX_SAFE_INTEGER))
    throw expected('lockTimeMs', 'ms since the epoch', lockTimeMs);
  if (count !== undefined && (!isWhole(count, MAX_DEPOSIT_OUTPUTS) || count === 0))
    throw expected('count', `a whole number from 1 to ${MAX_DEPOSIT_OUTPUTS}`, count);
  if (token !== undefined && typeof token !== 'boolean') throw expected('token', 'true or false', token);
  return {
    address,
    amount,
    ...(count === undefined ? {} : { count }),
    ...(token === undefined ? {} : { token }),
    ...(from === undefined ? {} : { from }),
    ...(lockTimeMs === undefined ? {} : { lockTimeMs: BigInt(lockTimeMs) }),
  };
}

/** attoALPH of a text such as `12.5`, or of a whole number. */
function amountOf(value: unknown): bigint | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? value.toString() : value;
  return typeof text === 'string' ? parseAlph(text) : undefined;
}

function isWhole(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function expected(name: string, what: string, got: unknown): RangeError {
  return new RangeError(`"${name}" expected ${what}, got ${JSON.stringify(got)}`);
}
