/**
 * An account is who gets paid: a lockup script, whatever form of its address a miner names.
 * @module
 */
import { type Address, parseAddress } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';

/** An account. Two with the same `key` are the same. */
export interface Account {
  /** Hex of the lockup script. A groupless address leaves out the last byte, its group, so that all its forms are one account. */
  readonly key: string;
  /** Address to pay, in canonical text; a groupless address keeps the `:group` that was asked for. */
  readonly address: string;
  /** Group that is paid, 0 to 3. */
  readonly payoutGroup: number;
}

const GROUPLESS_TYPES: readonly number[] = [4, 5];

/** The account that an address stands for. */
export function accountOf(address: Address): Account {
  const { lockupScript, text, group } = address;
  const groupless = GROUPLESS_TYPES.includes(lockupScript[0]!);
  return {
    key: bytesToHex(groupless ? lockupScript.subarray(0, -1) : lockupScript),
    address: text,
    payoutGroup: group,
  };
}

/** The account of an address in text; undefined if the text is no address that can be paid. Takes any text. */
export function parseAccount(text: string): Account | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : accountOf(address);
}
