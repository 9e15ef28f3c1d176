/**
 * What nobody else may see, line by line from standard input: never from arguments or the environment, which other users of the
 * machine can look at. A terminal does not show what is typed.
 * @module
 */
import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';

/** Longest input, bytes: a mnemonic and a password take some 400. */
const MAX_SECRET_BYTES = 4096;

export interface SecretStreams {
  /** Standard input. */
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Tells people what to type, if there is a terminal. */
  readonly prompt: (text: string) => void;
}

/** The streams of this process. */
export const processSecrets = (): SecretStreams => ({
  input: process.stdin,
  prompt: (text) => process.stderr.write(text),
});

/** More was on standard input than a secret takes. */
export class SecretTooLongError extends Error {
  override readonly name = 'SecretTooLongError';
  readonly code = 'ERR_SECRET_TOO_LONG';
}

/** Secrets that are asked for one after the other. Input that comes before its question is not lost. */
export class SecretInput {
  readonly #streams: SecretStreams;
  /** Of a terminal. */
  #typed: TypedLines | undefined;
  /** Of anything else: lines that nobody has asked for yet. */
  #rest: string[] | undefined;

  constructor(streams: SecretStreams) {
    this.#streams = streams;
  }

  get isTerminal(): boolean {
    return this.#streams.input.isTTY === true;
  }

  /**
   * The next line; '' if there is none.
   * @param what - for people at a terminal
   * @throws SecretTooLongError
   */
  async line(what: string): Promise<string> {
    if (!this.isTerminal) return (await this.#lines()).shift() ?? '';
    const { input, prompt } = this.#streams;
    prompt(`${what} (what you type is not shown): `);
    this.#typed ??= new TypedLines(input);
    try {
      return await this.#typed.next();
    } finally {
      prompt('\n');
    }
  }

  /** All that is left; of a terminal the next line. @throws SecretTooLongError */
  async all(what: string): Promise<string> {
    if (this.isTerminal) return await this.line(what);
    return (await this.#lines()).splice(0).join('\n');
  }

  /** Gives the terminal back. */
  close(): void {
    this.#typed?.close();
  }

  async #lines(): Promise<string[]> {
    this.#rest ??= (await readAll(this.#streams.input)).split(/\r?\n/);
    return this.#rest;
  }
}

/** Line editing as on every terminal, its echo thrown away. */
class TypedLines {
  readonly #lines: string[] = [];
  readonly #interface: Interface;
  #closed = false;
  #waiting: ((line: string) => void) | undefined;

  constructor(input: NodeJS.ReadableStream) {
    const output = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.#interface = createInterface({ input, output, terminal: true, historySize: 0 });
    this.#interface.on('line', (line) => {
      this.#lines.push(line);
      this.#give();
    });
    this.#interface.on('close', () => {
      this.#closed = true;
      this.#give();
    });
    // Raw mode keeps the terminal from sending the signal itself; closing ends raw mode.
    this.#interface.on('SIGINT', () => {
      this.#interface.close();
      process.kill(process.pid, 'SIGINT');
    });
  }

  next(): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#give();
    });
  }

  close(): void {
    this.#interface.close();
  }

  #give(): void {
    if (this.#waiting === undefined || (this.#lines.length === 0 && !this.#closed)) return;
    this.#waiting(this.#lines.shift() ?? '');
    this.#waiting = undefined;
  }
}

async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_SECRET_BYTES)
      throw new SecretTooLongError(`expected at most ${MAX_SECRET_BYTES} bytes on standard input, got more`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString();
}
