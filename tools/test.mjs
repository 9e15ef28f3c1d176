// `npm test`: the built tests under node:test. --help says what can be said.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CRASH_KILLS, CRASH_LIMIT_MS, CRASH_TESTS } from './crash-tests.mjs';
import { FAST_TESTS } from './fast-tests.mjs';
import { holdPorts } from './held-ports.mjs';
import { testsOfSources } from './nearest-tests.mjs';
import { findNodeVersion, NODE_VERSIONS } from './node-versions.mjs';
import { runOn, startOtherVersions } from './other-versions.mjs';
import { CONCURRENCY, runTests, tellFailed, testFiles } from './run-tests.mjs';
import { provideTestSystems } from './test-systems.mjs';
import { watchTests } from './watch-tests.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const HELP = `Usage: npm test [-- [OPTIONS] [NAME...]]

Builds what has changed, and runs the test files whose path contains one of the NAMEs, or all of them. Without a NAME the
fast part runs beside them on every other supported version of Node.js.

Options:
  --watch     stay, and run the tests of what is edited: the NAMEs, or those nearest to the edited file
              ("npm run watch -- NAME" is the same)
  --node V    run on this version of Node.js (one of: ${NODE_VERSIONS.join(', ')}; the beginning is enough)
  --fast      only the fast part, on this version alone
  --crash     only programs that are killed at random, ${CRASH_KILLS} times each ("npm run test:crash" is the same)
  --files N   so many test files at a time (${CONCURRENCY})
  --list      print the paths of the test files, and end
  -h, --help  print this

Environment:
  LESSWORK_KILLS=N        how often each is killed
  LESSWORK_SEED=N         the chance that these and other tests play with; they print theirs
  LESSWORK_NATIVE=        (empty) lets all tests hash with machine code; tests of it do so anyway
  LESSWORK_REQUIRE_ALL=1  what would be left out for want of a device, a server or a version of Node.js is a failure

Examples:
  npm test                            everything
  npm test -- protocol/header         test files whose path contains "protocol/header"
  npm test -- --node 24 protocol/     these on Node.js 24
  npm run watch                       tests of each file that is saved
  npm test -- --watch vardiff         these tests, each time a source is saved`;

function readArguments() {
  try {
    return parseArgs({
      args: process.argv.slice(2),
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        watch: { type: 'boolean' },
        node: { type: 'string' },
        fast: { type: 'boolean' },
        crash: { type: 'boolean' },
        files: { type: 'string', default: String(CONCURRENCY) },
        list: { type: 'boolean' },
      },
    });
  } catch (error) {
    console.error(`tests: ${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

/** Ends with 2, as after every wrong usage. */
function wrongUsage(message) {
  console.error(`tests: ${message}`);
  process.exit(2);
}

/**
 * @param failed - takes what failed
 * @param beside - begins when all that the tests need is there; gives what waits for its end, and tells whether it was well
 */
async function runSuite(names, failed, beside) {
  let files = testFiles(names);
  if (files.length === 0) {
    const nearest = testsOfSources(root, names);
    if (nearest.length > 0) {
      files = testFiles(nearest);
      console.error(`tests: no test file is called so; these are nearest:\n  ${nearest.join('\n  ')}`);
    }
  }
  if (files.length === 0)
    wrongUsage(`no test file's path contains ${names.join(' or ')} (--list names them all)`);
  if (values.list) {
    for (const { source } of files) console.log(source);
    return true;
  }
  const missing = files.filter(({ built }) => !built);
  if (missing.length > 0) {
    console.error(`tests: not built: ${missing.map(({ source }) => source).join(', ')}: run "npm run build"`);
    return false;
  }
  provideTestSystems();
  // A run within a run finds them held.
  const holds = process.env.LESSWORK_REQUIRE_ALL === '1' && process.env.LESSWORK_PORTS_HELD !== '1';
  const release = holds ? await holdPorts() : undefined;
  if (holds) process.env.LESSWORK_PORTS_HELD = '1';
  const besideEnds = beside?.();
  const passed = await runTests(
    files.map(({ path }) => path),
    { failed, concurrency: Number(values.files), ...(values.crash && { timeoutMs: CRASH_LIMIT_MS }) },
  );
  const besidePassed = (await besideEnds?.()) ?? true;
  const callers = (await release?.()) ?? [];
  if (callers.length > 0)
    console.error(`tests: FAILED: ports of this machine were asked:\n  ${callers.join('\n  ')}`);
  return passed && besidePassed && callers.length === 0;
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
for (const option of ['fast', 'crash'])
  if (values[option] && positionals.length > 0)
    wrongUsage(`--${option} says itself which tests: it takes no NAME`);
// Kernels of machine code are tested by tests of their own: others count on rates that all machines have.
process.env.LESSWORK_NATIVE ??= 'off';
if (values.crash) process.env.LESSWORK_KILLS ??= String(CRASH_KILLS);
if (!/^[1-9]\d?$/.test(values.files))
  wrongUsage(`--files expected a number from 1 to 99, got ${JSON.stringify(values.files)}`);
const names = values.fast ? FAST_TESTS : values.crash ? CRASH_TESTS : positionals;
const version = values.node === undefined ? undefined : findNodeVersion(values.node);
if (values.node !== undefined && version === undefined)
  wrongUsage(`--node expected one of ${NODE_VERSIONS.join(', ')}, got ${JSON.stringify(values.node)}`);

if (values.watch) await watchTests(names);
else if (version !== undefined)
  process.exitCode = runOn(version, [
    ...(values.fast ? ['--fast'] : []),
    ...['--files', values.files],
    ...positionals,
  ])
    ? 0
    : 1;
else {
  const failed = [];
  const passed = await runSuite(names, failed, names.length === 0 ? startOtherVersions : undefined);
  tellFailed(failed);
  process.exitCode = passed ? 0 : 1;
}
