/**
 * The configuration of a pool: untrusted text in, one typed value out, or all that is wrong with it.
 * @module
 */
import type { z } from 'zod';
import { AddressRanges, PRIVATE_RANGES } from '../../protocol/ip-address.js';
import { parseJson } from '../../protocol/json-text.js';
import { CARRIERS } from '../../protocol/stratum/carrier.js';
import { problemsOf } from '../../settings/problems.js';
import type { ConfigSources } from '../../settings/sources.js';
import { defaultDataFolder } from './data-folder.js';
import { poolConfigJsonSchema } from './json-schema.js';
import { poolConfigSchema } from './schema.js';

type Parsed = z.output<ReturnType<typeof poolConfigSchema>>;

/** A whole configuration: nothing is left to be filled in. Difficulties are work, paths are resolved, secrets are read. */
export interface PoolConfig extends Readonly<Omit<Parsed, '$schema' | 'dataFolder'>> {
  readonly dataFolder: string;
}

/** An API or admin listener. */
export type HttpConfig = PoolConfig['http'];
export type AdminConfig = PoolConfig['admin'];
export type LimitsConfig = PoolConfig['limits'];
export type NodeConfig = PoolConfig['nodes'][number];
export type PolwConfig = NonNullable<PoolConfig['polw']>;
/** Amounts are attoALPH. */
export type PayoutsConfig = NonNullable<PoolConfig['payouts']>;

/** A configuration can't be used. */
export class PoolConfigError extends Error {
  override readonly name = 'PoolConfigError';
  readonly code = 'ERR_POOL_CONFIG';
  /** Each `path: expected ..., got ...`. No secrets. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * A configuration from JSON text, or from a value as JSON would give it.
 * @throws PoolConfigError with all problems
 */
export function parsePoolConfig(config: unknown, sources: ConfigSources): PoolConfig {
  const value = typeof config === 'string' ? parseText(config) : config;
  const result = poolConfigSchema(sources).safeParse(value);
  if (!result.success)
    throw new PoolConfigError(problemsOf(result.error.issues, value, poolConfigJsonSchema()));
  const { $schema: _, ...parsed } = result.data;
  if (parsed.payouts !== undefined && parsed.mode !== 'pool')
    throw new PoolConfigError([
      'mode: expected "pool" where there are payouts, got "solo", whose blocks are all of one owner',
    ]);
  const problem = miningProblem(parsed);
  if (problem !== undefined) throw new PoolConfigError([problem]);
  const dataFolder = parsed.dataFolder ?? defaultDataFolder(parsed.pool.id, sources.env);
  if (dataFolder === undefined)
    throw new PoolConfigError(['dataFolder: expected a folder where there is no home folder, got nothing']);
  return { ...parsed, dataFolder, limits: withHomeTrusted(parsed) };
}

/** What a pool is without a configuration: solo, on the ports that miners and nodes use. */
export function defaultPoolConfig(sources: ConfigSources): PoolConfig {
  return parsePoolConfig({}, sources);
}

function parseText(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new PoolConfigError([`configuration: ${(error as Error).message}`]);
  }
}

/** What is missing for mining in the browser, where that is wished for. */
function miningProblem({ http, listeners }: Parsed): string | undefined {
  if (http === false || http.mining === false) return undefined;
  if (!http.page) return 'http.mining: expected "page": true, which offers it, got false';
  const reachable = listeners.some(({ protocol }) => CARRIERS[protocol].webSocket);
  return reachable || http.mining.url !== undefined
    ? undefined
    : 'http.mining: expected a listener with "protocol": "ws" or "wss" that browsers connect to, or a "url", got none';
}

/** Whoever mines for oneself does not lock oneself out. */
function withHomeTrusted({ mode, limits }: Parsed): Parsed['limits'] {
  if (mode !== 'solo') return limits;
  return { ...limits, trusted: new AddressRanges([...limits.trusted.toJSON(), ...PRIVATE_RANGES]) };
}
