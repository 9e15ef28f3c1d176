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

/** The settings of a miner. Either `nodes` or `pools` is there, and each pool has a `user`, or all have one. */
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
  const users = new Map<string, PoolUser>();
  const faults: string[] = [];
  for (const [path, text] of usersOf(values)) {
    try {
      users.set(path, readUser(text, values.anyUser));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const hint = values.anyUser ? '' : ' (anyUser: the pool keeps accounts of its own)';
      faults.push(`${path}: ${error.message.replace(/^"user" /, '')}${hint}`);
    }
  }
  if (faults.length > 0) throw new MinerConfigError(faults);
  const user = users.get('user')?.user;
  return {
    ...values,
    ...(user !== undefined && { user }),
    ...(values.pools !== undefined && {
      pools: values.pools.map((pool, i) => {
        const own = users.get(`pools[${i}].user`)?.user;
        return own === undefined ? pool : { ...pool, user: own };
      }),
    }),
    file: withHidden(file),
    notices: [...users.values()].flatMap(({ mended }) => mended ?? []),
  };
}

/** Those that mine, by the path of their setting. */
function usersOf({ user, pools = [] }: Parsed): [path: string, text: string][] {
  const own = pools.map((pool, i) => [`pools[${i}].user`, pool.user] as const);
  return [['user', user] as const, ...own].flatMap(([path, text]) =>
    text === undefined ? [] : [[path, text]],
  );
}

/** The same without passwords that stand there as text. */
function withHidden(file: MinerFile): MinerFile {
  const hidden = <T extends object>(one: T): T =>
    'password' in one && typeof one.password === 'string' ? { ...one, password: HIDDEN } : one;
  const { pools } = file;
  if (pools === undefined) return hidden(file);
  return { ...hidden(file), pools: pools.map((pool) => (typeof pool === 'string' ? pool : hidden(pool))) };
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
  const { nodes, pools, user, workLog } = file;
  if ((nodes === undefined) === (pools === undefined))
    return [`configuration: expected either nodes or pools, got ${nodes === undefined ? 'neither' : 'both'}`];
  const stray = (names: readonly SettingName[], why: string): string[] =>
    names.filter((name) => file[name] !== undefined).map((name) => `${name}: ${why}`);
  if (nodes !== undefined)
    return stray(POOL_SETTINGS, 'expected pools beside it: a full node has its own settings');
  const own = (pools ?? []).map((pool) => (typeof pool === 'string' ? undefined : pool.user));
  return [
    ...(user === undefined && own.includes(undefined)
      ? ['user: expected ADDRESS or ADDRESS.WORKER where there are pools, got nothing']
      : []),
    ...(workLog !== undefined && own.some((one) => one !== undefined && one !== user)
      ? ['workLog: expected one user for all pools beside it: the log is that of one']
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

/** @throws RangeError */
function readUser(text: string, anyUser: boolean): PoolUser {
  return anyUser ? { user: parseAccountUser(text), mended: undefined } : parsePoolUser(text);
}
