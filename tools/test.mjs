// `npm test`: the built tests under node:test. --help says what can be said.
import { parseArgs } from 'node:util';
import { runTests, testFiles } from './run-tests.mjs';
import { provideTestSystems } from './test-systems.mjs';
import { watchTests } from './watch-tests.mjs';

const HELP = `Usage: npm test [-- [OPTIONS] [NAME...]]

Builds what has changed, and runs the test files whose path contains one of the NAMEs, or all of them.

Options:
  --watch     stay, and run the tests of what is edited: the NAMEs, or those nearest to the edited file
              ("npm run watch -- NAME" is the same)
  --list      print the paths of the test files, and end
  -h, --help  print this

Environment:
  LESSWORK_REQUIRE_ALL=1  a test that would be left out for want of a device or a server is a failure

Examples:
  npm test                            everything
  npm test -- protocol/header         test files whose path contains "protocol/header"
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
        list: { type: 'boolean' },
      },
    });
  } catch (error) {
    console.error(`tests: ${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const { values, positionals: names } = readArguments();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
if (values.watch) {
  await watchTests(names);
} else {
  const files = testFiles(names);
  if (files.length === 0) {
    console.error(`tests: no test file's path contains ${names.join(' or ')} (--list names them all)`);
    process.exit(2);
  }
  if (values.list) {
    for (const { source } of files) console.log(source);
    process.exit(0);
  }
  const missing = files.filter(({ built }) => !built);
  if (missing.length > 0) {
    console.error(`tests: not built: ${missing.map(({ source }) => source).join(', ')}: run "npm run build"`);
    process.exit(1);
  }
  provideTestSystems();
  if (!(await runTests(files.map(({ path }) => path)))) process.exitCode = 1;
}
