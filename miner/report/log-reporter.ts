/**
 * A miner's log in a file: what a run tells, each line with its time, without what answers somebody at a terminal.
 * @module
 */
import { dateAndTime } from '../../protocol/local-time.js';
import type { TextOutput } from '../../protocol/text-output.js';
import { jsonText } from '../core/status-json.js';
import { JsonReporter, type LeastLevel, type Reporter, TextReporter } from './reporter.js';
import { describeSummary } from './summary.js';

/** @param level - least level that is told; of JSON lines all are */
export function createLogReporter(
  output: TextOutput,
  { json, level }: { readonly json: boolean; readonly level: LeastLevel },
): Reporter {
  const lines = json ? new JsonReporter(output) : new TextReporter(output, level);
  return {
    event: (event, gathered) => lines.event(event, gathered),
    status: (status) => lines.status(status),
    refresh: () => {},
    hashrates: () => {},
    keys: () => {},
    resized: () => {},
    inFront: () => {},
    setLevel: (next) => lines.setLevel(next),
    summary: (summary) => {
      if (json) output.write(`${jsonText({ ...summary, time: Date.now() })}\n`);
      else for (const line of describeSummary(summary)) output.write(`${dateAndTime(new Date())} ${line}\n`);
    },
  };
}

/** Several reporters as one, in their order. */
export function reportersTogether(reporters: readonly Reporter[]): Reporter {
  const each = (tell: (reporter: Reporter) => void): void => reporters.forEach(tell);
  return {
    event: (event, gathered) => each((one) => one.event(event, gathered)),
    status: (status) => each((one) => one.status(status)),
    refresh: (status) => each((one) => one.refresh(status)),
    hashrates: (status) => each((one) => one.hashrates(status)),
    keys: (text) => each((one) => one.keys(text)),
    resized: () => each((one) => one.resized()),
    inFront: (front) => each((one) => one.inFront(front)),
    setLevel: (level) => each((one) => one.setLevel(level)),
    summary: (summary) => each((one) => one.summary(summary)),
  };
}
