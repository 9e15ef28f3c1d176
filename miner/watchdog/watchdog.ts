/**
 * Watches a miner for trouble that it does not get out of by itself, and does what the user wants then.
 *
 * Devices that crash or hang are started again by themselves, with growing waits, whatever is set here.
 * @module
 */
import { cleanText } from '../../protocol/stratum/clean-text.js';
import type { MinerEvent, MinerStatus } from '../core/events.js';
import type { OnTrouble } from './on-trouble.js';
import { type RunningCommand, runCommand } from './run-command.js';
import { type Trouble, TroubleWatch } from './trouble-watch.js';

export interface WatchdogSettings {
  readonly onTrouble: OnTrouble;
  /** Restarts of one device within an hour that are no trouble yet. */
  readonly maxRestarts: number;
  /** Time without a hash that is trouble, s; without it none is. */
  readonly noWorkSeconds?: number | undefined;
}

export const DEFAULT_WATCHDOG: WatchdogSettings = { onTrouble: { kind: 'restart' }, maxRestarts: 3 };

/** The miner is in trouble, and is to end. */
export class TroubleError extends Error {
  override readonly name = 'TroubleError';
  readonly code = 'ERR_TROUBLE';
}

export interface WatchdogModules {
  readonly status: () => MinerStatus;
  readonly onNotice: (message: string) => void;
  /** The miner is to end. */
  readonly onExit: (error: TroubleError) => void;
  /** Monotonic clock, ms. */
  readonly now?: () => number;
  readonly run?: typeof runCommand;
}

const TICK_MS = 1_000;

/** Watches from when it is made. */
export class Watchdog {
  readonly #modules: Required<WatchdogModules>;
  readonly #watch: TroubleWatch;
  readonly #timer: NodeJS.Timeout;
  #onTrouble: OnTrouble = DEFAULT_WATCHDOG.onTrouble;
  #running: RunningCommand | undefined;
  #closed = false;

  constructor(modules: WatchdogModules, settings: WatchdogSettings = DEFAULT_WATCHDOG) {
    this.#modules = { now: () => performance.now(), run: runCommand, ...modules };
    this.#watch = new TroubleWatch({ maxRestarts: settings.maxRestarts });
    this.set(settings);
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Takes other settings from now on. */
  set({ onTrouble, maxRestarts, noWorkSeconds }: WatchdogSettings): void {
    this.#onTrouble = onTrouble;
    const noWorkMs = noWorkSeconds === undefined ? undefined : noWorkSeconds * 1_000;
    this.#watch.limits = { maxRestarts, noWorkMs };
  }

  /** Is shown all that the miner tells. */
  see(event: MinerEvent): void {
    if (event.type !== 'device' || !event.error) return;
    const why = cleanText(event.message);
    if (event.state === 'failed') this.#act(this.#watch.givenUp(event.name, why));
    else if (event.state === 'away') this.#act(this.#watch.breakdown(event.name, why, this.#modules.now()));
  }

  tick(): void {
    const { totalHashes, held, devices } = this.#modules.status();
    const left = devices.filter(({ state }) => state !== 'stopped' && state !== 'failed');
    const idle = held.length > 0 || (left.length > 0 && left.every((device) => device.held.length > 0));
    this.#act(this.#watch.look(totalHashes, idle, this.#modules.now()));
  }

  /** Sees nothing any more. A command that runs goes on. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#running?.leave();
  }

  #act(trouble: Trouble | undefined): void {
    if (trouble === undefined || this.#closed) return;
    const onTrouble = this.#onTrouble;
    // Otherwise told already: a device's breakdowns are.
    if (onTrouble.kind === 'restart') {
      if (trouble.kind === 'no-work') this.#modules.onNotice(trouble.message);
    } else if (onTrouble.kind === 'exit') {
      this.close();
      this.#modules.onExit(new TroubleError(trouble.message));
    } else this.#run(onTrouble.words, trouble);
  }

  #run(words: readonly [string, ...string[]], trouble: Trouble): void {
    const { onNotice, run } = this.#modules;
    if (this.#running !== undefined) {
      onNotice(`${trouble.message}; ${words[0]} still runs, and is not run again`);
      return;
    }
    onNotice(`${trouble.message}; runs ${words[0]}`);
    this.#running = run(words, this.#factsOf(trouble));
    void this.#running.done.then((fault) => {
      this.#running = undefined;
      if (!this.#closed && fault !== undefined) onNotice(`${words[0]} ${fault}`);
    });
  }

  /** In environment variables: nobody has to quote them. */
  #factsOf(trouble: Trouble): Record<string, string> {
    const device = 'device' in trouble ? trouble.device : undefined;
    const pci = this.#modules.status().devices.find(({ name }) => name === device)?.pci;
    return {
      LESSWORK_TROUBLE: trouble.kind,
      LESSWORK_MESSAGE: trouble.message,
      ...(device === undefined ? {} : { LESSWORK_DEVICE: device }),
      ...(pci === undefined ? {} : { LESSWORK_PCI: pci }),
      ...(trouble.kind === 'restarts' ? { LESSWORK_RESTARTS: String(trouble.restarts) } : {}),
      ...(trouble.kind === 'no-work' ? { LESSWORK_SECONDS: String(trouble.seconds) } : {}),
    };
  }
}
