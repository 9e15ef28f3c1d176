/**
 * Two ways of telling what a pool does: plain lines, and JSON lines.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import { isStuck, type TextOutput } from '../../protocol/text-output.js';
import type { PoolServerEvent, PoolStatus } from '../domain/events.js';
import { describePoolEvent, describePoolStatus, type LogLevel } from './words.js';

const WEIGHTS = { debug: 0, info: 1, warn: 2, error: 3 } as const;

/** Tells nothing while its output is stuck. */
export interface PoolLog {
  event(event: PoolServerEvent): void;
  /** Called once a minute. */
  status(status: PoolStatus): void;
  /** The pool ends. @param overMs - how long its connections take to close */
  stopping(overMs: number): void;
}

export interface PoolLogOptions {
  readonly json: boolean;
  /** Least level that is told. */
  readonly level: keyof typeof WEIGHTS;
}

export function createPoolLog(output: TextOutput, { json, level }: PoolLogOptions): PoolLog {
  const tell = (of: LogLevel, text: string, value: object): void => {
    if (WEIGHTS[of] < WEIGHTS[level] || isStuck(output)) return;
    const line = json
      ? JSON.stringify({ ...value, time: Date.now() })
      : `${new Date().toTimeString().slice(0, 8)} ${of === 'warn' ? 'warning: ' : ''}${text}`;
    output.write(`${line}\n`);
  };
  return {
    event: (event) => {
      const { level: of, text } = describePoolEvent(event);
      const chain = 'chain' in event && event.chain !== undefined ? { chain: chainName(event.chain) } : {};
      tell(of, text, { ...event, ...chain });
    },
    status: (status) => tell('info', describePoolStatus(status), { type: 'status', ...status }),
    stopping: (overMs) => {
      const text = `stopping: closing connections within ${(overMs / 1000).toFixed(0)} s; again to stop at once`;
      tell('info', text, { type: 'stopping', overMs });
    },
  };
}
