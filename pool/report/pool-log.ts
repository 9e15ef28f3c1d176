/**
 * Logs of a pool: a terminal with a living status line, plain lines, JSON lines.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import { dateAndTime } from '../../protocol/local-time.js';
import { formatDuration } from '../../protocol/quantity-text.js';
import { joinParts, StatusLine, type TerminalOutput } from '../../protocol/status-line.js';
import { PLAIN_OUTPUT, styled, type TerminalTraits } from '../../protocol/terminal.js';
import { isStuck } from '../../protocol/text-output.js';
import type { PoolServerEvent, PoolStatus } from '../domain/events.js';
import { describePoolEvent, type LogLevel, poolResult, poolStatusParts } from './words.js';

const WEIGHTS = { debug: 0, info: 1, warn: 2, error: 3 } as const;

/** Tells nothing while its output is stuck. */
export interface PoolLog {
  /** @param process - number of the worker process that it comes from, where there are several */
  event(event: PoolServerEvent, process?: number): void;
  /** Called once a second: a line of it goes out once a minute, and at once where it lives. */
  status(status: PoolStatus): void;
  /** The pool ends. @param overMs - how long its connections take to close */
  stopping(overMs: number): void;
  /** The pool has ended: the end result, which `quiet` leaves. */
  ended(status: PoolStatus): void;
  /** The terminal has another width. */
  resized(): void;
}

export interface PoolLogOptions {
  readonly json: boolean;
  /** Least level that is told. */
  readonly level: keyof typeof WEIGHTS;
  /** Abilities of the output; none if left out. */
  readonly traits?: TerminalTraits;
  /** ms since the epoch. */
  readonly now?: () => number;
}

/** How often a status goes out where it can't be rewritten, in calls of `status`. */
const STATUS_EVERY = 60;

export function createPoolLog(
  output: TerminalOutput,
  { json, level, traits = PLAIN_OUTPUT, now = Date.now }: PoolLogOptions,
): PoolLog {
  const live = traits.live && !json ? new StatusLine(output, traits.colour) : undefined;
  let calls = 0;
  const tells = (of: LogLevel): boolean => WEIGHTS[of] >= WEIGHTS[level] && !isStuck(output);
  const print = (line: string): void => {
    if (live !== undefined) live.print(line);
    else output.write(`${line}\n`);
  };
  /** The result is told where warnings are, without their mark. */
  const tell = (of: LogLevel | 'result', text: string, value: object, process?: number): void => {
    if (!tells(of === 'result' ? 'warn' : of)) return;
    if (json) {
      print(JSON.stringify({ ...value, ...(process === undefined ? {} : { process }), time: now() }));
      return;
    }
    const from = process === undefined ? '' : `[${process}] `;
    const mark = of === 'warn' ? styled('warning: ', 'warning', traits.colour) : '';
    print(`${dateAndTime(new Date(now()))} ${from}${mark}${text}`);
  };
  return {
    event: (event, process) => {
      const { level: of, text } = describePoolEvent(event);
      const chain = 'chain' in event && event.chain !== undefined ? { chain: chainName(event.chain) } : {};
      tell(of, text, { ...event, ...chain }, process);
    },
    status: (status) => {
      if (!tells('info')) return;
      if (live !== undefined) {
        live.show(poolStatusParts(status));
        return;
      }
      calls++;
      if (calls % STATUS_EVERY === 0)
        tell('info', joinParts(poolStatusParts(status)), { type: 'status', ...status });
    },
    stopping: (overMs) => {
      live?.show([]);
      const text = `stopping: closing connections within ${formatDuration(overMs)}; a second Ctrl-C or signal stops it at once`;
      tell('info', text, { type: 'stopping', overMs });
    },
    ended: (status) => {
      live?.show([]);
      tell('result', poolResult(status), { type: 'stopped', ...status });
    },
    resized: () => live?.resized(),
  };
}

/** Several logs that tell the same. */
export function poolLogsTogether(logs: readonly PoolLog[]): PoolLog {
  return {
    event: (event, process) => {
      for (const log of logs) log.event(event, process);
    },
    status: (status) => {
      for (const log of logs) log.status(status);
    },
    stopping: (overMs) => {
      for (const log of logs) log.stopping(overMs);
    },
    ended: (status) => {
      for (const log of logs) log.ended(status);
    },
    resized: () => {
      for (const log of logs) log.resized();
    },
  };
}
