/**
 * `lesswork polw keys`: addresses on stdout, and the mnemonic if it is a new one.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { type BurnKey, deriveBurnKeys } from '../polw/keys/burn-keys.js';
import { bytesToHex } from '../protocol/bytes.js';
import { chainName, fromGroupOf, toGroupOf } from '../protocol/chain.js';
import { createMnemonic } from '../wallet/mnemonic.js';
import { readMnemonic } from './read-mnemonic.js';
import { processSecrets } from './secret-input.js';
import { newMnemonicText } from './wallet-text.js';

const ENTROPY_BYTES = 32;

export interface PolwKeysOptions {
  /** The mnemonic is on standard input; otherwise a new one is made. */
  readonly stdin: boolean;
  /** One JSON object instead of lines. */
  readonly json: boolean;
}

/** Shows the burn addresses. @throws MnemonicError if there is none on standard input */
export async function runPolwKeys({ stdin, json }: PolwKeysOptions): Promise<void> {
  const mnemonic = stdin ? await readMnemonic(processSecrets()) : createMnemonic(randomBytes(ENTROPY_BYTES));
  const keys = deriveBurnKeys(mnemonic);
  const shown = stdin ? undefined : mnemonic;
  process.stdout.write(json ? jsonOf(keys, shown) : wordsOf(keys, shown));
}

function jsonOf(keys: readonly BurnKey[], mnemonic: string | undefined): string {
  const burn = keys.map(({ chain, path, publicKey, address }) => ({
    from: fromGroupOf(chain),
    to: toGroupOf(chain),
    path,
    burnPublicKey: bytesToHex(publicKey),
    burnAddress: address.text,
  }));
  return `${JSON.stringify({ type: 'polw-keys', mnemonic, keys: burn })}\n`;
}

function wordsOf(keys: readonly BurnKey[], mnemonic: string | undefined): string {
  const secret = mnemonic === undefined ? '' : newMnemonicText(mnemonic);
  const lines = keys.map(
    ({ chain, address, path }) => `${chainName(chain)}    ${address.text.padEnd(46)}${path}\n`,
  );
  return `${secret}chain  burn address                                  key\n${lines.join('')}`;
}
