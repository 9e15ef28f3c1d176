// Runs the built tests with node:test. Installs first what they need for real where this machine lets it, and fails
// when fewer test files ran than exist. Arguments narrow the run to files whose path contains one of them.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { provideTestSystems } from './test-systems.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Test files below a folder, relative to it, with their ending removed. */
function testNames(folder, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith(ending))
    .map((path) => path.slice(0, -ending.length))
    .sort();
}

const sources = testNames(join(root, 'test'), '.test.ts');
const built = new Set(testNames(join(root, 'dist/test'), '.test.js'));
const missing = sources.filter((name) => !built.has(name));
if (missing.length > 0 || sources.length === 0) {
  console.error(`tests: not built: ${missing.join(', ') || 'no test at all'}`);
  process.exit(1);
}

const wanted = process.argv.slice(2);
const names = sources.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const files = names.map((name) => join(root, 'dist/test', `${name}.test.js`));
if (files.length === 0) {
  console.error(`tests: no test file matches ${wanted.join(' ')}`);
  process.exit(2);
}

provideTestSystems();

const ran = new Set();
const stream = run({ files, concurrency: 2, timeout: 600_000 });
stream.on('test:fail', () => {
  process.exitCode = 1;
});
for (const event of ['test:pass', 'test:fail']) {
  stream.on(event, (data) => {
    if (data.file) ran.add(data.file);
  });
}
stream.on('end', () => {
  const silent = files.filter((file) => !ran.has(file));
  if (silent.length > 0) {
    console.error(`tests: ${silent.length} of ${files.length} files ran no test:`);
    for (const file of silent) console.error(`  ${relative(root, file)}${existsSync(file) ? '' : ' (gone)'}`);
    process.exitCode = 1;
  }
});
stream.compose(new spec()).pipe(process.stdout);
