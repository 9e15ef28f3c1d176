/**
 * The settings of a miner: untrusted text in, one typed value out, or all that is wrong with it. The command line and a
 * file say the same in the same form, so that both end here.
 * @module
 */
import type { z } from 'zod';
import { parseJson } from '../../protocol/json-text.js';
import { problemsOf } from '../../settings/problems.js';
import { apiOptionsFault } from '../api/api-options.js';
import { parseCpuList } from '../cpus/cpu-list.js';
import { minerConfigJsonSchema } from './json-schema.js';
import { type PoolUser, parseAccountUser, parsePoolUser } from './pool-user.js';
import { HIDDEN, type MinerFile, type MinerSources, minerConfigSchema } from './schema.js';

type Parsed = z.output<ReturnType<typeof minerConfigSchema>>;

/** All settings by their name: nothing is left to be filled in. Paths are resolved, secrets are read. */
export type MinerValues = Readonly<Omit<Parsed, '$schema'>>;

/** The name of a setting, or of a section of settings. */
export type SettingName = keyof MinerValues;

/** The settings of a miner. Either `nodes` or `pools` is there, and `user` beside pools. */
export interface MinerSettings extends MinerValues {
  /** What a file would say; a password that stands there itself is hidden. */
  readonly file: MinerFile;
  /** What was mended, to be told. */
  readonly notices: readonly string[];
}

/** Settings can't be used. */
export class MinerConfigError extends Error {
  override readonly name = 'MinerConfigError';
  readonly code = 'ERR_MINER_CONFIG';
  /** Each `path: expected ..., got ...`. No secrets. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Settings that mean nothing without `nodes`. */
export const NODE_SETTINGS = ['restPort', 'apiKey', 'polw'] as const satisfies readonly SettingName[];

/** Settings that mean nothing without `pools`. */
export const POOL_SETTINGS = [
  'user',
  'password',
  'anyUser',
  'tlsInsecure',
  'allowRedirect',
  'workLog',
] as const satisfies readonly SettingName[];

/**
 * Settings from a value as JSON would give it.
 * @throws MinerConfigError with all problems
 */
export function parseMinerConfig(value: unknown, sources: MinerSources): MinerSettings {
  const result = minerConfigSchema(sources).safeParse(value);
  if (!result.success)
    throw new MinerConfigError(problemsOf(result.error.issues, value, minerConfigJsonSchema()));
  const { $schema: _, ...values } = result.data;
  const file = value as MinerFile;
  const problems = contradictionsOf(file);
  if (problems.length > 0) throw new MinerConfigError(problems);
  const user = values.user === undefined ? undefined : readUser(values.user, values.anyUser);
  const shown = typeof file.password === 'string' ? { ...file, password: HIDDEN } : file;
  return {
    ...values,
    ...(user !== undefined && { user: user.user }),
    file: shown,
    notices: user?.mended === undefined ? [] : [user.mended],
  };
}

/** The value that JSON text means. @throws MinerConfigError */
export function readMinerJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new MinerConfigError([`configuration: ${(error as Error).message}`]);
  }
}

/** Settings that do not go with one another. */
function contradictionsOf(file: MinerFile): string[] {
  const { api } = file;
  const fault = api === undefined ? undefined : apiOptionsFault({ ...api, host: api.host ?? '127.0.0.1' });
  return [
    ...(fault === undefined ? [] : [`api.host: ${fault}`]),
    ...sideProblemsOf(file),
    ...idleRestarts(file),
    ...unboundThreads(file),
  ];
}

/** Of what belongs to nodes, and what to pools. */
function sideProblemsOf(file: MinerFile): string[] {
  const { nodes, pools, user } = file;
  if ((nodes === undefined) === (pools === undefined))
    return [`configuration: expected either nodes or pools, got ${nodes === undefined ? 'neither' : 'both'}`];
  const stray = (names: readonly SettingName[], why: string): string[] =>
    names.filter((name) => file[name] !== undefined).map((name) => `${name}: ${why}`);
  if (nodes !== undefined)
    return stray(POOL_SETTINGS, 'expected pools beside it: a full node has its own settings');
  return [
    ...(user === undefined
      ? ['user: expected ADDRESS or ADDRESS.WORKER where there are pools, got nothing']
      : []),
    ...stray(NODE_SETTINGS, 'expected nodes beside it: a pool has no REST API'),
  ];
}

/** Each thread is bound to a CPU of its own. */
function unboundThreads({ affinity, threads }: MinerFile): string[] {
  const cpus = affinity === undefined ? undefined : parseCpuList(affinity).length;
  if (cpus === undefined || threads === undefined || threads <= cpus) return [];
  return [`threads: expected at most ${cpus}, as many as affinity names, got ${threads}`];
}

/** Restarts that are allowed mean nothing where nothing is done after them. */
function idleRestarts({ watchdog }: MinerFile): string[] {
  if (watchdog?.maxRestarts === undefined || (watchdog.onTrouble ?? 'restart').trim() !== 'restart')
    return [];
  return ['watchdog.maxRestarts: expected onTrouble "exit" or "run COMMAND" beside it'];
}

function readUser(text: string, anyUser: boolean): PoolUser {
  try {
    return anyUser ? { user: parseAccountUser(text), mended: undefined } : parsePoolUser(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = anyUser ? '' : ' (anyUser: the pool keeps accounts of its own)';
    throw new MinerConfigError([`user: ${error.message.replace(/^"user" /, '')}${hint}`]);
  }
}
