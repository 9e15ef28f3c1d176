// `npm run watch`: compiles what was saved, at once and without a check of its types, bundles the page where it is made of that,
// runs its tests, and then checks the types of everything.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  filesBelow,
  hasPage,
  isUsedByPage,
  KERNEL_FOLDER,
  PAGE_FOLDER,
  readState,
  SOURCE_FOLDERS,
  writeState,
} from './build-state.mjs';
import { nearestTests } from './nearest-tests.mjs';
import { runTests, testFiles } from './run-tests.mjs';
import { CACHE_FOLDER, checkArgs, checkPageArgs, projectArgs } from './typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** How often the times of the sources are looked at: some thousand files, a few milliseconds. */
const LOOK_MS = 300;

/** Time of each source's last change, by its path. */
function sourceTimes() {
  const times = new Map();
  for (const path of [...SOURCE_FOLDERS, PAGE_FOLDER].flatMap((folder) => filesBelow(root, folder))) {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat) times.set(path, stat.mtimeMs);
  }
  return times;
}

/** Runs a script to its end, or until the signal. @returns whether it ended well */
function runScript(args, signal) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      signal,
    });
    child.once('error', () => resolve(false));
    child.once('close', (status) => resolve(status === 0));
  });
}

/** Whether the page is made of some of the sources, where there is one. */
function hasPageOf(edited) {
  return hasPage(root) && edited.some(isUsedByPage);
}

/** Brings dist/ up to edited sources: a few TypeScript files by themselves and the page by itself, all else by a build. */
async function compile(edited) {
  // Tests compile some of the page's sources.
  const scripts = edited.filter((path) => path.endsWith('.ts') || !path.startsWith(`${PAGE_FOLDER}/`));
  const single = edited.every(
    (path) =>
      existsSync(join(root, path)) &&
      (!scripts.includes(path) || (path.endsWith('.ts') && !path.startsWith(KERNEL_FOLDER))),
  );
  if (!single) return runScript(['tools/build.mjs', '--quick']);
  if (scripts.length > 0 && !(await compileSingly(scripts))) return false;
  return !hasPageOf(edited) || runScript(['tools/build.mjs', '--quick', '--page']);
}

function compileSingly(edited) {
  // What is compiled here past the build is not what the build was made of.
  const state = readState(root);
  if (state.scripts !== undefined)
    writeState(root, { ...state, scripts: { ...state.scripts, sources: 'edited' } });
  mkdirSync(join(root, CACHE_FOLDER), { recursive: true });
  const config = join(root, CACHE_FOLDER, `tsconfig.${process.pid}.json`);
  const compilerOptions = {
    noCheck: true,
    noResolve: true,
    types: [],
    rootDir: root,
    outDir: join(root, 'dist'),
  };
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions,
      files: edited.map((path) => join(root, path)),
      include: [],
    }),
  );
  return runScript(projectArgs(root, config));
}

/**
 * Watches the sources until the process ends.
 * @param names - parts of paths of the test files to run; without any, those that are nearest to what was edited
 */
export async function watchTests(names) {
  let times = sourceTimes();
  let edited = names.length > 0 ? undefined : [];
  if (names.length === 0) console.log('watching: save a source, and its tests run (Ctrl-C ends)');
  for (;;) {
    const abort = new AbortController();
    const round = edited?.length === 0 ? Promise.resolve() : testRound(edited, names, abort.signal);
    edited = await nextEdit();
    abort.abort();
    await round;
  }

  async function nextEdit() {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const now = sourceTimes();
      const changed = [...now.keys()].filter((path) => times.get(path) !== now.get(path));
      const gone = [...times.keys()].filter((path) => !now.has(path));
      times = now;
      if (changed.length + gone.length > 0) return [...changed, ...gone];
    }
  }
}

/** Compiles what was edited, runs its tests, checks types. @param edited - undefined for the tests of `names` at the start */
async function testRound(edited, names, signal) {
  const startedMs = Date.now();
  if (edited !== undefined) {
    console.log(`\nsaved: ${edited.join(', ')}`);
    if (!(await compile(edited)) || signal.aborted) return;
  }
  const all = testFiles(names);
  const near = names.length === 0 ? new Set(nearestTests(root, edited)) : undefined;
  const files = all.filter(({ source }) => near === undefined || near.has(source));
  if (files.length === 0) console.log('no test is near this file');
  else {
    const passed = await runTests(
      files.map(({ path }) => path),
      { signal },
    );
    if (signal.aborted) return;
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    console.log(
      `tests: ${passed ? 'passed' : 'FAILED'} after ${seconds} s (${files.map(({ source }) => source).join(', ')})`,
    );
  }
  const ofPage = hasPageOf(edited ?? []);
  if (!(await runScript(checkArgs(root), signal))) return;
  if (!ofPage || (await runScript(checkPageArgs(root), signal))) console.log('types: no errors');
}
