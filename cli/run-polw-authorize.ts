/**
 * `lesswork polw authorize`: a mnemonic in, authorizations out.
 * @module
 */

import { writePrivateFile } from '../files/write-private-file.js';
import { isAuthorized } from '../polw/authorizations/authorization.js';
import { authorizationsText, nodeSettingsText } from '../polw/authorizations/authorizations-text.js';
import { parseAuthorizations } from '../polw/authorizations/parse-authorizations.js';
import { authorize } from '../polw/keys/authorize.js';
import { deriveBurnKeys } from '../polw/keys/burn-keys.js';
import type { Address } from '../protocol/address.js';
import { readMnemonic } from './read-mnemonic.js';
import { processSecrets } from './secret-input.js';

export interface PolwAuthorizeOptions {
  /** 0 to 255. */
  readonly network: number;
  /** By group; undefined closes the loop. */
  readonly rewards: readonly (Address | undefined)[];
  /** Path of the file to write; undefined for stdout. */
  readonly out?: string | undefined;
  /** Replace the file. */
  readonly force: boolean;
  readonly format: 'lesswork' | 'node';
}

/**
 * Signs, looks at what it signed as a server will, and writes it.
 * @throws MnemonicError if there is none on standard input; Error if the file can't be written
 */
export async function runPolwAuthorize(options: PolwAuthorizeOptions): Promise<void> {
  const { network, out, format, force } = options;
  const mnemonic = await readMnemonic(processSecrets());
  const authorizations = authorize(deriveBurnKeys(mnemonic), options.rewards);
  const text = authorizationsText(network, authorizations);
  for (const chain of parseAuthorizations(text, network).chains)
    if (!isAuthorized(chain)) throw new Error(`what was signed does not verify: ${chain.fault}`);
  const written = format === 'node' ? nodeSettingsText(authorizations) : text;
  if (out === undefined) {
    process.stdout.write(written);
    return;
  }
  await writePrivateFile(out, written, { overwrite: force, remedy: '--force replaces it' });
  process.stdout.write(`${out}: authorizations of ${authorizations.length} chains, network id ${network}\n`);
}
