// Builds the project into dist/: the TypeScript, the WASM kernels (AssemblyScript), kernels of machine code where there is a C
// compiler, the page that browsers are given, and the shaders and scripts that are copied beside them. Does only what is not up to date. `--quick` leaves out the check of types, which takes longer than
// all the rest: `npm run demo` and the `prepare` script (at the end of `npm ci`) need none. `--page` brings nothing up to date but
// the page, whatever else is due.
//
// Everything is made in a folder beside dist/, and then moved there file by file: while it builds, and when it fails,
// dist/ is what it was, and what runs from it finds its files.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  BUILT_PAGE,
  BUILT_RIG_SCRIPT,
  dueParts,
  filesBelow,
  hasPage,
  PARTS,
  writeState,
} from './build-state.mjs';
import { startProgress } from './progress-line.mjs';
import { checkArgs, checkPageArgs, emitArgs } from './typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quick = process.argv.includes('--quick');
const pageOnly = process.argv.includes('--page');

// Installed as a dependency without sources or development tools there is nothing to build.
if (!existsSync(join(root, 'tsconfig.json'))) process.exit(0);

const { due: allDue, hashes, state } = dueParts(root, !quick);
const due = pageOnly
  ? Object.fromEntries(Object.entries(allDue).filter(([name]) => name === 'page'))
  : allDue;
if (Object.keys(due).length === 0) {
  if (!quick) console.error('lesswork: the build is up to date');
  process.exit(0);
}
if (!existsSync(join(root, 'node_modules/typescript'))) {
  console.error('lesswork: the compilers are missing: run "npm ci", which installs and builds');
  process.exit(1);
}

/** Folder of a build that is being made. It is as deep as dist/: source maps hold relative paths. */
const BESIDE = 'dist.new-';
const beside = `${BESIDE}${process.pid}`;

/** Steps still to do, in words. */
const busy = new Set();
const children = new Set();

/** Runs a JavaScript file with this Node.js. @returns what it said @throws Error with what it said if it fails */
function runScript(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (status, signal) => {
      children.delete(child);
      if (status === 0) resolve(output);
      else reject(new Error(output.trim() || `exit status ${status ?? signal}`));
    });
  });
}

/** Copies the files that the compiler leaves behind, keeping their place. */
function copyAssets(folder, endings) {
  for (const path of filesBelow(root, folder)) {
    if (!endings.some((ending) => path.endsWith(ending))) continue;
    mkdirSync(dirname(join(root, beside, path)), { recursive: true });
    copyFileSync(join(root, path), join(root, beside, path));
  }
}

async function compileScripts() {
  await runScript(emitArgs(root, beside));
  copyAssets('shaders', ['.wgsl']);
  copyAssets('pool', ['.lua']);
  copyAssets('miner/api/page', ['.html', '.css']);
  copyAssets('miner/backends/gpu/layer', ['.json']);
  copyAssets('test/vectors', ['.json']);
  chmodSync(join(root, beside, 'cli/main.js'), 0o755);
}

async function compileKernels() {
  const folder = `${beside}/shaders/cpu`;
  mkdirSync(join(root, folder), { recursive: true });
  await runScript(['tools/compile-kernels.mjs', folder]);
}

/** The WASM kernels, once they are compiled: the page holds them, too. */
let kernelsCompiled = Promise.resolve();

/** What is to be said once all is built. */
let notice = '';

async function compileNative() {
  const folder = `${beside}/shaders/cpu`;
  mkdirSync(join(root, folder), { recursive: true });
  notice = await runScript(['tools/compile-native.mjs', folder]);
}

async function bundlePage() {
  if (!hasPage(root)) return;
  await kernelsCompiled;
  const kernels = due.kernels === undefined ? 'dist' : beside;
  await runScript([
    'tools/bundle-page.mjs',
    `${beside}/${BUILT_PAGE}`,
    `${kernels}/shaders/cpu`,
    `${beside}/${BUILT_RIG_SCRIPT}`,
  ]);
}

