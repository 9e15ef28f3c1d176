/**
 * What a configuration refers to, in a test: nothing of this machine is looked at.
 * @module
 */
import type { ConfigSources } from '../../pool/config/sources.js';

/** @param files - text by path; others are not there */
export function configSources(
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): ConfigSources {
  return {
    env: { HOME: '/home/miner', ...env },
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
      return text;
    },
    resolvePath: (path) => (path.startsWith('/') ? path : `/etc/lesswork/${path}`),
  };
}
