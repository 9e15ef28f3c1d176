/**
 * A mnemonic from standard input.
 * @module
 */
import { MnemonicError, parseMnemonic } from '../wallet/mnemonic.js';
import { SecretInput, type SecretStreams, SecretTooLongError } from './secret-input.js';

/**
 * Reads one: a line of a terminal, or all there is.
 * @throws MnemonicError
 */
export async function readMnemonic(streams: SecretStreams): Promise<string> {
  const secrets = new SecretInput(streams);
  try {
    return parseMnemonic(await secrets.all('mnemonic'));
  } catch (error) {
    if (error instanceof SecretTooLongError) throw new MnemonicError(`mnemonic: ${error.message}`);
    throw error;
  } finally {
    secrets.close();
  }
}
