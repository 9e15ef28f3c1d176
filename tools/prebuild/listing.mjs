// prebuilt/: a kernel of machine code for each system, and prebuilt.json, which has their sums and says what they were made by.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, hashOf, NATIVE_FOLDER } from '../build-state.mjs';
import { FLAGS, VARIANTS } from '../compile-native.mjs';
import { TARGETS } from './targets.mjs';
import { ZIG_VERSION } from './zig.mjs';

/** Within the project, and within the package. */
export const PREBUILT_FOLDER = 'prebuilt';
export const LISTING = 'prebuilt.json';

export const fileOf = (system) => `${system}.node`;

export function sha256Of(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Of all that decides what is in the files. */
function sourcesHash(root) {
  return hashOf(root, [
    ...filesBelow(root, NATIVE_FOLDER),
    'tools/compile-native.mjs',
    'tools/native-rounds.mjs',
    'tools/prebuild/targets.mjs',
    'tools/prebuild/zig.mjs',
  ]);
}

/** Content of prebuilt.json for the files in a folder. */
export function listingOf(root, folder) {
  const files = Object.entries(TARGETS).map(([system, { zig, linkFlags }]) => [
    system,
    {
      sha256: sha256Of(join(folder, fileOf(system))),
      target: zig,
      linkFlags,
      variants: VARIANTS[system.split('-')[1]].map(({ name, flags }) => ({ name, flags })),
    },
  ]);
  return {
    compiler: `zig cc, zig ${ZIG_VERSION}`,
    flags: FLAGS,
    sources: sourcesHash(root),
    files: Object.fromEntries(files),
  };
}

/** Why prebuilt/ is not what these sources give, or undefined if it is. Nothing is compiled for it. */
export function faultOfPrebuilt(root) {
  const folder = join(root, PREBUILT_FOLDER);
  if (!existsSync(join(folder, LISTING))) return `${PREBUILT_FOLDER}/ was not made`;
  const { sources, files } = JSON.parse(readFileSync(join(folder, LISTING), 'utf8'));
  if (sources !== sourcesHash(root)) return `${PREBUILT_FOLDER}/ was made of other sources`;
  for (const system of Object.keys(TARGETS)) {
    const path = join(folder, fileOf(system));
    if (!existsSync(path) || sha256Of(path) !== files[system]?.sha256)
      return `${PREBUILT_FOLDER}/${fileOf(system)} is missing or damaged`;
  }
  return undefined;
}
