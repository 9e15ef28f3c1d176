/**
 * Address and worker name, as they are typed.
 * @module
 */
import { parseAddress } from '../../protocol/address.js';
import { cleanWorkerName, MAX_WORKER_CHARS, userNameText } from '../../protocol/stratum/user-name.js';

/** Most characters that a field takes: the longest address is 1,000. */
export const MAX_FIELD_CHARS = 1_100;

/** The user name that pools are told, or what is wrong with which field. */
export type Login =
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'problem'; readonly field: 'address' | 'worker'; readonly text: string };

/** Takes any text. @param worker - may be empty */
export function readLogin(addressText: string, worker: string): Login {
  const text = addressText.trim();
  if (text === '') return problem('address', 'Enter the address that is to be paid.');
  const address = parseAddress(text);
  if (address === undefined)
    return problem(
      'address',
      text.includes('.')
        ? 'This is no address of Alephium: the name of the worker goes in the field of its own.'
        : 'This is no address of Alephium that can be paid: look whether it is whole.',
    );
  const name = worker.trim();
  if (name !== '' && cleanWorkerName(name) !== name)
    return problem(
      'worker',
      `A worker is named by 1 to ${MAX_WORKER_CHARS} letters of A-Z, a-z, digits, "_", "." and "-".`,
    );
  return { kind: 'user', user: userNameText({ address, worker: name }) };
}

function problem(field: 'address' | 'worker', text: string): Login {
  return { kind: 'problem', field, text };
}
