/**
 * Command lines that end at once, all of a file in one process: to start one takes far longer than what they do.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunResult } from './lesswork.js';

const PROGRAM = fileURLToPath(new URL('./command-process.js', import.meta.url));

/** A command line that goes on for so long does not end at once, ms. */
const PATIENCE_MS = 60_000;

export interface CommandLine {
  readonly args: readonly string[];
  /** All of its stdin. */
  readonly input: string;
}

let child: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs `lesswork` to its end, after those that were asked for before. Whether a process of its own would end then, too, is
 * not seen: `lesswork` of lesswork.ts shows that.
 * @throws Error if it does not end, or takes the process with it
 */
export function inOneProcess(args: readonly string[], input = ''): Promise<RunResult> {
  const result = last.then(() => run({ args, input }));
  last = result.catch(() => {});
  return result;
}

async function run(line: CommandLine): Promise<RunResult> {
  child ??= fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  const process = child;
  process.ref();
  process.channel!.ref();
  try {
    return await new Promise((resolve, reject) => {
      const failed = (why: string): void => {
        child = undefined;
        process.kill('SIGKILL');
        reject(new Error(`lesswork ${line.args.join(' ')}: ${why}`));
      };
      const timer = setTimeout(failed, PATIENCE_MS, `it has not ended after ${PATIENCE_MS} ms`);
      const ended = (code: number | null): void => {
        clearTimeout(timer);
        failed(`it ended its process with ${code}`);
      };
      process.once('exit', ended).once('message', (result: RunResult) => {
        clearTimeout(timer);
        process.off('exit', ended);
        resolve(result);
      });
      process.send(line);
    });
  } finally {
    // It ends when this process does, and keeps nobody waiting.
    process.unref();
    process.channel?.unref();
  }
}
