/**
 * The real program as a child process, and what Linux says of it.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

/** One JSON line of its output. */
export interface JsonLine {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A run of `lesswork ... --json`. */
export class LessworkProcess {
  readonly startedMs = performance.now();
  readonly #child: ChildProcess;
  readonly #waiting: { wanted: (line: JsonLine) => boolean; take: (line: JsonLine) => void }[] = [];
  #ended = false;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [MAIN, ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child.on('exit', () => {
      this.#ended = true;
    });
    createInterface({ input: this.#child.stdout! }).on('line', (text) => {
      const line = JSON.parse(text) as JsonLine;
      const index = this.#waiting.findIndex(({ wanted }) => wanted(line));
      if (index >= 0) this.#waiting.splice(index, 1)[0]!.take(line);
    });
  }

  /** The next line of a kind. */
  line(wanted: (line: JsonLine) => boolean): Promise<JsonLine> {
    return new Promise((take) => this.#waiting.push({ wanted, take }));
  }

  /** Memory that it has in RAM, MB. @throws Error off Linux */
  get residentMb(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1');
    return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}
