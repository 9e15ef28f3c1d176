/**
 * The miner's end of one child process: starts it, carries messages, and tells when it has gone silent or has ended.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { driverEnvironment } from './drivers.js';

/** Longest tail of a child's error output that is kept, in characters: enough for a driver's last words. */
const MAX_STDERR_CHARS = 2000;

/** What a link tells its owner. */
export interface LinkEvents<Incoming> {
  onMessage(message: Incoming): void;
  /** Once. The process is gone; `why` is for people. */
  onEnd(why: string): void;
}

/** A child process and its channel. */
export class ChildLink<Outgoing extends object, Incoming> {
  readonly #child: ChildProcess;
  #stderr = '';
  #ended = false;
  #killedFor: string | undefined;
  readonly #gone: Promise<void>;

  /**
   * @param module - file beside this one, without its ending, or the URL of one elsewhere
   * @param driverManifest - the Vulkan driver that the child shall see alone; without it the system's own
   */
  constructor(module: string | URL, driverManifest: string | undefined, events: LinkEvents<Incoming>) {
    const file = module instanceof URL ? module : new URL(`${module}.js`, import.meta.url);
    this.#child = fork(fileURLToPath(file), [], {
      serialization: 'advanced',
      // The miner's own flags (a debugger's port, a test runner's) are not for the child.
      execArgv: [],
      env: { ...process.env, ...driverEnvironment(driverManifest) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_CHARS);
    });
    this.#child.on('message', (message) => events.onMessage(message as Incoming));
    this.#gone = new Promise((resolve) => {
      const end = (why: string): void => {
        if (this.#ended) return;
        this.#ended = true;
        const said = this.#stderr.trim();
        events.onEnd((this.#killedFor ?? why) + (said ? `: ${said}` : ''));
        resolve();
      };
      this.#child.on('error', (error) => end(`child process: ${error.message}`));
      this.#child.on('exit', (code, signal) =>
        end(`child process ended by ${signal ?? `exit status ${code}`}`),
      );
    });
  }

  /** Process id; undefined if the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends, unless the channel is closed: then `onEnd` is near, and tells more than an error could. */
  send(message: Outgoing): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Kills the process, whatever it does. @param why - what `onEnd` will say */
  kill(why: string): void {
    this.#killedFor ??= why;
    this.#child.kill('SIGKILL');
  }

  /** Closes the channel, at which the child ends itself; kills it where it does not. Resolves when it is gone. */
  async close(graceMs = 1000): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.kill('closed'), graceMs);
    await this.#gone;
    clearTimeout(timer);
  }
}
