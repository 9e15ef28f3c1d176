/**
 * `lesswork mine`, once its settings are read: what is opened beside the miner, and the run.
 * @module
 */
import { MinerConfigError, type MinerSettings } from '../miner/config/miner-config.js';
import { withSettings } from '../miner/control.js';
import { usableCpus } from '../miner/cpus/usable-cpus.js';
import { type ApplyOutcome, LiveSettings } from '../miner/live-settings.js';
import { careOf, devicesOf, workOf } from '../miner/settings-use.js';
import { hearEndRequest } from './end-request.js';
import { FileWatch } from './file-watch.js';
import { hasTerminal, hearHangUp } from './hang-up.js';
import type { MineSettings } from './mine-settings.js';
import { MinerLog } from './miner-log.js';
import { leastLevel } from './options.js';
import { packageVersion } from './package-version.js';
import { type ControlledRun, type RunModules, type RunningMiner, runMiner } from './run-miner.js';

/**
 * Mines until it is asked to end.
 * @throws MinerConfigError with all that is wrong with the settings
 * @throws Error if no device can mine
 */
export async function mine(mineSettings: MineSettings): Promise<void> {
  const settings = mineSettings.load();
  const { polw, notices, user, workLog } = settings;
  const log = new MinerLog(settings.log);
  const end = hearEndRequest();
  let hungUp = false;
  const onHangUp = (): void => {
    hungUp = true;
    end.ask();
  };
  const modules: RunModules = {
    end,
    log: log.file,
    api: apiOf(settings.api),
    notices,
    beside: (run) => takeUpSettings(run, { mineSettings, settings, log, onHangUp }),
    ...witnessOf(user, workLog),
  };
  const devices = { ...devicesOf(settings, usableCpus().threads), ...careOf(settings) };
  const work = workOf(settings, agent());
  try {
    if (polw !== undefined && 'endpoints' in work) {
      const { minePolw } = await import('./mine-polw.js');
      await minePolw(work, devices, polw, settings, modules);
    } else await runMiner({ ...work, ...devices }, settings, { withParent: false }, modules);
  } finally {
    log.close();
    // Nobody hears it any more: the process ends by it, as by default. Node.js aborts if it ends by itself now. Windows sends none.
    if (hungUp && process.platform !== 'win32') process.kill(process.pid, 'SIGHUP');
  }
}

/** The name of this program, for pools. */
const agent = (): string => `lesswork/${packageVersion()}`;

interface SettingsOfRun {
  readonly mineSettings: MineSettings;
  readonly settings: MinerSettings;
  readonly log: MinerLog;
  /** The terminal is gone. */
  readonly onHangUp: () => void;
}

/**
 * Has a run take up other settings: when their file changes, by SIGHUP, and as its control is given them. Under nohup the signal of a
 * terminal that is gone ends nothing.
 */
function takeUpSettings(
  run: RunningMiner,
  { mineSettings, settings, log, onHangUp }: SettingsOfRun,
): ControlledRun {
  const { app } = run;
  const live = new LiveSettings(settings, mineSettings, {
    log: ({ log: next }) => {
      log.change(next);
      run.setLog(log.file);
    },
    devices: (next) => app.changeDevices(devicesOf(next, usableCpus().threads)),
    work: (next) => app.changeWork(workOf(next, agent())),
    care: (next) => app.changeCare(careOf(next)),
    report: (next) => run.setLevel(leastLevel(next)),
  });
  const { path } = mineSettings;
  /** @param asked - somebody waits for a word, whatever it is */
  const reload = async (file: string, asked: boolean): Promise<void> => {
    const outcome = await live.reload();
    for (const [level, message] of wordsOf(outcome, file, live.present, asked)) run.tell(level, message);
  };
  const watch = path === undefined ? undefined : new FileWatch(path, () => void reload(path, false));
  const deafen = hearHangUp({
    onReload: () => {
      // Without any file nothing is to be read or opened anew: the signal ends the process, as by default.
      if (path === undefined && log.file === undefined && hasTerminal()) onHangUp();
      log.file?.reopen();
      if (path !== undefined) void reload(path, true);
    },
    onHangUp,
  });
  return {
    control: withSettings(run.control, live),
    close: () => {
      watch?.close();
      deafen();
    },
  };
}

/** A word of this program. */
type Word = readonly ['info' | 'warn', string];

/** What is told of settings that were read anew. @param asked - somebody waits for a word, whatever it is */
function wordsOf(outcome: ApplyOutcome, path: string, { notices }: MinerSettings, asked: boolean): Word[] {
  const warning = (message: string): Word => ['warn', `${path}: ${message}`];
  if (!outcome.applied) return [...outcome.problems, 'not taken up: the settings before go on'].map(warning);
  const { changed, atRestart } = outcome;
  const words: Word[] = [];
  if (changed.length > 0)
    words.push(['info', `${path}: taken up: ${changed.join(', ')}`], ...notices.map(warning));
  if (atRestart.length > 0)
    words.push(warning(`${atRestart.join(', ')} can't be changed while it runs: from the next start on`));
  if (words.length === 0 && asked) words.push(['info', `${path}: it says what it said before`]);
  return words;
}

/** What begins to listen, where that is asked for. It throws MinerConfigError where it can't. */
function apiOf(settings: MinerSettings['api']): RunModules['api'] {
  if (settings === undefined) return undefined;
  return async (complain) => {
    const { ApiStartError, startMinerApi } = await import('../miner/api/start-miner-api.js');
    const onFault = ({ message }: Error): void => complain(`the API has failed to answer: ${message}`);
    try {
      return await startMinerApi(settings, { version: packageVersion(), onFault });
    } catch (error) {
      throw error instanceof ApiStartError ? new MinerConfigError([`api: ${error.message}`]) : error;
    }
  };
}

/** What keeps what pools acknowledge, where that is asked for. */
function witnessOf(
  user: MinerSettings['user'],
  workLog: MinerSettings['workLog'],
): Pick<RunModules, 'witness'> {
  if (workLog === undefined) return {};
  return {
    witness: async (complain) => {
      const { WorkLog } = await import('../miner/work-log/work-log.js');
      return WorkLog.open(workLog, user!, Date.now(), complain);
    },
  };
}
