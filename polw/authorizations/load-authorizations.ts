/**
 * Reads a file of authorizations. Whoever wants a new file to take effect calls it again.
 * @module
 */

import { readStart } from '../../files/read-start.js';
import { systemErrorText } from '../../protocol/system-error-text.js';
import type { Authorizations } from './authorization.js';
import { AuthorizationsError, parseAuthorizations } from './parse-authorizations.js';

/** Longest file that is read, bytes: 16 entries with long reward addresses take some 20 KB. */
const MAX_AUTHORIZATIONS_BYTES = 262144;

/**
 * The authorizations of a file.
 * @param expectedNetworkId - of the network that is mined on; left out, the file's own is taken
 * @throws AuthorizationsError, with the path, if the file can't be read or used at all
 */
export async function loadAuthorizations(path: string, expectedNetworkId?: number): Promise<Authorizations> {
  let content: Buffer;
  try {
    content = await readStart(path, MAX_AUTHORIZATIONS_BYTES);
  } catch (error) {
    throw new AuthorizationsError(`${path}: ${systemErrorText(error)}`);
  }
  if (content.length > MAX_AUTHORIZATIONS_BYTES)
    throw new AuthorizationsError(
      `${path}: expected at most ${MAX_AUTHORIZATIONS_BYTES} bytes, got a longer file`,
    );
  try {
    return parseAuthorizations(content.toString(), expectedNetworkId);
  } catch (error) {
    if (error instanceof AuthorizationsError) throw new AuthorizationsError(`${path}: ${error.message}`);
    throw error;
  }
}
