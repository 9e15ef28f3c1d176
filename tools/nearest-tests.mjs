// Which tests to run for an edited source: those that reach it by the fewest imports.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { filesBelow, PAGE_FOLDER, SOURCE_FOLDERS } from './build-state.mjs';

/** More test files than that say little about one edited file, and take long. */
const MOST_TESTS = 4;

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']*)'|new URL\(\s*'(\.[^']*)',\s*import\.meta\.url/g;

/** Paths that each TypeScript source is imported by (or started by, as a thread or a process). */
function importers(root) {
  const importedBy = new Map();
  for (const path of SOURCE_FOLDERS.flatMap((folder) => filesBelow(root, folder))) {
    if (!path.endsWith('.ts')) continue;
    for (const [, imported, started] of readFileSync(join(root, path), 'utf8').matchAll(IMPORT)) {
      const target = join(dirname(path), imported ?? started).replace(/\.js$/, '.ts');
      const known = importedBy.get(target);
      if (known === undefined) importedBy.set(target, new Set([path]));
      else known.add(path);
    }
  }
  return importedBy;
}

/** Tests of what a page shows, for its sources that no test imports. */
const PAGE_TEST = `test/${PAGE_FOLDER}/pages.test.ts`;

/** Folders and name that two paths begin with alike. */
function commonParts(a, b) {
  const [left, right] = [a.split('/'), b.split('/')];
  const end = left.findIndex((part, i) => part !== right[i]);
  return end === -1 ? left.length : end;
}

/**
 * Test files for edited files. A test is its own. Another file has the test of its name; without one, the tests that
 * import it, or else those that import its importers, and so on; what is left of the page's sources has the test of its pages.
 * @param edited - paths from `root`
 * @returns paths from `root`, at most four for an edited file
 */
export function nearestTests(root, edited) {
  const tests = new Set();
  const importedBy = importers(root);
  for (const path of edited) {
    if (path.endsWith('.test.ts')) {
      tests.add(path);
      continue;
    }
    const mirror = `test/${path.replace(/\.ts$/, '.test.ts')}`;
    if (existsSync(join(root, mirror))) {
      tests.add(mirror);
      continue;
    }
    const seen = new Set([path]);
    const found = [];
    for (let ring = [path]; ring.length > 0 && found.length === 0; ) {
      ring = [...new Set(ring.flatMap((one) => [...(importedBy.get(one) ?? [])]))].filter(
        (one) => !seen.has(one),
      );
      for (const one of ring) seen.add(one);
      found.push(...ring.filter((one) => one.endsWith('.test.ts')));
    }
    found.sort(
      (one, other) => commonParts(other, mirror) - commonParts(one, mirror) || (one < other ? -1 : 1),
    );
    for (const one of found.slice(0, MOST_TESTS)) tests.add(one);
    const isShown = found.length === 0 && path.startsWith(`${PAGE_FOLDER}/`);
    if (isShown && existsSync(join(root, PAGE_TEST))) tests.add(PAGE_TEST);
  }
  return [...tests];
}

/**
 * Test files for names that no test file has: those nearest to the sources whose file name begins so.
 * @returns paths from `root`
 */
export function testsOfSources(root, names) {
  const sources = SOURCE_FOLDERS.filter((folder) => folder !== 'test')
    .flatMap((folder) => filesBelow(root, folder))
    .filter((path) => path.endsWith('.ts') && names.some((name) => `/${path}`.includes(`/${name}`)));
  return nearestTests(root, sources);
}
