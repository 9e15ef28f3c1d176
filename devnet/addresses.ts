/**
 * Addresses of miners: one for each group, since a chain (from, to) pays an address of group `to`.
 * @module
 */
import { type Address, addressOfLockupScript, parseAddress } from '../protocol/address.js';
import { concatBytes } from '../protocol/bytes.js';
import { GROUPS } from '../protocol/chain.js';
import type { Random } from './random.js';

/** Four addresses, of groups 0 to 3, that nobody has the keys of. */
export function generateMinerAddresses(random: Random): Address[] {
  return Array.from({ length: GROUPS }, (_, group) => {
    for (;;) {
      const address = addressOfLockupScript(concatBytes(Uint8Array.of(0), random.bytes(32)));
      if (address.group === group) return address;
    }
  });
}

/**
 * Four addresses as a user gives them.
 * @throws RangeError if they are not four addresses, of groups 0 to 3 in this order
 */
export function parseMinerAddresses(texts: readonly string[]): Address[] {
  if (texts.length !== GROUPS)
    throw new RangeError(`"minerAddresses" expected ${GROUPS} addresses, got ${texts.length}`);
  return texts.map((text, group) => {
    const address = parseAddress(text);
    if (!address) throw new RangeError(`"minerAddresses" expected an address, got "${text}"`);
    if (address.group !== group) {
      throw new RangeError(
        `"minerAddresses" expected an address of group ${group} in place ${group + 1}, got ${text} of group ${address.group}`,
      );
    }
    return address;
  });
}
