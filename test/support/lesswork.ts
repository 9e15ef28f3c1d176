/**
 * The built command line, run as a user runs it.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitFor } from './wait.js';

export const PROJECT_ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line of what --json prints. */
export interface JsonLine {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A run of `lesswork` that goes on beside the test. */
export class LessworkRun {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #ended: Promise<[number | null, NodeJS.Signals | null]>;
  /** Of the beginning of stdout: what waits for a line asks again and again, and a pool under load says much. */
  readonly #lines: JsonLine[] = [];
  #linesEnd = 0;

  /**
   * @param main - another one than what was built here
   * @param output - descriptor of what its stdout is to be; nothing of it is kept then
   * @param input - all of its stdin; left out, it has none
   */
  constructor(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    main = MAIN,
    output: number | 'pipe' = 'pipe',
    input?: string,
  ) {
    this.child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', output, 'pipe'],
    });
    // It may end before it has read all.
    this.child.stdin?.on('error', () => {}).end(input);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#ended = once(this.child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  }

  /** Lines of stdout so far as JSON objects. @throws SyntaxError if one is none */
  jsonLines(): JsonLine[] {
    for (let end = this.#lineEnd(); end !== -1; end = this.#lineEnd()) {
      this.#lines.push(JSON.parse(this.stdout.slice(this.#linesEnd, end)) as JsonLine);
      this.#linesEnd = end + 1;
    }
    return [...this.#lines];
  }

  #lineEnd(): number {
    return this.stdout.indexOf('\n', this.#linesEnd);
  }

  async end(): Promise<RunResult> {
    const [code, signal] = await this.#ended;
    return { code, signal, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Waits until a run that mines for a pool, with --json, has had a block accepted. */
export function waitForBlock(run: LessworkRun): Promise<void> {
  const accepted = () =>
    run.jsonLines().some(({ type, block, verdict }) => type === 'share' && block && verdict === 'accepted');
  return waitFor(
    'a block',
    () => {
      if (run.child.exitCode !== null) throw new Error(`it ended before it had a block: ${run.stderr}`);
      return accepted();
    },
    120_000,
  );
}

/** Runs `lesswork` to its end. */
export function lesswork(...args: string[]): Promise<RunResult> {
  return new LessworkRun(args).end();
}

/** Runs `lesswork` to its end, with something on its standard input. */
export function lessworkReading(input: string, ...args: string[]): Promise<RunResult> {
  return new LessworkRun(args, {}, MAIN, 'pipe', input).end();
}
