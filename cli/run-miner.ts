/**
 * A miner on the command line: reports, keys, signals, and its end.
 * @module
 */
import { type MinerApp, type MinerAppOptions, startMiner } from '../miner/app.js';
import type { MinerEvent } from '../miner/core/events.js';
import { minerGathering } from '../miner/report/gathering.js';
import { KEYS_TEXT, listenForKeys, systemKeyModules } from '../miner/report/keys.js';
import { JsonReporter, type Reporter, TextReporter } from '../miner/report/reporter.js';
import { type MinerSummary, summaryOf } from '../miner/report/summary.js';
import { EventGatherer } from '../protocol/event-gatherer.js';
import { terminalTraits } from '../protocol/terminal.js';
import { type EndRequest, hearEndRequest } from './end-request.js';
import { leastLevel, type OutputOptions } from './options.js';
import { outputIsLog, outputIsResult } from './output-role.js';
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
  /** Has it tell what it still holds, and nothing from then on: the summary is last. */
  leave(): void;
  /** Whether an event of the miner is told; false for what it tells in other words. */
  tells(event: MinerEvent): boolean;
  /** The summary with what it knows better than the miner. */
  complete(summary: MinerSummary): MinerSummary;
}

/** What a run may be given. */
export interface RunModules {
  /** Where the signals are heard already. */
  readonly end?: EndRequest;
  readonly company?: Company;
  /** Warnings about the options, to be told first. */
  readonly notices?: readonly string[];
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
  { end = hearEndRequest(), company, notices = [] }: RunModules = {},
): Promise<MinerSummary> {
  const stdout = process.stdout;
  const complain = (text: string): void => {
    process.stderr.write(text);
  };
  outputIsLog(stdout, { complain, onReaderGone: end.ask });
  const reporter: Reporter = output.json
    ? new JsonReporter(stdout)
    : new TextReporter(stdout, leastLevel(output), terminalTraits(stdout, process.env, process.platform));
  const gatherer = new EventGatherer(
    minerGathering(output.json ? 'json' : 'text'),
    (event: MinerEvent, gathered) => reporter.event(event, gathered),
  );
  const tell = (event: MinerEvent): void => gatherer.take(event, performance.now());
  for (const message of notices) tell({ type: 'notice', level: 'warn', name: 'lesswork', message });
  // What it tells, it has gathered itself.
  company?.join((event) => reporter.event(event));
  let app: MinerApp | undefined;
  const refresh = (): void => {
    if (app !== undefined) reporter.refresh(app.miner.status());
  };
  app = startMiner(options, {
    onEvent: (event) => {
      if (company?.tells(event) ?? true) tell(event);
      if (event.type === 'progress' || event.type === 'session') refresh();
    },
  });
  refresh();
  const { miner } = app;
  const timer = setInterval(() => {
    gatherer.tick(performance.now());
    reporter.status(miner.status());
  }, 1_000);
  const resized = (): void => reporter.resized();
  stdout.on('resize', resized);
  const failure = await untilEnd(app, reporter, limits, end);
  clearInterval(timer);
  await app.close();
  gatherer.flush(performance.now());
  company?.leave();
  stdout.off('resize', resized);
  if (failure !== undefined) throw failure;
  const alone = summaryOf(miner.status());
  const summary = company?.complete(alone) ?? alone;
  // Lines of the log may have been lost; this is the result.
  outputIsResult(stdout, complain);
  reporter.summary(summary);
  return summary;
}

/** @returns why it had to end, or undefined if it was asked to */
async function untilEnd(
  { miner, failure }: MinerApp,
  reporter: Reporter,
  limits: RunLimits,
  end: EndRequest,
): Promise<Error | undefined> {
  const keys = listenForKeys(systemKeyModules(), {
    hashrate: () => reporter.hashrates(miner.status()),
    pause: () => miner.setPaused(true),
    resume: () => miner.setPaused(false),
    quit: end.ask,
    help: () => reporter.keys(KEYS_TEXT),
    inFront: (front) => reporter.inFront(front),
  });
  if (keys.there) reporter.keys(KEYS_TEXT);
  const timer = limits.seconds === undefined ? undefined : setTimeout(end.ask, limits.seconds * 1_000);
  const stopWatch = limits.withParent ? watchParent(end.ask) : () => {};
  try {
    return await Promise.race([end.asked.then(() => undefined), failure]);
  } finally {
    clearTimeout(timer);
    stopWatch();
    keys.stop();
    // What follows takes a second at most: whoever asks again can't wait.
    end.ask();
  }
}
