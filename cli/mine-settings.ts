/**
 * The settings of `lesswork mine`: what its options say, over what a file says, in the file's own form.
 * @module
 */
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { writePrivateFile } from '../files/write-private-file.js';
import {
  MinerConfigError,
  type MinerSettings,
  NODE_SETTINGS,
  POOL_SETTINGS,
  parseMinerConfig,
  readMinerJson,
} from '../miner/config/miner-config.js';
import { foreignNames } from '../miner/config/outside-names.js';
import { HIDDEN, type MinerFile, type MinerSources } from '../miner/config/schema.js';
import { usableCpus } from '../miner/cpus/usable-cpus.js';
import type { SettingsPlace } from '../miner/live-settings.js';
import { poolText } from '../miner/sources/pool-endpoint.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import { readSettingsFile } from '../settings/read-settings.js';
import { sinceText } from '../settings/since.js';
import { systemSources } from '../settings/sources.js';
import type { MineOptions, SettingOptions } from './mine-options.js';

type Given = { readonly [Name in keyof SettingOptions]-?: NonNullable<SettingOptions[Name]> };

/** Environment variable of the nodes' key, for whoever sets none. */
const API_KEY_VARIABLE = 'LESSWORK_NODE_API_KEY';

/** Environment variable of the API's token, for whoever sets none. */
const TOKEN_VARIABLE = 'LESSWORK_API_TOKEN';

/** Secrets that an option names stand under its name where environment variables are looked up. */
const inOption = (option: string): { readonly env: string } => ({ env: option });

/**
 * What each option is in a file; paths begin where the process does. An option that is missing here does not compile, and
 * a test looks for those that the command has.
 */
export const SETTING_OF_OPTION: { readonly [Name in keyof Given]: (value: Given[Name]) => MinerFile } = {
  node: (nodes) => ({
    nodes: nodes.map(({ host, port, restPort }) => ({
      host,
      port,
      ...(restPort !== undefined && { restPort }),
    })),
  }),
  restPort: (restPort) => ({ restPort }),
  apiKey: () => ({ apiKey: inOption('--api-key') }),
  polw: (authorizations) => polwPart({ authorizations: resolve(authorizations) }),
  polwData: (folder) => polwPart({ dataFolder: resolve(folder) }),
  polwSince: (ms) => polwPart({ since: sinceText(ms) }),
  polwShift: (shift) => polwPart({ shift }),
  pool: (pools) => ({ pools: pools.map(poolText) }),
  user: (user) => ({ user }),
  pass: () => ({ password: inOption('--pass') }),
  anyUser: (anyUser) => ({ anyUser }),
  tlsInsecure: (tlsInsecure) => ({ tlsInsecure }),
  allowRedirect: (allowRedirect) => ({ allowRedirect }),
  workLog: (folder) => ({ workLog: resolve(folder) }),
  device: (choice) => ({
    devices: choice === 'auto' ? choice : choice.map((wish) => ('which' in wish ? wish.which : wish.kind)),
  }),
  threads: (threads) => ({ threads }),
  affinity: (affinity) => ({ affinity }),
  sensors: (sensors) => ({ sensors }),
  tempLimit: (temperature) => limitsPart({ temperature }),
  maxLoad: (load) => limitsPart({ loadPercent: Number((load * 100).toPrecision(6)) }),
  pauseOnBattery: (pauseOnBattery) => limitsPart({ pauseOnBattery }),
  schedule: (schedule) => limitsPart({ schedule }),
  onTrouble: (onTrouble) => watchdogPart({ onTrouble }),
  maxRestarts: (maxRestarts) => watchdogPart({ maxRestarts }),
  noWorkTimeout: (noWorkSeconds) => watchdogPart({ noWorkSeconds }),
  api: ({ host, port }) => apiPart({ host, port }),
  apiTokenFile: (file) => apiPart({ token: { file: resolve(file) } }),
  apiOrigin: (origins) => apiPart({ origins: [...origins] }),
  json: (json) => ({ json }),
  quiet: (quiet) => ({ quiet }),
  logLevel: (logLevel) => ({ logLevel }),
  log: (file) => logPart({ file: resolve(file) }),
  logSize: (maxMegabytes) => logPart({ maxMegabytes }),
  logFiles: (files) => logPart({ files }),
};

