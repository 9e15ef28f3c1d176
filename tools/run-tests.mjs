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

/** Files at a time, unless told otherwise. All together they wait twice as long as they compute, for processes and for time to pass. */
export const CONCURRENCY = 6;

/** Those that take longest are begun first: one of them alone at the end would leave cores idle, too. */
const BEGUN_FIRST = ['test/integration/pool-redis-outages', 'test/integration/', 'test/pool/', 'test/cli/'];

/** Files that are named as the slowest, of a run of more. */
const SLOWEST = 10;

/** Of why a test failed so many lines are told again at the end, each cut at so many characters. */
const REASON_LINES = 12;
const REASON_COLUMNS = 600;

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

/** Path of a built test file, as it can be given to `npm test`. */
function shortPath(file) {
  return relative(join(root, 'dist/test'), file).replace(/\.test\.js$/, '');
}

/** In the order in which they are begun. */
function inOrder(files) {
  const rank = (file) => {
    const found = BEGUN_FIRST.findIndex((folder) => relative(join(root, 'dist'), file).startsWith(folder));
    return found === -1 ? BEGUN_FIRST.length : found;
  };
  return [...files].sort((one, other) => rank(one) - rank(other));
}

/** Names what failed once more, where a long output ends. @param failed - what `runTests` gathered */
export function tellFailed(failed) {
  if (failed.length === 0) return;
  const each = failed.map(({ what, why, said }) => [what, ...why, ...said].join('\n    '));
  console.error(`tests: FAILED:\n${each.map((one) => `  ${one}`).join('\n')}`);
}

/** First lines of why a test failed. */
function reasonOf(error) {
  // Of a file as a whole it is told in words.
  const cause = error?.cause ?? error;
  const { message, stack } = typeof cause === 'string' ? { message: cause } : (cause ?? {});
  const place = stack?.split('\n').find((line) => /^\s+at .*\.test\./.test(line));
  const lines = [
    ...String(message ?? 'it says no reason').split('\n'),
    ...(place === undefined ? [] : [place]),
  ];
  return lines
    .map((line) => line.trimEnd().slice(0, REASON_COLUMNS))
    .filter((line) => line.trim() !== '')
    .slice(0, REASON_LINES);
}

/** One line that names the slowest files. @param times - of each, ms */
function slowestLine(times) {
  const slowest = [...times].sort(([, one], [, other]) => other - one).slice(0, SLOWEST);
  const words = slowest.map(([file, ms]) => `${shortPath(file)} ${(ms / 1000).toFixed(1)} s`);
  return `tests: slowest files: ${words.join(', ')}`;
}

/**
 * Runs built test files, several at a time.
 * @param options.signal - ends the run early
 * @param options.timeoutMs - limit for each file
 * @param options.concurrency - files at a time
 * @param options.failed - takes what failed: `what` (file and name), `why` (first lines of it), `said` (its diagnostics, as seeds)
 * @returns whether all passed, and each file ran a test
 */
export async function runTests(
  files,
  { signal, timeoutMs = FILE_TIMEOUT_MS, concurrency = CONCURRENCY, failed = [] } = {},
) {
  // Node.js 22 and newer take these as an option, 20 passes its own arguments on.
  for (const arg of NODE_ARGS) if (!process.execArgv.includes(arg)) process.execArgv.push(arg);
  let passed = true;
  const ran = new Set();
  const times = new Map();
  const said = new Map();
  const stream = run({
    files: inOrder(files),
    concurrency,
    timeout: timeoutMs,
    execArgv: NODE_ARGS,
    signal,
  });
  stream.on('test:fail', ({ name, file, details }) => {
    passed = false;
    // What only holds a test that failed is told with that.
    if (details.error?.failureType === 'subtestsFailed') return;
    const path = file === undefined ? undefined : builtPath(file);
    failed.push({
      what: path === undefined || name === file ? name : `${shortPath(path)}: ${name}`,
      why: reasonOf(details.error),
      said: said.get(path ?? name) ?? [],
    });
  });
  for (const event of ['test:diagnostic', 'test:stderr']) {
    stream.on(event, ({ file, message }) => {
      if (file === undefined) return;
      const path = builtPath(file);
      const lines = said.get(path) ?? [];
      said.set(path, lines);
      lines.push(...message.trimEnd().split('\n').slice(0, REASON_LINES));
      if (lines.length > REASON_LINES) lines.splice(0, lines.length - REASON_LINES);
    });
  }
  // A file as a whole is called by its path.
  stream.on('test:complete', ({ name, file, details }) => {
    if (name === file) times.set(file, details.duration_ms);
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
  if (times.size > SLOWEST && !signal?.aborted) console.log(slowestLine(times));
  const silent = files.filter((file) => !ran.has(file));
  if (silent.length > 0 && !signal?.aborted) {
    console.error(`tests: ${silent.length} of ${files.length} files ran no test:`);
    for (const file of silent) console.error(`  ${relative(root, file)}${existsSync(file) ? '' : ' (gone)'}`);
    return false;
  }
  return passed;
}
