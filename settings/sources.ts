/**
 * What a configuration refers to outside itself.
 * @module
 */
import { dirname, resolve } from 'node:path';
import { readSettingsFile } from './read-settings.js';

/** The outside, as far as a configuration may look at it. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file, of a bounded length. @throws Error that says why it can't be read */
  readFile(path: string): string;
  /** A path of the configuration made absolute: relative ones begin at the configuration's own folder. */
  resolvePath(path: string): string;
}

/** The real outside. @param configPath - of the configuration file; without one, relative paths begin where the process does */
export function systemSources(
  env: ConfigSources['env'],
  configPath: string | undefined = undefined,
): ConfigSources {
  const folder = configPath === undefined ? '.' : dirname(configPath);
  return {
    env,
    readFile: readSettingsFile,
    resolvePath: (path) => resolve(folder, path),
  };
}
