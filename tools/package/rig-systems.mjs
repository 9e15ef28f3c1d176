// What rig systems want to find beside the program: the files of deploy/hiveos or deploy/mmpos, with the version written in.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A version as both have it: HiveOS takes what follows the last "-" of a file's name for it. */
export const rigVersion = (version) => version.replaceAll('-', '.');

/** @param system - `hiveos` or `mmpos` @param target - folder that gets the files */
export function addRigFiles(system, target, { root, version }) {
  const from = join(root, 'deploy', system);
  for (const name of readdirSync(from)) {
    const path = join(target, name);
    writeFileSync(path, readFileSync(join(from, name), 'utf8').replaceAll('@VERSION@', rigVersion(version)));
    chmodSync(path, name.endsWith('.sh') ? 0o755 : 0o644);
  }
}
