/**
 * Three ways of telling what a miner does: a terminal with a living status line, plain lines, JSON lines.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import { isStuck, type TextOutput } from '../../protocol/text-output.js';
import type { MinerEvent, MinerStatus } from '../core/events.js';
import { byChainName, describeSummary, type MinerSummary } from './summary.js';
import { describeEvent, describeHashrates, describeStatus, type Level } from './words.js';

/** Tells nothing but the summary while its output is stuck. */
export interface Reporter {
  event(event: MinerEvent): void;
  /** Called every second. */
  status(status: MinerStatus): void;
  /** Asked for by the user. */
  hashrates(status: MinerStatus): void;
  summary(summary: MinerSummary): void;
}

/** How often a status goes out where it can't be rewritten, in calls of `status`. */
const PLAIN_STATUS_EVERY = 10;

const WEIGHTS = { debug: 0, info: 1, warn: 2, error: 3 } as const;

const CLEAR_LINE = '\r\x1b[2K';

/** Lines for people; on a terminal the last one is the status, rewritten each second. */
export class TextReporter implements Reporter {
  readonly #output: TextOutput & { readonly isTTY?: boolean; readonly columns?: number };
  readonly #level: keyof typeof WEIGHTS;
  #statusLine = '';
  #calls = 0;

  /** @param level - least level that is told; the status line is `info`, the summary is always told */
  constructor(
    output: TextOutput & { readonly isTTY?: boolean; readonly columns?: number },
    level: keyof typeof WEIGHTS,
  ) {
    this.#output = output;
    this.#level = level;
  }

  event(event: MinerEvent): void {
    if (isStuck(this.#output)) return;
    const line = describeEvent(event);
    if (!this.#tells(line.level)) return;
    this.#print(`${clockTime()} ${line.level === 'warn' ? 'warning: ' : ''}${line.text}`);
  }

  status(status: MinerStatus): void {
    if (!this.#tells('info') || isStuck(this.#output)) return;
    if (this.#output.isTTY === true) {
      this.#statusLine = describeStatus(status).slice(0, Math.max(20, (this.#output.columns ?? 80) - 1));
      this.#output.write(`${CLEAR_LINE}${this.#statusLine}`);
      return;
    }
    this.#calls++;
    if (this.#calls % PLAIN_STATUS_EVERY === 0) this.#print(`${clockTime()} ${describeStatus(status)}`);
  }

  hashrates(status: MinerStatus): void {
    for (const line of describeHashrates(status)) this.#print(line);
  }

  summary(summary: MinerSummary): void {
    this.#statusLine = '';
    for (const line of describeSummary(summary)) this.#print(line);
  }

  #tells(level: Level): boolean {
    return WEIGHTS[level] >= WEIGHTS[this.#level];
  }

  #print(line: string): void {
    if (this.#output.isTTY === true) this.#output.write(`${CLEAR_LINE}${line}\n${this.#statusLine}`);
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

  event(event: MinerEvent): void {
    if (isStuck(this.#output)) return;
    const names =
      'chain' in event
        ? { chain: chainName(event.chain) }
        : 'chains' in event
          ? { chains: event.chains.map(chainName) }
          : {};
    this.#print({ ...event, ...names, time: Date.now() });
  }

  status(status: MinerStatus): void {
    this.#calls++;
    if (this.#calls % PLAIN_STATUS_EVERY === 0 && !isStuck(this.#output)) this.hashrates(status);
  }

  hashrates(status: MinerStatus): void {
    const { acceptedByChain, hashesByChain, ...rest } = status;
    const chains = { chains: byChainName(acceptedByChain), hashes: byChainName(hashesByChain) };
    this.#print({ type: 'status', ...rest, ...chains, time: Date.now() });
  }

  summary(summary: MinerSummary): void {
    this.#print(summary);
  }

  #print(value: object): void {
    // Work is a bigint: as text its digits survive whoever parses it.
    const text = JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'bigint' ? part.toString() : part,
    );
    this.#output.write(`${text}\n`);
  }
}

function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}
