/**
 * What a configuration refers to, in a test, and what is wrong with it: nothing of this machine is looked at.
 * @module
 */
import assert from 'node:assert/strict';
import { PoolConfigError, parsePoolConfig } from '../../pool/config/pool-config.js';
import type { ConfigSources } from '../../settings/sources.js';

/** @param files - text by path; others are not there */
export function configSources(
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): ConfigSources {
  return {
    env: { HOME: '/home/miner', ...env },
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(`ENOENT: open '${path}'`), { code: 'ENOENT' });
      return text;
    },
    resolvePath: (path) => (path.startsWith('/') ? path : `/etc/lesswork/${path}`),
  };
}

/** Some secrets and files. */
export const CONFIG_SOURCES = configSources(
  { API_KEY: 'node-key-7', REDIS_URL: 'rediss://u:redis-pw-7@redis:6380/2', EMPTY: '' },
  {
    '/etc/lesswork/cert.pem': 'c',
    '/etc/lesswork/key.pem': 'k',
    '/run/pw': 'file-pw-7\n',
    '/run/empty': '\n',
  },
);

/** All that is wrong with a configuration. */
export function configProblems(config: unknown, from: ConfigSources = CONFIG_SOURCES): readonly string[] {
  try {
    parsePoolConfig(config, from);
  } catch (error) {
    assert.ok(error instanceof PoolConfigError, String(error));
    assert.equal(error.code, 'ERR_POOL_CONFIG');
    assert.equal(error.message, error.problems.join('\n'));
    return error.problems;
  }
  return [];
}

/** A configuration of one listener. */
export const oneListener = (more: object) => ({ listeners: [{ name: 'a', ...more }] });
