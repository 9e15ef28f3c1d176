/**
 * Reads a file of authorizations. Whoever wants a new file to take effect calls it again.
 * @module
 */
import { open } from 'node:fs/promises';
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
    content = await readStart(path);
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

/** The whole file, or so much of it that it is seen to be too long. */
async function readStart(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(MAX_AUTHORIZATIONS_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}
