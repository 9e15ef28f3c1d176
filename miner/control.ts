/**
 * What a running miner lets its surroundings do: the keys of a terminal, and an API. They know nothing else of it.
 * @module
 */
import type { MinerSettings } from './config/miner-config.js';
import type { MinerStatus } from './core/events.js';
import type { Miner } from './core/miner.js';
import type { ApplyOutcome, LiveSettings } from './live-settings.js';

/** What any run lets do. */
export interface RunControl {
  /** Where everything stands now; a copy. */
  status(): MinerStatus;
  /** Stops giving out work, or starts again. */
  setPaused(paused: boolean): void;
  /** Asks for the end of the run; it comes later, after a second at most. */
  stop(): void;
}

/** What a run with settings lets do. */
export interface MinerControl extends RunControl {
  /** The settings that hold now; `file` is what a file would say, and can be given to `apply`. */
  settings(): MinerSettings;
  /**
   * Takes up other settings, all of them, in a file's form; they are kept in the file of the run, if it has one.
   * @param value - untrusted
   */
  apply(value: unknown): Promise<ApplyOutcome>;
}

/** Control of a run. @param stop - asks for its end */
export function controlOf(miner: Miner, stop: () => void): RunControl {
  return { status: () => miner.status(), setPaused: (paused) => miner.setPaused(paused), stop };
}

/** Control of a run with settings. */
export function withSettings(run: RunControl, live: LiveSettings): MinerControl {
  return { ...run, settings: () => live.present, apply: (value) => live.apply(value) };
}
