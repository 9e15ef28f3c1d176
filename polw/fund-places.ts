/**
 * The addresses of a fund, as blocks are looked through for them.
 * @module
 */
import { hintOfLockupScript, parseAddress } from '../protocol/address.js';
import type { Fund } from './fund/fund.js';
import type { BurnPlace } from './own-blocks.js';
import type { EntryTerms } from './reader/block-entry.js';

/** Hints of all addresses of a fund, kept ones that nobody has authorized now among them. */
export function hintsOf(fund: Fund, known: EntryTerms['hints']): EntryTerms['hints'] {
  const hints = new Map(known);
  for (const text of addressesOf(fund)) {
    const address = text === undefined || hints.has(text) ? undefined : parseAddress(text);
    if (address !== undefined) hints.set(address.text, hintOfLockupScript(address.lockupScript));
  }
  return hints;
}

/** Those of the fund's addresses that are one key's, as all burn addresses are. */
export function placesOf(fund: Fund): readonly BurnPlace[] {
  return addressesOf(fund).flatMap((text) => {
    const address = text === undefined ? undefined : parseAddress(text);
    if (address === undefined) return [];
    const { lockupScript } = address;
    return [{ text: address.text, lockupScript, hint: hintOfLockupScript(lockupScript) }];
  });
}

function addressesOf({ addresses, retired }: Fund): readonly (string | undefined)[] {
  return [...addresses, ...retired.map(({ address }) => address)];
}
