// What a build in dist/ was made from. A build has four parts: `scripts` (TypeScript, and the files that are copied beside
// it), `kernels` (WebAssembly), `native` (kernels of machine code) and `page` (what browsers are given). dist/.built keeps, for each,
// a hash of its sources and the sizes of its files.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Folders with sources. Their files, and the compilers' versions, decide whether a build is up to date. */
export const SOURCE_FOLDERS = [
  'bench',
  'cli',
  'devnet',
  'files',
  'http',
  'audit',
  'ledger',
  'metrics',
  'miner',
  'node',
  'payer',
  'polw',
  'pool',
  'protocol',
  'shaders',
  'test',
  'settings',
  'wallet',
];

/** Sources of the WebAssembly kernels, within SOURCE_FOLDERS. */
export const KERNEL_FOLDER = 'shaders/cpu/assembly';

/** Sources of the kernels of machine code. A project may have none. */
export const NATIVE_FOLDER = 'shaders/cpu/native';

/** Sources of the page that browsers are given. A project may have none. */
export const PAGE_FOLDER = 'web';

/** Folder of the bundled page, within dist/. */
export const BUILT_PAGE = 'page';

/** The bundled script of the miner's page, within dist/: beside its document and style. */
export const BUILT_RIG_SCRIPT = 'miner/api/page/page.js';

/** What the page's sources take from others. */
const USED_BY_PAGE = ['audit', 'miner', 'node', 'protocol', 'pool/domain', 'shaders'];

/** Packages that the page is made with, or of. */
const PAGE_PACKAGES = ['esbuild', 'preact', 'uplot', '@noble/hashes'];

/** Parts of a build. */
export const PARTS = ['scripts', 'kernels', 'native', 'page'];

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

/** SHA-256 of some files' paths and bytes, hex. @param words - what else decides */
export function hashOf(root, paths, words = '') {
  const hash = createHash('sha256').update(words);
  for (const path of paths) {
    const bytes = existsSync(join(root, path)) ? readFileSync(join(root, path)) : undefined;
    hash.update(`${path} ${bytes?.length ?? 'missing'}\n`).update(bytes ?? '');
  }
  return hash.digest('hex');
}

/** Path and size of the C compiler: with another one, or a first one, the native kernels are due. */
function compilerHere() {
  const [command = 'cc'] = (process.env.CC ?? 'cc').split(' ').filter((part) => part !== '');
  const folders = command.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter);
  const path = folders.map((folder) => join(folder, command)).find((one) => existsSync(one));
  return path === undefined ? 'none' : `${path} ${statSync(path).size}`;
}

/** Whether the page is made of this source, too. */
export function isUsedByPage(path) {
  return [PAGE_FOLDER, ...USED_BY_PAGE].some((folder) => path.startsWith(`${folder}/`));
}

/** Whether there is a page to be built. */
export function hasPage(root) {
  return existsSync(join(root, PAGE_FOLDER, 'index.html'));
}

/** Hashes of the sources of each part, and of all whose types are checked. */
export function sourceHashes(root) {
  const sources = SOURCE_FOLDERS.flatMap((folder) => filesBelow(root, folder));
  const ofKernels = (path) => path.startsWith(`${KERNEL_FOLDER}/`);
  const ofNative = (path) => path.startsWith(`${NATIVE_FOLDER}/`);
  const packageOf = (name) => `node_modules/${name}/package.json`;
  const ofPage = filesBelow(root, PAGE_FOLDER);
  const scripts = [
    ...sources.filter((path) => !ofKernels(path) && !ofNative(path)),
    'tsconfig.json',
    'package-lock.json',
    'tools/build.mjs',
    'tools/typescript.mjs',
    packageOf('typescript'),
  ];
  return {
    // Tests compile some of the page's sources.
    scripts: hashOf(root, [...scripts, ...ofPage.filter((path) => path.endsWith('.ts'))]),
    types: hashOf(root, [...scripts, ...ofPage]),
    kernels: hashOf(root, [
      ...sources.filter(ofKernels),
      'tools/compile-kernels.mjs',
      packageOf('assemblyscript'),
      packageOf('binaryen'),
    ]),
    ...(existsSync(join(root, NATIVE_FOLDER)) && {
      native: hashOf(
        root,
        [...sources.filter(ofNative), 'tools/compile-native.mjs', 'tools/native-rounds.mjs'],
        compilerHere(),
      ),
    }),
    ...(hasPage(root) && {
      page: hashOf(root, [
        ...ofPage,
        ...sources.filter((path) => USED_BY_PAGE.some((folder) => path.startsWith(`${folder}/`))),
        'tools/bundle-page.mjs',
        ...PAGE_PACKAGES.map(packageOf),
      ]),
    }),
  };
}

/**
 * What dist/.built says: of each part { sources, files }, and `typesChecked`, the hash of the
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
  const { typesChecked } = state;
  return {
    ...Object.fromEntries(PARTS.filter((part) => whole(state[part])).map((part) => [part, state[part]])),
    ...(typeof typesChecked === 'string' && { typesChecked }),
  };
}

export function writeState(root, state) {
  writeFileSync(join(root, STATE_FILE), `${JSON.stringify(state)}\n`);
}

/**
 * What is to be done for an up-to-date build: which of the parts, and `types` (checking them), in words beside.
 * @param checkTypes - whether the types are to have been checked, too
 */
export function dueParts(root, checkTypes) {
  const hashes = sourceHashes(root);
  const state = readState(root);
  const missing = existsSync(join(root, STATE_FILE)) ? 'incomplete' : 'not built yet';
  const why = (part) => (state[part] === undefined ? missing : 'sources changed');
  const due = {};
  for (const part of PARTS) {
    if (state[part]?.sources !== hashes[part]) due[part] = why(part);
  }
  if (checkTypes && state.typesChecked !== hashes.types) due.types = 'not checked yet';
  return { due, hashes, state };
}

/** Whether dist/ holds the build of these sources. */
export function isBuilt(root, checkTypes = false) {
  return Object.keys(dueParts(root, checkTypes).due).length === 0;
}
