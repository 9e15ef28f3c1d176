/**
 * NVIDIA's own tool as a lasting process: started once, it tells of all cards every 2 s. A process a reading would take
 * more of the CPU than all the rest of the miner.
 *
 * ```
 * start --rows--> well --ends, hangs, prints what can't be read--> waits (1 s, doubled to 5 min) --> start
 *     \-- not there --> given up
 * ```
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cleanText } from '../../protocol/stratum/clean-text.js';
import { LineSplitter } from '../../protocol/stratum/line-splitter.js';
import { type CardLine, NVIDIA_FIELDS, parseCardLine } from './nvidia-smi-text.js';

/** Seconds between two looks of the tool at its cards. */
const LOOK_SECONDS = 2;

/** Longest line, bytes: one of a card has some 80. */
const MAX_LINE_BYTES = 4_096;

/** Most bytes between two looks at the process: 256 cards tell 20 KB. */
const MAX_BYTES_A_TICK = 262_144;

/** Longest text of an error that is kept, characters. */
const MAX_ERROR_CHARS = 400;

/** Times after which the tool is taken for broken, and waits until it is started again, ms. */
export interface NvidiaSmiTimes {
  /** Between two looks at the process. */
  readonly tickMs: number;
  /** No line of a card for so long. Its first takes some seconds on a machine with many cards. */
  readonly silenceMs: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Well for so long: earlier failures are forgotten, and the next is told. */
  readonly provenMs: number;
}

const TIMES: NvidiaSmiTimes = {
  tickMs: 1_000,
  silenceMs: 20_000,
  firstDelayMs: 1_000,
  maxDelayMs: 300_000,
  provenMs: 60_000,
};

export interface NvidiaSmiEvents {
  onCard(card: CardLine): void;
  /** The tool can't be used. Told once, until it has been well for a while. */
  onFault(message: string): void;
}

/** The parts that it is built from; tests bring their own. */
export interface NvidiaSmiModules {
  /** The program, and arguments in front of those for the query. */
  readonly command?: readonly [string, ...string[]];
  readonly times?: NvidiaSmiTimes;
}

/** Keeps the tool running. */
export class NvidiaSmi {
  readonly #events: NvidiaSmiEvents;
  readonly #command: readonly [string, ...string[]];
  readonly #times: NvidiaSmiTimes;
  #child: ChildProcess | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #failures = 0;
  #told = false;
  #closed = false;
  /** Ticks since the last line of a card, and since the first of this process. */
  #silentTicks = 0;
  #wellTicks = 0;
  #bytes = 0;
  /** What came instead of lines of cards: the tool says its errors on stdout. */
  #said = '';

  constructor(events: NvidiaSmiEvents, { command = ['nvidia-smi'], times = TIMES }: NvidiaSmiModules = {}) {
    this.#events = events;
    this.#command = command;
    this.#times = times;
  }

  /** Process id; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    this.#ticker = setInterval(() => this.#tick(), this.#times.tickMs);
    this.#launch();
  }

  /** Ends the tool; nothing is told any more. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#ticker);
    clearTimeout(this.#restart);
    this.#drop();
  }

  #launch(): void {
    this.#silentTicks = 0;
    this.#wellTicks = 0;
    this.#bytes = 0;
    this.#said = '';
    const [program, ...first] = this.#command;
    const args = [...first, `--query-gpu=${NVIDIA_FIELDS}`, '--format=csv,noheader,nounits'];
    let child: ChildProcess;
    try {
      child = spawn(program, [...args, '-l', String(LOOK_SECONDS)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
    } catch (error) {
      this.#fail(`can't be started: ${error instanceof Error ? error.message : error}`);
      return;
    }
    this.#child = child;
    const lines = new LineSplitter(MAX_LINE_BYTES);
    child.stdout?.on('data', (chunk: Buffer) => {
      if (this.#child === child) this.#take(chunk, lines);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (this.#child === child && this.#count(chunk)) this.#hear(chunk.toString('latin1'));
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#child !== child) return;
      if (error.code === 'ENOENT') this.#giveUp(`${program} is not there`);
      else this.#fail(`can't be started: ${error.message}`);
    });
    // Not `exit`: what it has said last may still be on its way then.
    child.on('close', (code, signal) => {
      if (this.#child === child) this.#fail(`has ended by ${signal ?? `exit status ${code}`}`);
    });
  }

  #take(chunk: Buffer, lines: LineSplitter): void {
    if (!this.#count(chunk)) return;
    const fits = lines.push(chunk, (line) => {
      const card = parseCardLine(line);
      if (card === undefined) this.#hear(line);
      else {
        this.#silentTicks = 0;
        this.#wellTicks ||= 1;
        this.#events.onCard(card);
      }
      return true;
    });
    if (!fits) this.#fail(`prints lines of more than ${MAX_LINE_BYTES} bytes`);
  }

  /** @returns false if that was too much */
  #count(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_BYTES_A_TICK) return true;
    this.#fail('prints without end');
    return false;
  }

  #hear(text: string): void {
    if (this.#said.length < MAX_ERROR_CHARS) this.#said += `${text.slice(0, MAX_ERROR_CHARS)} `;
  }

  /** Counted in ticks of this process, not in time: while the whole machine sleeps nobody is silent. */
  #tick(): void {
    this.#bytes = 0;
    if (this.#child === undefined) return;
    const { tickMs, silenceMs, provenMs } = this.#times;
    if (this.#wellTicks > 0 && ++this.#wellTicks * tickMs > provenMs) {
      this.#failures = 0;
      this.#told = false;
    }
    if (++this.#silentTicks * tickMs <= silenceMs) return;
    this.#fail(
      this.#said === ''
        ? `hangs: it has said nothing for ${Math.round(silenceMs / 1000)} s`
        : 'says nothing of any card',
    );
  }

  #fail(what: string): void {
    this.#drop();
    const { firstDelayMs, maxDelayMs } = this.#times;
    const said = cleanText(this.#said);
    const message = `${this.#command[0]} ${what}${said === '' ? '' : `: ${said}`}`;
    const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(this.#failures, 30));
    this.#failures++;
    this.#restart = setTimeout(() => {
      // Not at once: where a signal for all processes of a terminal has ended it, this one ends, too.
      this.#tell(`${message}; it is tried again from time to time`);
      this.#launch();
    }, delayMs);
  }

  #giveUp(message: string): void {
    this.#drop();
    clearInterval(this.#ticker);
    this.#tell(message);
  }

  #tell(message: string): void {
    if (this.#told || this.#closed) return;
    this.#told = true;
    this.#events.onFault(message);
  }

  /** Kills the process. One that sleeps in its driver stays: it does not keep this one from ending. */
  #drop(): void {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    child.kill('SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.unref();
  }
}
