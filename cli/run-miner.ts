/**
 * A miner on the command line: reports, keys, signals, and its end.
 * @module
 */

import type { MinerApi } from '../miner/api/start-miner-api.js';
import { type MinerApp, type MinerAppOptions, startMiner } from '../miner/app.js';
import type { LogLevel } from '../miner/config/defaults.js';
import { controlOf, type MinerControl, type RunControl } from '../miner/control.js';
import type { MinerEvent } from '../miner/core/events.js';
import { minerGathering } from '../miner/report/gathering.js';
import { KEYS_TEXT, listenForKeys, systemKeyModules } from '../miner/report/keys.js';
import { createLogReporter, reportersTogether } from '../miner/report/log-reporter.js';
import { JsonReporter, type Reporter, TextReporter } from '../miner/report/reporter.js';
import { type MinerSummary, summaryOf } from '../miner/report/summary.js';
import { EventGatherer } from '../protocol/event-gatherer.js';
import { terminalTraits } from '../protocol/terminal.js';
import { type EndRequest, hearEndRequest } from './end-request.js';
import type { LogFile } from './log-file.js';
import { leastLevel, type OutputOptions } from './options.js';
import { outputIsLog, outputIsResult } from './output-role.js';
import { watchParent } from './parent-watch.js';
import { tellReady } from './service-manager.js';

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

/** Keeps what it is shown. */
export interface Witness {
  /** @param nowMs - ms since the epoch, as in all of these */
  see(event: MinerEvent, nowMs: number): void;
  /** Called every second. */
  tick(nowMs: number): void;
  close(nowMs: number): Promise<void>;
}

/** A run that goes on, for what is started beside it. */
export interface RunningMiner {
  readonly app: MinerApp;
  readonly control: RunControl;
  /** Tells something of this program itself. */
  tell(level: 'info' | 'warn', message: string): void;
  /** Least level that is told from now on. */
  setLevel(level: LogLevel): void;
  /** The log in a file from now on; undefined for none. */
  setLog(log: LogFile | undefined): void;
}

/** A run with settings. */
export interface ControlledRun {
  readonly control: MinerControl;
  /** Called before the miner ends. */
  close(): void;
}

/** What a run may be given. */
export interface RunModules {
  /** Where the signals are heard already. */
  readonly end?: EndRequest;
  readonly company?: Company;
  /** Opens what is shown all that the miner tells. @param complain - tells a warning */
  readonly witness?: (complain: (message: string) => void) => Promise<Witness>;
  /** Warnings about the options, to be told first. */
  readonly notices?: readonly string[];
  /** Begins to listen for those who watch the miner, before it is started; it serves the control of `beside`. */
  readonly api?: ((complain: (message: string) => void) => Promise<MinerApi>) | undefined;
  /** A log in a file. */
  readonly log?: LogFile | undefined;
  /** Starts what steers the run by its settings. */
  readonly beside?: (run: RunningMiner) => ControlledRun;
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
  {
    end = hearEndRequest(),
    company,
    witness: openWitness,
    notices = [],
    log,
    api: openApi,
    beside: startBeside,
  }: RunModules = {},
): Promise<MinerSummary> {
  const stdout = process.stdout;
  const complain = (text: string): void => {
    process.stderr.write(text);
  };
  outputIsLog(stdout, { complain, onReaderGone: end.ask });
  let level = leastLevel(output);
  const reporters: Reporter[] = [
    output.json
      ? new JsonReporter(stdout)
      : new TextReporter(stdout, level, terminalTraits(stdout, process.env, process.platform)),
  ];
  const reporter = reportersTogether(reporters);
  const setLog = (file: LogFile | undefined): void => {
    const [shown] = reporters;
    const kept = file === undefined ? [] : [createLogReporter(file, { json: output.json, level })];
    reporters.splice(0, reporters.length, shown!, ...kept);
  };
  setLog(log);
  const gatherer = new EventGatherer(
    minerGathering(output.json ? 'json' : 'text'),
    (event: MinerEvent, gathered) => reporter.event(event, gathered),
  );
  const tell = (event: MinerEvent): void => gatherer.take(event, performance.now());
  const tellOwn = (noticeLevel: 'info' | 'warn', message: string): void =>
    tell({ type: 'notice', level: noticeLevel, name: 'lesswork', message });
  const warn = (message: string): void => tellOwn('warn', message);
  for (const message of notices) warn(message);
  const api = await openApi?.(warn);
  if (api !== undefined)
    tell({ type: 'notice', level: 'info', name: 'API', message: `listens at ${api.url}` });
  const witness = await openWitness?.(warn);
  // What it tells, it has gathered itself.
  company?.join((event) => reporter.event(event));
  let app: MinerApp | undefined;
  const refresh = (): void => {
    if (app !== undefined) reporter.refresh(app.miner.status());
  };
  app = startMiner(options, {
    onEvent: (event) => {
      witness?.see(event, Date.now());
      if (company?.tells(event) ?? true) tell(event);
      if (event.type === 'progress' || event.type === 'session') refresh();
    },
  });
  refresh();
  tellReady('mining begins once a device is ready');
  const { miner } = app;
  const control = controlOf(miner, end.ask);
  const timer = setInterval(() => {
    gatherer.tick(performance.now());
    reporter.status(miner.status());
    witness?.tick(Date.now());
  }, 1_000);
  const resized = (): void => reporter.resized();
  stdout.on('resize', resized);
  const beside = startBeside?.({
    app,
    control,
    tell: tellOwn,
    setLevel: (next) => {
      level = next;
      reporter.setLevel(next);
    },
    setLog,
  });
  if (beside !== undefined) api?.serve(beside.control);
  const failure = await untilEnd(app.failure, control, reporter, limits, end);
  clearInterval(timer);
  beside?.close();
  await Promise.all([app.close(), api?.close()]);
  await witness?.close(Date.now());
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
  failure: Promise<Error>,
  control: RunControl,
  reporter: Reporter,
  limits: RunLimits,
  end: EndRequest,
): Promise<Error | undefined> {
  const keys = listenForKeys(systemKeyModules(), {
    hashrate: () => reporter.hashrates(control.status()),
    pause: () => control.setPaused(true),
    resume: () => control.setPaused(false),
    quit: control.stop,
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
