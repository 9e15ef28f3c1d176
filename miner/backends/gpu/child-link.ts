/**
 * The miner's end of one child process: starts it, carries messages, and tells when it has gone silent or has ended.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { driverEnvironment } from './drivers.js';
import { layerEnvironment, type VulkanLayer } from './vulkan-layer.js';

/** Longest tail of a child's error output that is kept, in characters: enough for a driver's last words. */
const MAX_STDERR_CHARS = 2000;

/** Time in which a child ends itself once its channel is closed, ms: then it is killed. */
const CLOSE_GRACE_MS = 1_000;

/** Time in which a killed process is gone, ms. One that sleeps in its driver may never be: then it is left behind. */
const KILL_WAIT_MS = 5_000;

/** What of Vulkan a child sees. */
export interface ChildVulkan {
  /** The driver that it shall see alone; without it the system's own. */
  readonly driverManifest?: string | undefined;
  /** The layer with which it shows itself one card of several; without it there is none. */
  readonly layer?: VulkanLayer | undefined;
}

/** Events of a link. */
export interface LinkEvents<Incoming> {
  onMessage(message: Incoming): void;
  /** Once. The process is gone, or can't be killed and is left behind; `why` is for people. */
  onEnd(why: string): void;
}

/** A child process and its channel. */
export class ChildLink<Outgoing extends object, Incoming> {
  readonly #child: ChildProcess;
  #stderr = '';
  #ended = false;
  #killedFor: string | undefined;
  readonly #gone: Promise<void>;
  readonly #killWaitMs: number;
  #end: (why: string) => void = () => {};
  #killTimer: NodeJS.Timeout | undefined;

  /**
   * @param module - file beside this one, without its ending, or the URL of one elsewhere
   * @param killWaitMs - time in which a killed process must be gone
   * @throws Error where the system has no room for another process
   */
  constructor(
    module: string | URL,
    { driverManifest, layer }: ChildVulkan,
    events: LinkEvents<Incoming>,
    killWaitMs = KILL_WAIT_MS,
  ) {
    this.#killWaitMs = killWaitMs;
    const file = module instanceof URL ? module : new URL(`${module}.js`, import.meta.url);
    this.#child = fork(fileURLToPath(file), layer ? [layer.addon] : [], {
      serialization: 'advanced',
      // The miner's own flags (a debugger's port, a test runner's) are not for the child.
      execArgv: [],
      env: {
        ...process.env,
        ...driverEnvironment(driverManifest),
        ...(layer && layerEnvironment(layer)),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_CHARS);
    });
    this.#child.on('message', (message) => {
      if (!this.#ended) events.onMessage(message as Incoming);
    });
    this.#gone = new Promise((resolve) => {
      this.#end = (why: string): void => {
        if (this.#ended) return;
        this.#ended = true;
        clearTimeout(this.#killTimer);
        const said = this.#stderr.trim();
        events.onEnd((this.#killedFor ?? why) + (said ? `: ${said}` : ''));
        resolve();
      };
      this.#child.on('error', (error) => this.#end(`child process: ${error.message}`));
      this.#child.on('exit', (code, signal) =>
        this.#end(`child process ended by ${signal ?? `exit status ${code}`}`),
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

  /** Kills the process, whatever it does; leaves it behind where it does not end. @param why - what `onEnd` will say */
  kill(why: string): void {
    if (this.#ended) return;
    this.#killedFor ??= why;
    this.#killTimer ??= setTimeout(() => this.#leave(), this.#killWaitMs);
    this.#child.kill('SIGKILL');
  }

  /** Closes the channel, at which the child ends itself; kills it where it does not. Resolves when it is gone or left behind. */
  async close(graceMs = CLOSE_GRACE_MS): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.kill('closed'), graceMs);
    await this.#gone;
    clearTimeout(timer);
  }

  /** Gives up a process that can't be killed: it does not keep this process from ending. */
  #leave(): void {
    if (this.#child.connected) this.#child.disconnect();
    this.#child.stderr?.destroy();
    this.#child.unref();
    this.#killedFor = `${this.#killedFor} (process ${this.#child.pid} can't be killed)`;
    this.#end('');
  }
}
