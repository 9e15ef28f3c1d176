/**
 * `lesswork mine --write-config`: what a command line means, as a file for `--config`.
 * @module
 */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writePrivateFile } from '../files/write-private-file.js';
import { MinerConfigError } from '../miner/config/miner-config.js';
import { folderOf, type MineSettings } from './mine-settings.js';

/**
 * Writes it, and beside it a file for each secret that an option names.
 * @param force - replace files that are there
 * @returns what was written, for people
 * @throws MinerConfigError where what is to be written can't be used
 * @throws Error if a file is there already, or can't be written
 */
export async function writeMineConfig(settings: MineSettings, path: string, force: boolean): Promise<string> {
  // Nothing is written that would be refused.
  settings.load();
  if (settings.path !== undefined && folderOf(settings.path) !== folderOf(path))
    throw new MinerConfigError([
      `--write-config ${path}: expected a file in ${folderOf(settings.path)}, where relative paths of --config begin`,
    ]);
  const name = basename(path);
  const { file, secrets } = settings.portable((option) => `${name}.${option.replace(/^--/, '')}`);
  const options = { overwrite: force, remedy: '--force replaces it' };
  const made: string[] = [];
  try {
    for (const [secretName, secret] of secrets) {
      const secretPath = join(folderOf(path), secretName);
      await writePrivateFile(secretPath, `${secret}\n`, options);
      made.push(secretPath);
    }
    // Last: what is there names nothing that is not.
    await writePrivateFile(path, `${JSON.stringify(file, undefined, 2)}\n`, options);
  } catch (error) {
    // What was replaced can't be had back.
    if (!force) for (const secretPath of made) await rm(secretPath, { force: true });
    throw error;
  }
  const kept = [...secrets.keys()].map(
    (secretName) =>
      `the secret of --${secretName.slice(name.length + 1)} is in ${join(folderOf(path), secretName)}\n`,
  );
  return `${path} is written, for its owner alone\n${kept.join('')}`;
}
