import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { TinyProject } from '../support/tiny-project.js';
import { waitFor } from '../support/wait.js';

const project = new TinyProject();
after(() => project.remove());

test('a saved source is compiled and its tests run, and then all types are checked', async () => {
  const build = await project.run('tools/build.mjs', '--quick');
  assert.equal(build.code, 0, build.stderr);
  const watch = project.start('tools/test.mjs', '--watch');
  let output = '';
  for (const stream of [watch.stdout, watch.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  /** Saves a text, and waits for what that leads to. */
  const save = async (text: string, ...expected: RegExp[]) => {
    output = '';
    project.write('protocol/two.ts', text);
    for (const pattern of expected) await waitFor(`${pattern}`, () => pattern.test(output), 30_000);
    return output;
  };
  try {
    await waitFor('the start', () => output.includes('watching'), 30_000);
    const failed = await save(
      'export const two: number = 3;\n',
      /tests: FAILED after [\d.]+ s \(test\/protocol\/two\.test\.ts\)/,
      /types: no errors/,
    );
    assert.match(failed, /saved: protocol\/two\.ts/);
    await save('export const two: number = 4;\n', /tests: passed/, /types: no errors/);
    await save("export const two = '4';\n", /error TS2362/);
    // What was compiled past the build is not taken for the build.
    const after = await project.run('tools/build.mjs', '--quick');
    assert.match(after.stderr, /building \(incomplete\): TypeScript\n/);
  } finally {
    const ended = once(watch, 'close');
    watch.kill('SIGINT');
    await ended;
  }
});

test('a saved source of the page is bundled, and nothing else is made', async () => {
  const tiny = new TinyProject();
  tiny.write('web/index.html', 'first');
  tiny.write('web/tsconfig.json', '{ "extends": "../tsconfig.json", "include": ["."] }\n');
  tiny.write('web/parts/one.ts', 'export const one: number = 1;\n');
  tiny.write('test/web/pages.test.ts', "import { test } from 'node:test';\ntest('page', () => {});\n");
  // In the place of the real one, which needs the real page.
  tiny.write(
    'tools/bundle-page.mjs',
    `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
    const [folder] = process.argv.slice(2);
    mkdirSync(folder, { recursive: true });
    writeFileSync(folder + '/index.html', readFileSync('web/index.html') + readFileSync('protocol/two.ts', 'utf8'));\n`,
  );
  const build = await tiny.run('tools/build.mjs', '--quick');
  assert.equal(build.code, 0, build.stderr);
  const watch = tiny.start('tools/test.mjs', '--watch');
  let output = '';
  for (const stream of [watch.stdout, watch.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  try {
    await waitFor('the start', () => output.includes('watching'), 30_000);
    tiny.write('web/index.html', 'second');
    await waitFor('types', () => output.includes('types: no errors'), 30_000);
    assert.match(
      output,
      /building \(sources changed\): page\n[\s\S]*tests: passed .*test\/web\/pages\.test\.ts/,
    );
    assert.match(tiny.read('dist/page/index.html'), /^second/);
    // What the page is made of elsewhere is in it, and what was compiled by itself stays.
    output = '';
    tiny.write('protocol/two.ts', 'export const two: number = 44;\n');
    await waitFor('types', () => output.includes('types: no errors'), 30_000);
    assert.match(tiny.read('dist/page/index.html'), /44/);
    assert.match(tiny.read('dist/protocol/two.js'), /44/);
    assert.match(tiny.read('dist/cli/main.js'), /two/);
    // Its types are looked at, too.
    output = '';
    tiny.write('web/parts/one.ts', "export const one: number = '1';\n");
    await waitFor('an error', () => /one\.ts\(1,14\): error TS2322/.test(output), 30_000);
  } finally {
    const ended = once(watch, 'close');
    watch.kill('SIGINT');
    await ended;
    tiny.remove();
  }
});

test('help is given without a build', async () => {
  const { code, stdout } = await project.run('tools/bootstrap.mjs', 'test', '--help');
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: npm test .*\n[\s\S]*--watch/);
  const wrong = await project.run('tools/test.mjs', '--wacht');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /'--wacht'[\s\S]*Usage:/);
});

test('the tests of a source without one of its name are the nearest by imports', async () => {
  const { nearestTests } = (await import(`${project.path('tools/nearest-tests.mjs')}`)) as {
    nearestTests(root: string, edited: readonly string[]): string[];
  };
  project.write('protocol/deep.ts', 'export const deep = 1;\n');
  project.write('protocol/middle.ts', "export { deep } from './deep.js';\n");
  project.write('test/far.test.ts', "import { deep } from '../protocol/middle.js';\nconsole.log(deep);\n");
  const near = (path: string) => nearestTests(project.folder, [path]);
  assert.deepEqual(near('protocol/two.ts'), ['test/protocol/two.test.ts']);
  assert.deepEqual(near('protocol/deep.ts'), ['test/far.test.ts']);
  assert.deepEqual(near('test/far.test.ts'), ['test/far.test.ts']);
  assert.deepEqual(near('cli/main.ts'), []);
});
