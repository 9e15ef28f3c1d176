/**
 * What is in Redis, and how that of an older version becomes one of this.
 * @module
 */
import { StoreMismatchError } from '../../ports/store.js';
import { SCHEMA_VERSION } from '../store-identity.js';
import type { StoreKeys } from './keys.js';
import type { RedisLink } from './redis-link.js';
import { scriptOf } from './scripts.js';

export interface RedisSchema {
  readonly version: number;
  /** Each leads from version `from` to the next one. */
  readonly migrations: readonly RedisMigration[];
}

/** A step to the next version, atomic: Lua that has the prefix of all keys as `prefix`. */
export interface RedisMigration {
  readonly from: number;
  readonly lua: string;
}

export const REDIS_SCHEMA: RedisSchema = { version: SCHEMA_VERSION, migrations: [] };

/**
 * Brings a store to the schema's version. Several front ends may do so at once: each step is taken by one.
 * @throws StoreMismatchError if no way leads there
 */
export async function migrate(
  link: RedisLink,
  keys: StoreKeys,
  from: number,
  schema: RedisSchema,
): Promise<void> {
  for (let version = from; version < schema.version; version++) {
    const step = schema.migrations.find((migration) => migration.from === version);
    if (step === undefined)
      throw new StoreMismatchError(
        `the store has schema ${version}, from which no way leads to ${schema.version}`,
      );
    const script = scriptOf(
      `local prefix = ARGV[1]
if redis.call('HGET', KEYS[1], 'schema') ~= ARGV[2] then return nil end
${step.lua}
redis.call('HSET', KEYS[1], 'schema', ARGV[3])
return nil`,
    );
    await link.evaluate(script, [keys.meta], [keys.prefix, version, version + 1]);
  }
}
