/**
 * What a check of the pool says: one finding a subject.
 * @module
 */

/** `warning`: the pool starts, and something in it should be mended. `failed`: it would not start, or not serve as configured. */
export type FindingOutcome = 'ok' | 'warning' | 'failed';

export interface Finding {
  /** Path of the setting, as in the configuration: `listeners[0].port`; or an option such as `--log-file`. */
  readonly setting: string;
  readonly outcome: FindingOutcome;
  /** The finding: one line, no secrets. */
  readonly met: string;
  /** What to do about it, where there is something to do. */
  readonly remedy?: string;
}

export function ok(setting: string, met: string): Finding {
  return { setting, outcome: 'ok', met };
}

export function warning(setting: string, met: string, remedy: string): Finding {
  return { setting, outcome: 'warning', met, remedy };
}

export function failed(setting: string, met: string, remedy: string): Finding {
  return { setting, outcome: 'failed', met, remedy };
}
