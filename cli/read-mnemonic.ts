/**
 * A mnemonic from standard input: never from arguments, which other users of the machine can see.
 * @module
 */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { MnemonicError, parseMnemonic } from '../polw/keys/mnemonic.js';

/** Longest input, bytes: 24 words take some 200. */
const MAX_MNEMONIC_BYTES = 4096;

export interface MnemonicInput {
  /** Standard input; a terminal does not show what is typed. */
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Tells people what to type, if there is a terminal. */
  readonly prompt: (text: string) => void;
}

/**
 * Reads one: a line of a terminal, or all there is.
 * @throws MnemonicError
 */
export async function readMnemonic({ input, prompt }: MnemonicInput): Promise<string> {
  if (input.isTTY !== true) return parseMnemonic(await readAll(input));
  prompt('mnemonic (what you type is not shown): ');
  try {
    return parseMnemonic(await readHiddenLine(input));
  } finally {
    prompt('\n');
  }
}

async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_MNEMONIC_BYTES)
      throw new MnemonicError(
        `mnemonic: expected at most ${MAX_MNEMONIC_BYTES} bytes on standard input, got more`,
      );
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString();
}

/** Line editing as on every terminal, its echo thrown away. */
function readHiddenLine(input: NodeJS.ReadableStream): Promise<string> {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => resolve(''));
    // Raw mode keeps the terminal from sending the signal itself; closing ends raw mode.
    lines.once('SIGINT', () => {
      lines.close();
      process.kill(process.pid, 'SIGINT');
    });
  });
}
