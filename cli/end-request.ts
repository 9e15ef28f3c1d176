/**
 * How a run is asked to end: by a signal, by a key, or by whoever started it. The same helper for every command that
 * runs for a while.
 *
 * `timeout -s INT`, npm and shells signal a process and its whole group, so that one wish arrives twice. A signal within
 * half a second of the first is therefore the same one; a later one comes from somebody who can't wait.
 * @module
 */

/** Signals that end a run cleanly. Not SIGHUP: see hang-up.ts. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
export type EndSignal = (typeof END_SIGNALS)[number];

/** Time after the first signal in which another is the same one, ms. */
export const SAME_SIGNAL_MS = 500;

/** The wish to end a run. */
export interface EndRequest {
  /** Settles once somebody asked for the end. */
  readonly asked: Promise<void>;
  /** Asks for the end, as a signal would. */
  ask(): void;
}

export interface EndRequestModules {
  /** Whoever emits the signals: the process, or a test's. */
  readonly signals: {
    on(signal: EndSignal, listener: (signal: EndSignal) => void): unknown;
    off(signal: EndSignal, listener: (signal: EndSignal) => void): unknown;
  };
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** A second wish, of somebody who can't wait. Signals do again what they do by default then. */
  readonly onImpatience: (signal: EndSignal) => void;
}

/**
 * Hears the signals from now on, until the process ends: a signal that is repeated must not kill a process which is
 * just about to end by itself.
 */
export function hearEndRequest(modules: Partial<EndRequestModules> = {}): EndRequest {
  const signals = modules.signals ?? process;
  const now = modules.now ?? (() => performance.now());
  const onImpatience = modules.onImpatience ?? dieBySignal;
  let askedMs: number | undefined;
  let settle: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const ask = (): void => {
    askedMs ??= now();
    settle();
  };
  const hear = (signal: EndSignal): void => {
    if (askedMs !== undefined && now() - askedMs >= SAME_SIGNAL_MS) {
      for (const each of END_SIGNALS) signals.off(each, hear);
      onImpatience(signal);
    } else ask();
  };
  for (const signal of END_SIGNALS) signals.on(signal, hear);
  return { asked, ask };
}

/** Ends as if nobody had listened, so that whoever waits for this process learns which signal it was. */
function dieBySignal(signal: EndSignal): void {
  process.kill(process.pid, signal);
}