/** A part of a section whose rest other options, or the file, say. */
function polwPart(part: Partial<NonNullable<MinerFile['polw']>>): MinerFile {
  return { polw: part as NonNullable<MinerFile['polw']> };
}

function apiPart(part: Partial<NonNullable<MinerFile['api']>>): MinerFile {
  return { api: part as NonNullable<MinerFile['api']> };
}

function logPart(part: Partial<NonNullable<MinerFile['log']>>): MinerFile {
  return { log: part as NonNullable<MinerFile['log']> };
}

function limitsPart(limits: NonNullable<MinerFile['limits']>): MinerFile {
  return { limits };
}

function watchdogPart(watchdog: NonNullable<MinerFile['watchdog']>): MinerFile {
  return { watchdog };
}

/** Values of secrets by the option that named them. */
const secretsOf = ({ apiKey, pass }: SettingOptions): Record<string, string | undefined> => ({
  '--api-key': apiKey,
  '--pass': pass,
});

/** What a command line says of settings, and where more of them is. */
export class MineSettings implements SettingsPlace {
  /** Path of the file; undefined if there is none. */
  readonly path: string | undefined;
  /** What the options say. */
  readonly #given: MinerFile;
  readonly #options: MineOptions;
  readonly #sources: MinerSources;

  constructor(options: MineOptions, command: Command) {
    this.path = options.config;
    this.#options = options;
    this.#sources = {
      ...systemSources({ ...process.env, ...secretsOf(options) }, options.config),
      cpuThreads: usableCpus().count,
    };
    let given: MinerFile = {};
    for (const name of Object.keys(SETTING_OF_OPTION) as (keyof Given)[])
      if (command.getOptionValueSource(name) === 'cli') given = merged(given, partOf(name, options));
    this.#given = given;
  }

  /** The settings as they are now. @throws MinerConfigError with all problems */
  load(): MinerSettings {
    return parseMinerConfig(this.#wholeFile(), this.#sources);
  }

  /**
   * Settings that a program gives.
   * @param present - those until now: a password that is hidden stays that
   * @throws MinerConfigError with all problems
   */
  parse(value: unknown, present: MinerSettings): MinerSettings {
    // Before anything is read: what a file holds, or whether it is there, is not to be had this way either.
    const foreign = foreignNames(value, present.file);
    if (foreign.length > 0) throw new MinerConfigError(foreign);
    const settings = parseMinerConfig(unhidden(value, present), this.#sources);
    const [command, before] = [settings, present].map(({ file }) => file.watchdog?.onTrouble);
    if (settings.watchdog.onTrouble.kind === 'run' && command !== before)
      throw new MinerConfigError([
        'watchdog.onTrouble: expected restart, exit, or the command that is set: only who starts the miner chooses what it runs',
      ]);
    return settings;
  }

  /**
   * Writes what a program has given to the file.
   * @returns why it was not written, or undefined
   * @throws Error if it can't be written
   */
  async keep(value: unknown, present: MinerSettings): Promise<string | undefined> {
    if (this.path === undefined) return 'there is no --config';
    if (Object.keys(this.#given).length > 0) return 'options beside --config win over it';
    const text = `${JSON.stringify(unhidden(value, present), undefined, 2)}\n`;
    await writePrivateFile(this.path, text, { overwrite: true, remedy: '' });
    return undefined;
  }

  /**
   * What a file must say to mean the same, in the folder of this one.
   * @param nameOf - of the file, beside it, that keeps the secret of an option
   * @returns with the secrets by the name of their file
   */
  portable(nameOf: (option: string) => string): { file: MinerFile; secrets: ReadonlyMap<string, string> } {
    const secrets = new Map<string, string>();
    const kept = (option: string): { readonly file: string } => {
      secrets.set(nameOf(option), secretsOf(this.#options)[option]!);
      return { file: nameOf(option) };
    };
    const file = this.#wholeFile();
    const { apiKey, password } = this.#given;
    return {
      file: {
        ...file,
        ...(apiKey !== undefined && { apiKey: kept('--api-key') }),
        ...(password !== undefined && { password: kept('--pass') }),
      },
      secrets,
    };
  }

  /** What file and options say together. @throws MinerConfigError if the file is no JSON object */
  #wholeFile(): MinerFile {
    const whole = merged(withoutOtherSide(this.#read(), this.#given), this.#given);
    const { env } = this.#sources;
    const { nodes, apiKey, api } = whole;
    const wantsKey = nodes !== undefined && apiKey === undefined && env[API_KEY_VARIABLE] !== undefined;
    const wantsToken = api !== undefined && api.token === undefined && env[TOKEN_VARIABLE] !== undefined;
    return {
      ...whole,
      ...(wantsKey && { apiKey: { env: API_KEY_VARIABLE } }),
      ...(wantsToken && { api: { ...api, token: { env: TOKEN_VARIABLE } } }),
    };
  }

  #read(): MinerFile {
    if (this.path === undefined) return {};
    let text: string;
    try {
      text = readSettingsFile(this.path);
    } catch (error) {
      throw new MinerConfigError([`--config ${this.path}: ${systemErrorText(error)}`]);
    }
    const value = readMinerJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    // Says so in its own words.
    parseMinerConfig(value, this.#sources);
    throw new MinerConfigError(['configuration: expected an object']);
  }
}

/** The folder in which relative paths of a file begin. */
export function folderOf(path: string): string {
  return dirname(resolve(path));
}

function partOf<Name extends keyof Given>(name: Name, options: SettingOptions): MinerFile {
  return SETTING_OF_OPTION[name](options[name] as Given[Name]);
}

/** Settings whose value is an object, and one value: a reference to a secret. */
const REFERENCES: readonly string[] = ['apiKey', 'password'];

/** Sections are put together, all else is replaced. */
function merged(below: MinerFile, above: MinerFile): MinerFile {
  const result: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const before = result[name];
    const together = !REFERENCES.includes(name) && isSection(before) && isSection(value);
    result[name] = together ? { ...before, ...value } : value;
  }
  return result;
}

function isSection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A file without what belongs to nodes where options name pools, and the other way round. */
function withoutOtherSide(file: MinerFile, given: MinerFile): MinerFile {
  const gone: readonly string[] =
    given.nodes !== undefined
      ? ['pools', ...POOL_SETTINGS]
      : given.pools !== undefined
        ? ['nodes', ...NODE_SETTINGS]
        : [];
  return Object.fromEntries(Object.entries(file).filter(([name]) => !gone.includes(name)));
}

/**
 * A program's value with the passwords that it was shown hidden; that of a pool stays with the pool's URL.
 * @throws MinerConfigError where one is hidden that is not known
 */
function unhidden(value: unknown, { file, password, pools }: MinerSettings): unknown {
  const whole = isHidden(value) && isHidden(file) ? { ...value, password: password.reveal() } : value;
  if (typeof whole !== 'object' || whole === null || !('pools' in whole) || !Array.isArray(whole.pools))
    return whole;
  const passwords = new Map<unknown, string>();
  for (const [i, pool] of (file.pools ?? []).entries()) {
    const own = pools?.[i]?.password;
    if (typeof pool !== 'string' && isHidden(pool) && own !== undefined)
      passwords.set(pool.url, own.reveal());
  }
  const known = whole.pools.map((pool: unknown, i: number) => {
    if (!isHidden(pool)) return pool;
    const kept = 'url' in pool ? passwords.get(pool.url) : undefined;
    if (kept !== undefined) return { ...(pool as object), password: kept };
    throw new MinerConfigError([
      `pools[${i}].password: expected a password: no hidden one is known for this url`,
    ]);
  });
  return { ...whole, pools: known };
}

function isHidden<T>(one: T): one is T & { password: string } {
  return typeof one === 'object' && one !== null && 'password' in one && one.password === HIDDEN;
}
