/**
 * Mnemonics (BIP-39, English) as people write them down and type them. No message repeats a word of one.
 * @module
 */
import { entropyToMnemonic, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';

const WORDS: ReadonlySet<string> = new Set(wordlist);
const WORD_COUNTS: readonly number[] = [12, 15, 18, 21, 24];
const ENTROPY_BYTES = 32;

/** A text is no mnemonic. */
export class MnemonicError extends Error {
  override readonly name = 'MnemonicError';
  readonly code = 'ERR_MNEMONIC';
}

/**
 * A new mnemonic of 24 words.
 * @param entropy - 32 bytes of the system's cryptographic random source
 * @throws RangeError on another length
 */
export function createMnemonic(entropy: Uint8Array): string {
  if (entropy.length !== ENTROPY_BYTES)
    throw new RangeError(`"entropy" expected ${ENTROPY_BYTES} bytes, got ${entropy.length}`);
  return entropyToMnemonic(entropy, wordlist);
}

/**
 * The mnemonic that a text is, its words with one blank between them. Case and white space do not matter.
 * @throws MnemonicError that says what is wrong, by the number of a word
 */
export function parseMnemonic(text: string): string {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (!WORD_COUNTS.includes(words.length))
    throw new MnemonicError(`mnemonic: expected 12, 15, 18, 21 or 24 words, got ${words.length}`);
  const unknown = words.findIndex((word) => !WORDS.has(word));
  if (unknown >= 0)
    throw new MnemonicError(`mnemonic: word ${unknown + 1} is none of the English BIP-39 words`);
  const mnemonic = words.join(' ');
  if (!validateMnemonic(mnemonic, wordlist))
    throw new MnemonicError(
      'mnemonic: its checksum does not fit: a word is another one, or stands elsewhere',
    );
  return mnemonic;
}
