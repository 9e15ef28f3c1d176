/**
 * Accounts that miners of the load work for: addresses whose keys nobody has.
 * @module
 */
import { addressOfLockupScript, P2PKH } from '../../../protocol/address.js';
import { blake2b256 } from '../../../protocol/blake2b.js';
import { concatBytes, u32Bytes } from '../../../protocol/bytes.js';

/** The address of an account. @param number - 0 to 2^32 - 1 */
export function accountAddress(number: number): string {
  return addressOfLockupScript(concatBytes(Uint8Array.of(P2PKH), blake2b256(u32Bytes(number)))).text;
}
