// Test files, and running them with node:test.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ENDING = '.test.ts';

/** A test file that takes longer has hung. */
const FILE_TIMEOUT_MS = 600_000;

/** Of the processes of test files: errors name lines of the TypeScript, and what a test leaves behind is ended. */
const NODE_ARGS = ['--enable-source-maps', `--import=${new URL('./test-guard.mjs', import.meta.url)}`];

/**
 * Test files whose path contains one of the names, or all: `source` is the path from the project's folder,
 * `path` that of the built file, `built` whether it is there.
 */
export function testFiles(names = []) {
  return readdirSync(join(root, 'test'), { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(ENDING))
    .sort()
    .filter((path) => names.length === 0 || names.some((part) => `test/${path}`.includes(part)))
    .map((path) => {
      const built = join(root, 'dist/test', path.replace(/\.ts$/, '.js'));
      return { source: `test/${path}`, path: built, built: existsSync(built) };
    });
}

/** The built file of a test that was told by its source's path, as source maps make Node.js do. */
function builtPath(path) {
  const place = relative(root, path);
  return place.endsWith('.ts') ? join(root, 'dist', place.replace(/\.ts$/, '.js')) : path;
}

/**
 * Runs built test files, two at a time.
 * @param options.signal - ends the run early
 * @returns whether all passed, and each file ran a test
 */
export async function runTests(files, { signal } = {}) {
  // Node.js 22 and newer take these as an option, 20 passes its own arguments on.
  for (const arg of NODE_ARGS) if (!process.execArgv.includes(arg)) process.execArgv.push(arg);
  let passed = true;
  const ran = new Set();
  const stream = run({ files, concurrency: 2, timeout: FILE_TIMEOUT_MS, execArgv: NODE_ARGS, signal });
  stream.on('test:fail', () => {
    passed = false;
  });
  for (const event of ['test:pass', 'test:fail']) {
    stream.on(event, (data) => {
      if (data.file) ran.add(builtPath(data.file));
    });
  }
  // Not piped to its end: stdout stays open for the next run.
  for await (const text of stream.compose(new spec())) {
    if (!signal?.aborted) process.stdout.write(text);
  }
  const silent = files.filter((file) => !ran.has(file));
  if (silent.length > 0 && !signal?.aborted) {
    console.error(`tests: ${silent.length} of ${files.length} files ran no test:`);
    for (const file of silent) console.error(`  ${relative(root, file)}${existsSync(file) ? '' : ' (gone)'}`);
    return false;
  }
  return passed;
}
