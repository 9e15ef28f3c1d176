/**
 * Three ways of telling what a miner does: a terminal with a living status line, plain lines, JSON lines.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import { describeGathered, type Gathered } from '../../protocol/event-gatherer.js';
import { dateAndTime } from '../../protocol/local-time.js';
import { StatusLine, type TerminalOutput } from '../../protocol/status-line.js';
import { PLAIN_OUTPUT, styled, type TerminalTraits } from '../../protocol/terminal.js';
import { isStuck, type TextOutput } from '../../protocol/text-output.js';
import type { MinerEvent, MinerStatus } from '../core/events.js';
import { jsonText, toldStatus } from '../core/status-json.js';
import { describeSummary, type MinerSummary } from './summary.js';
import { describeEvent, describeHashrates, describeStatus, type Level, statusParts } from './words.js';

/** Tells nothing but the summary while its output is stuck. */
export interface Reporter {
  /** @param gathered - how many events of its kind this one, the last of them, stands for */
  event(event: MinerEvent, gathered?: Gathered): void;
  /** Called every second. */
  status(status: MinerStatus): void;
  /** Something has changed that a living status line shows at once. */
  refresh(status: MinerStatus): void;
  /** Tells the status, since the user asked for it. */
  hashrates(status: MinerStatus): void;
  /** Tells which keys there are; called only where a user can press them. */
  keys(text: string): void;
  /** The terminal has another width. */
  resized(): void;
  /** The terminal is somebody else's from now on, or this process's again. */
  inFront(front: boolean): void;
  /** Least level that is told from now on. */
  setLevel(level: LeastLevel): void;
  summary(summary: MinerSummary): void;
}

/** How often a status goes out where it can't be rewritten, in calls of `status`. */
const PLAIN_STATUS_EVERY = 10;

/** Least level that is told; nothing here is an error. */
export type LeastLevel = Level | 'error';

const WEIGHTS: Readonly<Record<LeastLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Lines for people; on a terminal the last one is the status, rewritten each second. */
export class TextReporter implements Reporter {
  readonly #output: TerminalOutput;
  #level: LeastLevel;
  readonly #colour: boolean;
  /** The status line; undefined where lines can't be rewritten. */
  readonly #live: StatusLine | undefined;
  #calls = 0;

  /** @param level - least level that is told; the status line is `info`, the summary is always told */
  constructor(output: TerminalOutput, level: LeastLevel, { live, colour }: TerminalTraits = PLAIN_OUTPUT) {
    this.#output = output;
    this.#level = level;
    this.#colour = colour;
    this.#live = live ? new StatusLine(output, colour) : undefined;
  }

  event(event: MinerEvent, gathered?: Gathered): void {
    if (isStuck(this.#output)) return;
    const { level, text, style } = describeEvent(event);
    if (!this.#tells(level)) return;
    const mark = level === 'warn' ? styled('warning: ', 'warning', this.#colour) : '';
    const count = gathered === undefined ? '' : ` ${describeGathered(gathered)}`;
    this.#print(`${dateAndTime(new Date())} ${mark}${styled(text, style, this.#colour)}${count}`);
  }

  status(status: MinerStatus): void {
    if (this.#live !== undefined) {
      this.refresh(status);
      return;
    }
    if (!this.#tells('info') || isStuck(this.#output)) return;
    this.#calls++;
    if (this.#calls % PLAIN_STATUS_EVERY === 0)
      this.#print(`${dateAndTime(new Date())} ${describeStatus(status)}`);
  }

  refresh(status: MinerStatus): void {
    if (this.#tells('info') && !isStuck(this.#output)) this.#live?.show(statusParts(status));
  }

  hashrates(status: MinerStatus): void {
    for (const line of describeHashrates(status)) this.#print(line);
  }

  keys(text: string): void {
    this.#print(text);
  }

  resized(): void {
    this.#live?.resized();
  }

  inFront(front: boolean): void {
    if (front) this.#live?.unhide();
    else this.#live?.hide();
  }

  setLevel(level: LeastLevel): void {
    this.#level = level;
  }

  summary(summary: MinerSummary): void {
    this.#live?.show([]);
    for (const line of describeSummary(summary)) this.#print(line);
  }

  #tells(level: Level): boolean {
    return WEIGHTS[level] >= WEIGHTS[this.#level];
  }

  #print(line: string): void {
    if (this.#live !== undefined) this.#live.print(line);
    else this.#output.write(`${line}\n`);
  }
}

/** One JSON object a line, each with a `type` and the `time` in ms since the epoch; the summary as it is. */
export class JsonReporter implements Reporter {
  readonly #output: TextOutput;
  #calls = 0;

  constructor(output: TextOutput) {
    this.#output = output;
  }

  event(event: MinerEvent, gathered?: Gathered): void {
    if (isStuck(this.#output)) return;
    const names =
      'chain' in event
        ? { chain: chainName(event.chain) }
        : 'chains' in event
          ? { chains: event.chains.map(chainName) }
          : {};
    this.#print({ ...event, ...names, ...(gathered === undefined ? {} : { gathered }), time: Date.now() });
  }

  status(status: MinerStatus): void {
    this.#calls++;
    if (this.#calls % PLAIN_STATUS_EVERY === 0 && !isStuck(this.#output)) this.hashrates(status);
  }

  refresh(): void {}

  keys(): void {}

  resized(): void {}

  inFront(): void {}

  setLevel(): void {}

  hashrates(status: MinerStatus): void {
    this.#print(toldStatus(status, Date.now()));
  }

  summary(summary: MinerSummary): void {
    this.#print(summary);
  }

  #print(value: object): void {
    this.#output.write(`${jsonText(value)}\n`);
  }
}
