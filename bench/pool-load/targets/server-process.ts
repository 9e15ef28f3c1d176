/**
 * A stratum server as a child process that says, as a line of JSON, where it listens.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A line `{"type":"listening",...}`, or `{"type":"serving",...}` for HTTP. */
interface Listening {
  readonly type: string;
  readonly listener?: unknown;
  readonly what?: unknown;
  readonly port?: unknown;
}

/** Time in which a server must listen, ms. */
const START_TIMEOUT_MS = 20_000;
/** Time in which it must end when it is asked to, ms. */
const STOP_TIMEOUT_MS = 15_000;
/** Of what it says on stderr, the end is kept: it tells why it did not start. */
const STDERR_CHARS = 2_000;

/** A server did not start. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code = 'ERR_SERVER';
}

/** A server that listens. */
export class ServerProcess {
  readonly #child: ChildProcess;
  /** Ports by the names of their listeners. */
  readonly #ports = new Map<string, number>();
  #stderr = '';

  private constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARS);
    });
    const killAtExit = (): void => {
      this.#child.kill('SIGKILL');
    };
    process.once('exit', killAtExit);
    this.#child.once('exit', () => process.off('exit', killAtExit));
  }

  /**
   * Starts a program on this Node.js and waits until it listens.
   * @param args - of Node.js: options, the script, its arguments
   * @param listeners - names that must be told
   * @throws ServerError with the end of its stderr if it does not
   */
  static async start(args: readonly string[], listeners: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess(args);
    try {
      await server.#listening(listeners);
    } catch (error) {
      server.#child.kill('SIGKILL');
      throw error;
    }
    return server;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Port of a listener, if it was told: of those that were waited for it was. */
  portOf(listener: string): number | undefined {
    return this.#ports.get(listener);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
    clearTimeout(timer);
  }

  #listening(wanted: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new ServerError(`the server did not start: ${why}\n${this.#stderr}`));
      const timer = setTimeout(() => fail(`not within ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
      this.#child.once('exit', (code, signal) => {
        clearTimeout(timer);
        // Its stderr may come after its end.
        setTimeout(() => fail(`it ended with ${signal ?? code}`), 100);
      });
      createInterface({ input: this.#child.stdout! }).on('line', (text) => {
        if (!text.includes('"listening"') && !text.includes('"serving"')) return;
        const { listener, what, port } = JSON.parse(text) as Listening;
        const name = listener ?? what;
        if (typeof name === 'string' && typeof port === 'number') this.#ports.set(name, port);
        if (!wanted.every((name) => this.#ports.has(name))) return;
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
