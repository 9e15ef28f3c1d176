/**
 * A miner on the command line: reports, keys, signals, and its end.
 * @module
 */
import { type MinerApp, type MinerAppOptions, startMiner } from '../miner/app.js';
import type { MinerEvent } from '../miner/core/events.js';
import { listenForKeys } from '../miner/report/keys.js';
import { JsonReporter, type Reporter, TextReporter } from '../miner/report/reporter.js';
import { type MinerSummary, summaryOf } from '../miner/report/summary.js';
import { END_SIGNALS, leastLevel, type OutputOptions } from './options.js';
import { watchParent } from './parent-watch.js';

/** What ends a run before anybody asks. */
export interface RunLimits {
  /** Longest run, s. */
  readonly seconds?: number | undefined;
  /** End when the process that started this one is gone. */
  readonly withParent: boolean;
}

/** What else runs beside the miner, and has its say in the same lines. */
export interface Company {
  /** Given what tells its events, once the miner's are told. */
  join(tell: (event: MinerEvent) => void): void;
  /** Whether an event of the miner is told; false for what it tells in other words. */
  tells(event: MinerEvent): boolean;
  /** The summary with what it knows better than the miner. */
  complete(summary: MinerSummary): MinerSummary;
}

/**
 * Mines until a signal, the q key, or a limit ends it.
 * @returns what it came to
 * @throws Error if no device can mine
 */
export async function runMiner(
  options: MinerAppOptions,
  output: OutputOptions,
  limits: RunLimits,
  company?: Company,
): Promise<MinerSummary> {
  const reporter: Reporter = output.json
    ? new JsonReporter(process.stdout)
    : new TextReporter(process.stdout, leastLevel(output));
  company?.join((event) => reporter.event(event));
  const onEvent = (event: MinerEvent): void => {
    if (company?.tells(event) ?? true) reporter.event(event);
  };
  const app = startMiner(options, { onEvent });
  const timer = setInterval(() => reporter.status(app.miner.status()), 1_000);
  const failure = await untilEnd(app, reporter, limits);
  clearInterval(timer);
  await app.close();
  if (failure !== undefined) throw failure;
  const alone = summaryOf(app.miner.status());
  const summary = company?.complete(alone) ?? alone;
  reporter.summary(summary);
  return summary;
}

/** @returns why it had to end, or undefined if it was asked to */
function untilEnd(app: MinerApp, reporter: Reporter, limits: RunLimits): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    const finish = (failure?: Error): void => {
      for (const signal of END_SIGNALS) process.off(signal, end);
      process.stdout.off('error', end);
      for (const timer of timers) clearInterval(timer);
      stopKeys();
      stopWatch();
      resolve(failure);
    };
    const end = (): void => finish();
    const stopKeys = listenForKeys(process.stdin, {
      hashrate: () => reporter.hashrates(app.miner.status()),
      pause: () => app.miner.setPaused(true),
      resume: () => app.miner.setPaused(false),
      quit: end,
    });
    for (const signal of END_SIGNALS) process.on(signal, end);
    // Nobody reads what it says any more.
    process.stdout.on('error', end);
    if (limits.seconds !== undefined) timers.push(setTimeout(end, limits.seconds * 1_000));
    const stopWatch = limits.withParent ? watchParent(end) : () => {};
    void app.failure.then(finish);
  });
}
