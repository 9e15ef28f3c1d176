/**
 * What the output of a run is: its result, which must not be lost, or a log beside work that goes on.
 *
 * A full disk or a terminal that is gone costs the log, never the mining. A reader that has ended (EPIPE, as of
 * `lesswork mine | head`) is no failure either way.
 * @module
 */
import { systemErrorText } from '../protocol/system-error-text.js';

type Listener = (error: NodeJS.ErrnoException) => void;

/** What is needed of stdout. */
export interface FailingOutput {
  on(event: 'error', listener: Listener): unknown;
  off(event: 'error', listener: Listener): unknown;
}

/** What ends the role that an output has. */
const ends = new WeakMap<FailingOutput, () => void>();

function setRole(output: FailingOutput, listener: Listener): void {
  ends.get(output)?.();
  output.on('error', listener);
  ends.set(output, () => output.off('error', listener));
}

/** The run fails if something can't be written from now on, and that is told once. @param complain - tells people, elsewhere */
export function outputIsResult(output: FailingOutput, complain: (text: string) => void): void {
  let told = false;
  setRole(output, (error) => {
    if (error.code === 'EPIPE') return;
    process.exitCode = 1;
    if (!told) complain(`lesswork: the result can't be written (${systemErrorText(error)})\n`);
    told = true;
  });
}

export interface LogOutputModules {
  /** Tells people, elsewhere than in the output. */
  readonly complain: (text: string) => void;
  /** What a reader that has ended means for the run; nothing if left out. */
  readonly onReaderGone?: () => void;
}

/** Logs of which it was told that they can't be written. */
const lost = new WeakSet<FailingOutput>();

/** What can't be written from now on is lost, and that is told once for each output. The run goes on. */
export function outputIsLog(output: FailingOutput, { complain, onReaderGone }: LogOutputModules): void {
  setRole(output, (error) => {
    if (error.code === 'EPIPE') onReaderGone?.();
    else if (!lost.has(output)) {
      lost.add(output);
      complain(
        `lesswork: the log can't be written (${systemErrorText(error)}): lines are lost, the work goes on\n`,
      );
    }
  });
}
