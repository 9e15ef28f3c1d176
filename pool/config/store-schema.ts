/**
 * Where the pool keeps what its miners earned.
 * @module
 */
import { z } from 'zod';
import { host, port, text, yesOrNo } from '../../settings/fields.js';
import { Secret, secretSchema } from '../../settings/secret.js';
import type { ConfigSources } from '../../settings/sources.js';

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;

function servers(defaultPort: number) {
  const server = z.strictObject({
    host: host().describe('Host name or address.'),
    port: port().default(defaultPort).describe('Port.'),
  });
  return z.array(server).min(1, { error: 'expected at least one server' });
}

/** A Redis URL without a password in it: that belongs in `password`. */
const openUrl = z
  .string()
  .refine((url) => isRedisUrl(url), {
    error: 'expected a URL such as redis://HOST:PORT or rediss://HOST:PORT',
  })
  .refine((url) => !isRedisUrl(url) || new URL(url).password === '', {
    error:
      'expected a URL without a password: that stands in "password", as {"env": "NAME"} or {"file": "PATH"}',
  })
  .transform((url) => new Secret(url, url));

function redisSchema(sources: ConfigSources) {
  const secret = () => secretSchema(sources);
  const secretUrl = secret().refine((url) => isRedisUrl(url.reveal()), {
    error: 'expected what it names to be a URL such as redis://HOST:PORT',
  });
  return z
    .strictObject({
      type: z.literal('redis').describe('Several front ends share one Redis.'),
      url: z
        .union([openUrl, secretUrl], {
          error: 'expected a URL such as redis://HOST:PORT, or {"env": "NAME"} or {"file": "PATH"}',
        })
        .optional()
        .describe('One Redis server; a URL that holds a password comes from the environment or a file.'),
      sentinels: servers(SENTINEL_PORT).optional().describe('Redis Sentinels, instead of `url`.'),
      name: text('a name', 100).optional().describe('Name of the master that the Sentinels watch.'),
      cluster: servers(REDIS_PORT).optional().describe('Some servers of a Redis Cluster, instead of `url`.'),
      username: text('a name', 100).optional().describe('User of Redis.'),
      password: secret().optional().describe('Password of Redis.'),
      sentinelPassword: secret().optional().describe('Password of the Sentinels.'),
      tls: yesOrNo().default(false).describe('Connect over TLS, as a rediss:// URL does.'),
      caFile: text('a path')
        .transform((path) => sources.resolvePath(path))
        .optional()
        .describe('Certificates that Redis is checked by instead of those of the system, PEM.'),
    })
    .check(({ value, issues }) => {
      const problem = (path: string, message: string) =>
        issues.push({ code: 'custom', message, path: [path], input: value });
      const ways = [value.url, value.sentinels, value.cluster].filter((way) => way !== undefined);
      if (ways.length !== 1)
        issues.push({
          code: 'custom',
          message: `expected one of "url", "sentinels" and "cluster", got ${ways.length === 0 ? 'none' : ways.length}`,
          path: [],
          input: value,
        });
      if (value.sentinels && value.name === undefined)
        problem('name', 'expected the name of the master that the Sentinels watch, got nothing');
      if (!value.sentinels && value.name !== undefined) problem('name', 'expected none without "sentinels"');
      if (!value.sentinels && value.sentinelPassword)
        problem('sentinelPassword', 'expected none without "sentinels"');
    });
}

const embedded = z.strictObject({
  type: z.literal('embedded').describe('A file in the data folder, for one process.'),
});

/** Schema of the store. */
export function storeSchema(sources: ConfigSources) {
  return z.discriminatedUnion('type', [embedded, redisSchema(sources)], {
    error: (issue) => (issue.code === 'invalid_union' ? 'expected "embedded" or "redis"' : undefined),
  });
}

/** The store. */
export type StoreConfig = z.output<ReturnType<typeof storeSchema>>;

function isRedisUrl(text: string): boolean {
  return /^rediss?:\/\/[^/]/.test(text) && URL.canParse(text);
}