async function checkTypes() {
  await runScript(checkArgs(root));
  if (hasPage(root)) await runScript(checkPageArgs(root));
}

const STEPS = {
  scripts: { words: 'TypeScript', run: compileScripts },
  kernels: {
    words: 'WASM kernels',
    run: () => {
      kernelsCompiled = compileKernels();
      return kernelsCompiled;
    },
  },
  native: { words: 'native kernels', run: compileNative },
  page: { words: 'page', run: bundlePage },
  types: { words: 'checking types', run: checkTypes },
};

/** Removes what builds that were killed have left. */
function removeLeftovers() {
  for (const name of readdirSync(root).filter((one) => one.startsWith(BESIDE))) {
    if (!isAlive(Number(name.slice(BESIDE.length)))) rmSync(join(root, name), { recursive: true });
  }
}

function endChild(child) {
  return new Promise((resolve) => {
    child.once('close', resolve);
    child.kill();
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function sizesOf(paths) {
  return Object.fromEntries(paths.map((path) => [path, statSync(join(root, beside, path)).size]));
}

/** The part that a file of dist/ belongs to. */
function partOf(path) {
  if (path.startsWith(`${BUILT_PAGE}/`) || path === BUILT_RIG_SCRIPT) return 'page';
  if (path.endsWith('.wasm')) return 'kernels';
  return /\bnative\.(node|json)$/.test(path) ? 'native' : 'scripts';
}

/** Moves what was made into dist/, except files that are there just so, and removes what has no source any more. */
function place(parts) {
  const made = filesBelow(join(root, beside), '.');
  for (const path of made) {
    const [from, to] = [join(root, beside, path), join(root, 'dist', path)];
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
  const kept = new Set(Object.values(parts).flatMap((part) => Object.keys(part?.files ?? {})));
  for (const path of filesBelow(join(root, 'dist'), '.')) {
    if (path === '.built' || kept.has(path)) continue;
    // What is compiled file by file is known of no build.
    if (!pageOnly || partOf(path) === 'page') rmSync(join(root, 'dist', path));
  }
}

async function build() {
  removeLeftovers();
  mkdirSync(join(root, beside));
  const steps = Object.keys(due).map((name) => STEPS[name]);
  for (const { words } of steps) busy.add(words);
  await Promise.all(steps.map(({ words, run }) => run().then(() => busy.delete(words))));

  const made = filesBelow(join(root, beside), '.');
  const parts = {};
  for (const name of PARTS.filter((one) => hashes[one] !== undefined)) {
    const ofPart = (path) => partOf(path) === name;
    parts[name] =
      due[name] === undefined ? state[name] : { sources: hashes[name], files: sizesOf(made.filter(ofPart)) };
  }
  place(parts);
  // Last: a build that was interrupted is not taken for a finished one.
  const typesChecked = due.types === undefined ? state.typesChecked : hashes.types;
  // A machine that was busy may be quiet the next time.
  const again = notice.includes('took too long') ? { native: undefined } : {};
  writeState(root, { ...parts, ...again, typesChecked });
}

const reason = due.scripts ?? due.kernels ?? due.native ?? due.page ?? due.types;
const progress = startProgress(() => {
  const parts = busy.size === 0 ? Object.keys(due).map((name) => STEPS[name].words) : [...busy];
  return `lesswork: building (${reason}): ${parts.join(', ')}`;
});
const remove = () => rmSync(join(root, beside), { recursive: true, force: true });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of children) child.kill();
    remove();
    process.exit(1);
  });
}
try {
  await build();
  progress.end(`${notice}lesswork: built in ${progress.seconds()} s`);
} catch (error) {
  // Compilers that are still at work would write into the folder that is removed below.
  await Promise.all([...children].map(endChild));
  const was = existsSync(join(root, 'dist/.built')) ? '; dist is as it was' : '';
  progress.end(`${error.message}\nlesswork: the build failed${was}`);
  process.exitCode = 1;
} finally {
  remove();
}
