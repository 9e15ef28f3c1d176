/**
 * SIGHUP: the wish of a person or a program that files are read and opened anew, or what a terminal sends when it is gone.
 *
 * A process that hears the signal is no longer ended by it. One whose terminal is gone ends all the same: nobody would know
 * that it is there. Under nohup none of its streams is a terminal; that nohup ignores the signal Node.js undoes.
 * @module
 */
import { isatty } from 'node:tty';

const STREAMS = [0, 1, 2] as const;

export interface HangUpModules {
  /** Files are to be read and opened anew. */
  readonly onReload: () => void;
  /** The terminal is gone. */
  readonly onHangUp: () => void;
  /** Whether a stream of the process is a terminal now. @param stream - 0, 1 or 2 */
  readonly isTerminal?: (stream: number) => boolean;
  /** Whoever emits the signal: the process, or a test's. */
  readonly signals?: {
    on(signal: 'SIGHUP', listener: () => void): unknown;
    off(signal: 'SIGHUP', listener: () => void): unknown;
  };
}

/** Whether any stream of this process is a terminal. */
export function hasTerminal(): boolean {
  return STREAMS.some((stream) => isatty(stream));
}

/** Hears the signal from now on. @returns what ends that */
export function hearHangUp({
  onReload,
  onHangUp,
  isTerminal = isatty,
  signals = process,
}: HangUpModules): () => void {
  const terminals = STREAMS.filter((stream) => isTerminal(stream));
  const hear = (): void => {
    if (terminals.some((stream) => !isTerminal(stream))) onHangUp();
    else onReload();
  };
  signals.on('SIGHUP', hear);
  return () => signals.off('SIGHUP', hear);
}
