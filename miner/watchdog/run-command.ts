/**
 * Runs a command of the user's when there is trouble: without a shell, with the facts in environment variables, for a minute at
 * most.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cleanText } from '../../protocol/stratum/clean-text.js';

/** Longest that a command may take, ms: then it is killed, with all that it has started. */
export const COMMAND_LIMIT_MS = 60_000;

/** End of a command's errors that is told, characters. */
const MAX_STDERR_CHARS = 1_000;

/** What the command is not told: keys of this program's own. */
const KEPT_BACK = /^LESSWORK_/;

/** A command that runs. */
export interface RunningCommand {
  /** What came of it, in words; undefined if all went well. */
  readonly done: Promise<string | undefined>;
  /** It is not waited for any more: it goes on, and does not keep this process from ending. */
  leave(): void;
}

/**
 * Starts a command.
 * @param facts - environment variables beside those of this process
 * @param limitMs - longest that it may take
 */
export function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  facts: Readonly<Record<string, string>>,
  limitMs = COMMAND_LIMIT_MS,
): RunningCommand {
  const own = Object.entries(process.env).filter(([name]) => !KEPT_BACK.test(name));
  let leave = (): void => {};
  const done = new Promise<string | undefined>((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        env: { ...Object.fromEntries(own), ...facts },
        stdio: ['ignore', 'ignore', 'pipe'],
        // A group of its own: it can be killed as a whole, and does not end with this process.
        detached: process.platform !== 'win32',
        windowsHide: true,
      });
    } catch (error) {
      resolve(`can't be started: ${error instanceof Error ? error.message : error}`);
      return;
    }
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(-MAX_STDERR_CHARS);
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child);
    }, limitMs);
    const end = (what: string | undefined): void => {
      clearTimeout(timer);
      child.stderr?.destroy();
      const words = cleanText(said);
      resolve(what === undefined ? undefined : `${what}${words === '' ? '' : `: ${words}`}`);
    };
    child.on('error', (error) => end(`can't be started: ${error.message}`));
    // Not `close`: what it has left running may hold its pipe for ever.
    child.on('exit', (code, signal) => {
      if (late) end(`was killed after ${limitMs / 1000} s`);
      else end(code === 0 ? undefined : `has ended by ${signal ?? `exit status ${code}`}`);
    });
    leave = () => {
      clearTimeout(timer);
      child.stderr?.destroy();
      child.unref();
    };
  });
  return { done, leave: () => leave() };
}

function killGroup(child: ChildProcess): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
