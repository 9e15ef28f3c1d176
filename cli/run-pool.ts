/**
 * A pool on the command line: its configuration, its log, signals, and its end.
 * @module
 */
import { type RunningPool, startPool } from '../pool/app.js';
import {
  defaultPoolConfig,
  type PoolConfig,
  PoolConfigError,
  parsePoolConfig,
} from '../pool/config/pool-config.js';
import { keepYoungGenerationSmall } from '../pool/process/young-generation.js';
import { createPoolLog, type PoolLog, poolLogsTogether } from '../pool/report/pool-log.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import { terminalTraits } from '../protocol/terminal.js';
import { readSettingsFile } from '../settings/read-settings.js';
import { systemSources } from '../settings/sources.js';
import { hearEndRequest } from './end-request.js';
import { LogFile } from './log-file.js';
import { leastLevel, type OutputOptions } from './options.js';
import { outputIsLog } from './output-role.js';
import { packageVersion } from './package-version.js';
import { tellReady } from './service-manager.js';

/** How often the log hears where the pool stands, ms. */
const STATUS_MS = 1_000;

const MEGABYTE = 1_000_000;

export interface PoolRunOptions {
  /** Missing: all defaults. */
  readonly config: string | undefined;
  readonly workers: number;
  /** Missing: none. */
  readonly logFile: string | undefined;
  /** MB. */
  readonly logFileSize: number;
  /** Of those that are full. */
  readonly logFiles: number;
}

/**
 * A configuration from a file, or the defaults.
 * @throws PoolConfigError with all problems
 */
export function readPoolConfig(path: string | undefined): PoolConfig {
  const sources = systemSources(process.env, path);
  return path === undefined ? defaultPoolConfig(sources) : parsePoolConfig(readConfigFile(path), sources);
}

/** Text of a configuration. @throws PoolConfigError if it can't be read */
export function readConfigFile(path: string): string {
  try {
    return readSettingsFile(path);
  } catch (error) {
    throw new PoolConfigError([`--config ${path}: ${systemErrorText(error)}`]);
  }
}

/** Runs a pool until a signal ends it; one that comes half a second later or more does so at once. */
export async function runPool(options: PoolRunOptions, output: OutputOptions): Promise<void> {
  const config = readPoolConfig(options.config);
  const level = leastLevel(output);
  const { stdout } = process;
  const traits = terminalTraits(stdout, process.env, process.platform);
  const file = openLogFile(options);
  const log = poolLogsTogether([
    createPoolLog(stdout, { json: output.json, level, traits }),
    ...(file === undefined ? [] : [createPoolLog(file, { json: output.json, level })]),
  ]);
  // Heard from the start on: miners may be there before all of it runs.
  const end = hearEndRequest({ onImpatience: () => process.exit(1) });
  outputIsLog(process.stdout, { complain: (text) => process.stderr.write(text) });
  const pool = await start(config, options, log, level === 'debug');
  keepYoungGenerationSmall();
  tellReady('listening for miners');
  const timer = setInterval(() => log.status(pool.status()), STATUS_MS);
  const reload = (): void => {
    file?.reopen();
    pool.reload();
  };
  const resized = (): void => log.resized();
  stdout.on('resize', resized);
  process.on('SIGHUP', reload);
  const failure = await Promise.race([end.asked.then(() => undefined), pool.failure]);
  process.off('SIGHUP', reload);
  stdout.off('resize', resized);
  clearInterval(timer);
  log.stopping(config.stop.closeOverMs);
  end.ask();
  await pool.close();
  log.ended(pool.status());
  if (failure !== undefined) throw failure;
}

/** Brings what is left in a data folder to the store. @throws Error if not all of it got there */
export async function runDrain(configPath: string, seconds: number): Promise<void> {
  const { drainPool } = await import('../pool/process/drain.js');
  const log = createPoolLog(process.stdout, { json: false, level: 'info' });
  const outcome = await drainPool(readPoolConfig(configPath), seconds * 1_000, log.event);
  if (outcome.type === 'unfinished')
    throw new Error(`not all of it reached the store within ${seconds} s: the data folder must be kept`);
  if (outcome.type === 'damaged')
    throw new Error(`the rest of it is in the store, but not what is damaged: ${outcome.files.join(', ')}`);
  process.stdout.write('all of it is in the store\n');
}

/** @throws PoolConfigError if it can't be opened */
function openLogFile({ logFile, logFileSize, logFiles }: PoolRunOptions): LogFile | undefined {
  if (logFile === undefined) return undefined;
  try {
    return new LogFile({
      path: logFile,
      maxBytes: logFileSize * MEGABYTE,
      kept: logFiles,
      complain: (error) =>
        process.stderr.write(
          `lesswork: the log file can't be written (${systemErrorText(error)}): lines are lost, the pool goes on\n`,
        ),
    });
  } catch (error) {
    throw new PoolConfigError([
      `--log-file ${logFile}: expected a file that can be written: ${systemErrorText(error)}`,
    ]);
  }
}

/** Starts the pool. A port that can't be had is told together with all others of the kind. */
async function start(
  config: PoolConfig,
  options: PoolRunOptions,
  log: PoolLog,
  detailed: boolean,
): Promise<RunningPool> {
  if (config.polw !== undefined) {
    const { refuseSharedWallet } = await import('../pool/check/shared-address.js');
    await refuseSharedWallet(config);
  }
  try {
    return await startProcesses(config, options, log, detailed);
  } catch (error) {
    const { withAllClashes } = await import('../pool/check/check-ports.js');
    throw await withAllClashes(config, error);
  }
}

async function startProcesses(
  config: PoolConfig,
  options: PoolRunOptions,
  log: PoolLog,
  detailed: boolean,
): Promise<RunningPool> {
  const modules = { onEvent: log.event, version: packageVersion(), detailed };
  const { workers, config: configPath } = options;
  if (workers === 1) return startPool(config, modules);
  if (config.store.type !== 'redis' || configPath === undefined)
    throw new PoolConfigError([
      'store.type: expected "redis" in a configuration beside --workers: the embedded one belongs to one process',
    ]);
  const { startPoolWorkers } = await import('../pool/process/workers/start-pool-workers.js');
  return startPoolWorkers({ config, configPath, workers }, modules);
}
