/**
 * Where the miner of an account is paid.
 * @module
 */
import { minerAccount } from '../../ledger/accounts.js';
import { type Address, addressOfLockupScript, parseAddress } from '../../protocol/address.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { DecodeError } from '../../protocol/decode-error.js';

/** From this type byte on a lockup script ends in its group, which an account's name leaves out. */
const FIRST_GROUPLESS = 4;

/**
 * The address of an account: of its name, which is hex of the lockup script, or of a note where the name does not say it.
 * @param miner - name of the account without `miner/`
 * @param note - text of the address to pay; undefined if there is none
 * @returns undefined if neither says one, or the note is another account's
 */
export function addressOfMiner(miner: string, note: string | undefined): Address | undefined {
  if (note === undefined) return ofName(miner);
  const address = parseAddress(note);
  return address !== undefined && minerAccount(keyOf(address)) === `miner/${miner}` ? address : undefined;
}

function ofName(miner: string): Address | undefined {
  if (miner.startsWith('~')) return undefined;
  try {
    return addressOfLockupScript(hexToBytes(miner));
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function keyOf({ lockupScript }: Address): string {
  const groupless = lockupScript[0]! >= FIRST_GROUPLESS;
  return bytesToHex(groupless ? lockupScript.subarray(0, -1) : lockupScript);
}
