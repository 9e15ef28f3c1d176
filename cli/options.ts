/**
 * Options that several commands share, and parsers that say what would have been right.
 * @module
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  LOG_LEVELS,
  type LogLevel,
  MAX_LOG_FILES,
  MAX_LOG_MEGABYTES,
  MAX_THREADS_PER_CPU_THREAD,
  MINER_DEFAULTS,
} from '../miner/config/defaults.js';
import { usableCpus } from '../miner/cpus/usable-cpus.js';
import { type DeviceChoice, parseDeviceChoice } from '../miner/device-choice.js';
import { REST_PORT } from '../node/endpoint.js';
import { networkIdOf } from '../protocol/network-name.js';
import { EXPECTED_SINCE, sinceMs } from '../settings/since.js';

/** Options of every command that runs for a while. */
export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
}

/** Least level that is told. */
export function leastLevel({ quiet, logLevel }: OutputOptions): LogLevel {
  return quiet && logLevel !== 'error' ? 'warn' : logLevel;
}

export const jsonOption = (): Option =>
  new Option('--json', 'JSON lines on stdout, all else on stderr').default(false);
export const quietOption = (): Option =>
  new Option('-q, --quiet', 'warnings and the end result only').default(false);
export const logLevelOption = (): Option =>
  new Option('--log-level <level>', 'least level that is told')
    .choices(LOG_LEVELS)
    .default(MINER_DEFAULTS.logLevel);

/** Parser for a whole number in a range; its error names both. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
      throw new InvalidArgumentError(
        `expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`,
      );
    }
    return value;
  };
}

/** Parser of a network: its name, or a number from 0 to 255. */
export function networkId(text: string): number {
  const known = networkIdOf(text);
  if (known !== undefined) return known;
  if (!/^\d+$/.test(text))
    throw new InvalidArgumentError(
      `expected mainnet, testnet, devnet, or a number from 0 to 255, got ${JSON.stringify(text)}`,
    );
  return wholeNumber(0, 255)(text);
}

/** A path: what begins with a dash is a forgotten value. */
export function filePath(text: string): string {
  if (text === '' || text.startsWith('-'))
    throw new InvalidArgumentError(`expected a path, got ${JSON.stringify(text)}`);
  return text;
}

/** Longest time that a timer can wait, s. */
const MAX_SECONDS = 2_147_483;

/** Parser for a number of seconds, above 0; its error names both bounds. */
export function parseSeconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= MAX_SECONDS)) {
    throw new InvalidArgumentError(
      `expected a number of seconds above 0, at most ${MAX_SECONDS}, got ${JSON.stringify(text)}`,
    );
  }
  return value;
}

/** Parser for a ratio above 0, at most 1; its error names both bounds. */
export function parseRatio(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= 1)) {
    throw new InvalidArgumentError(
      `expected a ratio above 0, at most 1 (0.95 allows a loss of 5 %), got ${JSON.stringify(text)}`,
    );
  }
  return value;
}

/** Parser of where to begin to read blocks. @returns ms since the epoch; 0 for the first blocks */
export function parseSince(text: string): number {
  const ms = sinceMs(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError(`${EXPECTED_SINCE}, got ${JSON.stringify(text)}`);
}

/** Turns a parser's RangeError into wrong usage. */
export function usageError<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof RangeError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}

/** @param cpus - how many threads the CPU runs at once, and how many of them this process can use */
export const threadsOption = ({ count, threads } = usableCpus()): Option =>
  new Option('--threads <n>', 'threads of the CPU device')
    .default(threads, `as many as it may use here: ${threads}`)
    .argParser((text) => {
      const most = MAX_THREADS_PER_CPU_THREAD * count;
      if (/^\d+$/.test(text) && Number(text) > most)
        throw new InvalidArgumentError(
          `expected at most ${most}, four times the ${count} that the CPU runs at once, got "${text}"`,
        );
      return wholeNumber(1, most)(text);
    });

/** Ends with wrong usage if something of the CPU's threads was asked for, and the CPU was not. */
export function refuseIdleThreads(device: DeviceChoice | 'all', command: Command): void {
  if (typeof device === 'string' || device.some(({ kind }) => kind === 'cpu')) return;
  for (const name of ['threads', 'affinity'])
    if (command.getOptionValueSource(name) === 'cli')
      command.error(`error: --${name} is for the CPU, which --device leaves out`);
}

export const deviceOption = (): Option =>
  new Option('--device <which>', 'auto, or some of cpu, gpu, an index or a name, separated by commas')
    .default('auto' as DeviceChoice)
    .argParser(usageError(parseDeviceChoice));

export const restPortOption = (): Option =>
  new Option(
    '--rest-port <port>',
    "port of the nodes' REST API, asked when they hand out no jobs, unless --node names one",
  )
    .default(REST_PORT)
    .argParser(wholeNumber(1, 65535));

export const apiKeyOption = (): Option =>
  new Option('--api-key <key>', "the nodes' REST API key").env('LESSWORK_NODE_API_KEY');

/** Options of every command that mines. */
export interface MinerOptions extends OutputOptions {
  readonly device: DeviceChoice;
  readonly threads: number;
}

/** Adds the options of `MinerOptions` to a command. */
export function addMinerOptions(command: Command): Command {
  const options = [deviceOption(), threadsOption(), jsonOption(), quietOption(), logLevelOption()];
  return options.reduce((extended, option) => extended.addOption(option), command);
}

/** Options of a log in a file. */
export interface LogOptions {
  readonly log: string | undefined;
  readonly logSize: number;
  readonly logFiles: number;
}

/** The options of `LogOptions`. */
export function logOptions(): Option[] {
  return [
    new Option('--log <file>', 'write the log to a file, too; SIGHUP opens it anew').argParser(filePath),
    new Option('--log-size <MB>', 'size from which on it is put aside as <file>.1')
      .default(MINER_DEFAULTS.logMegabytes)
      .argParser(wholeNumber(1, MAX_LOG_MEGABYTES)),
    new Option('--log-files <n>', 'files that were put aside and are kept')
      .default(MINER_DEFAULTS.logFiles)
      .argParser(wholeNumber(0, MAX_LOG_FILES)),
  ];
}
