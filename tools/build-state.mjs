// What a build in dist/ was made from. A build has two parts, `scripts` (TypeScript, and the files that are copied beside
// it) and `kernels` (WebAssembly). dist/.built keeps, for each, a hash of its sources and the sizes of its files.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders with sources. Their files, and the compilers' versions, decide whether a build is up to date. */
export const SOURCE_FOLDERS = [
  'bench',
  'cli',
  'devnet',
  'miner',
  'node',
  'polw',
  'pool',
  'protocol',
  'shaders',
  'test',
];

/** Sources of the WebAssembly kernels, within SOURCE_FOLDERS. */
export const KERNEL_FOLDER = 'shaders/cpu/assembly';

const STATE_FILE = 'dist/.built';

/** Files below a folder as paths from `root`, `/` between folders, sorted. */
export function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(root, '/').length))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

function hashOf(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const bytes = existsSync(join(root, path)) ? readFileSync(join(root, path)) : undefined;
    hash.update(`${path} ${bytes?.length ?? 'missing'}\n`).update(bytes ?? '');
  }
  return hash.digest('hex');
}

/** Hashes of the sources of both parts. */
export function sourceHashes(root) {
  const sources = SOURCE_FOLDERS.flatMap((folder) => filesBelow(root, folder));
  const ofKernels = (path) => path.startsWith(`${KERNEL_FOLDER}/`);
  const packageOf = (name) => `node_modules/${name}/package.json`;
  return {
    scripts: hashOf(root, [
      ...sources.filter((path) => !ofKernels(path)),
      'tsconfig.json',
      'package-lock.json',
      'tools/build.mjs',
      'tools/typescript.mjs',
      packageOf('typescript'),
    ]),
    kernels: hashOf(root, [
      ...sources.filter(ofKernels),
      'tools/compile-kernels.mjs',
      packageOf('assemblyscript'),
      packageOf('binaryen'),
    ]),
  };
}

/**
 * What dist/.built says: `scripts` and `kernels`, each { sources, files }, and `typesChecked`, the hash of the scripts'
 * sources whose types were checked. A part whose files are not all there in their size is left out.
 */
export function readState(root) {
  let state;
  try {
    state = JSON.parse(readFileSync(join(root, STATE_FILE), 'utf8'));
  } catch {
    return {}; // No build, or one of an earlier layout.
  }
  const whole = (part) =>
    part?.files !== undefined &&
    Object.entries(part.files).every(
      ([path, size]) => statSync(join(root, 'dist', path), { throwIfNoEntry: false })?.size === size,
    );
  const { scripts, kernels, typesChecked } = state;
  return {
    ...(whole(scripts) && { scripts }),
    ...(whole(kernels) && { kernels }),
    ...(typeof typesChecked === 'string' && { typesChecked }),
  };
}

export function writeState(root, state) {
  writeFileSync(join(root, STATE_FILE), `${JSON.stringify(state)}\n`);
}

/**
 * What is to be done for an up-to-date build: which of `scripts`, `kernels` and `types` (checking them), in words beside.
 * @param checkTypes - whether the types are to have been checked, too
 */
export function dueParts(root, checkTypes) {
  const hashes = sourceHashes(root);
  const state = readState(root);
  const missing = existsSync(join(root, STATE_FILE)) ? 'incomplete' : 'not built yet';
  const why = (part) => (state[part] === undefined ? missing : 'sources changed');
  const due = {};
  for (const part of ['scripts', 'kernels']) {
    if (state[part]?.sources !== hashes[part]) due[part] = why(part);
  }
  if (checkTypes && state.typesChecked !== hashes.scripts) due.types = 'not checked yet';
  return { due, hashes, state };
}

/** Whether dist/ holds the build of these sources. */
export function isBuilt(root, checkTypes = false) {
  return Object.keys(dueParts(root, checkTypes).due).length === 0;
}
