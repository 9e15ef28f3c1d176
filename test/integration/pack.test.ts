import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { LessworkRun, PROJECT_ROOT, waitForBlock } from '../support/lesswork.js';

const run = promisify(execFile);

/** Most that the package takes, with the kernels of `npm run kernels` where they were made. */
const MAX_PACKED_BYTES = existsSync(join(PROJECT_ROOT, 'prebuilt/prebuilt.json')) ? 2_500_000 : 2_000_000;

test('the packed package, installed elsewhere without development tools, mines', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-pack-'));
  try {
    // Scripts would build again, under the feet of the tests that run beside this one.
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: PROJECT_ROOT });
    const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    await run(
      'npm',
      ['install', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`],
      { cwd: folder },
    );
    const { version } = JSON.parse(await readFile(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    // As `npx --package` finds it, which installs the same way.
    const byNpx = await run('npx', ['--no-install', 'lesswork', '--version'], { cwd: folder });
    assert.equal(byNpx.stdout, `${version}\n`);
    // What docs/DEPLOYMENT.md says of it.
    assert.ok((await stat(join(folder, tarball!))).size < MAX_PACKED_BYTES);
    const lesswork = join(folder, 'node_modules/.bin/lesswork');
    const demo = new LessworkRun(['demo', '--json'], {}, lesswork);
    // How long that takes is left to chance, and to the machine.
    await waitForBlock(demo).finally(() => demo.child.kill('SIGTERM'));
    const { code, stderr } = await demo.end();
    assert.equal(code, 0, stderr);
    const summary = demo.jsonLines().at(-1) as unknown as { type: string; blocks: { accepted: number } };
    assert.equal(summary.type, 'summary');
    assert.ok(summary.blocks.accepted >= 1);
    // Exit code 1 says that so short a time on a busy machine was too noisy to be judged: the figures are there all the same.
    const bench = await run(lesswork, ['bench', '--seconds', '0.2', '--json', '--device', 'cpu'], {
      cwd: folder,
    }).catch((error: { readonly stdout: string }) => error);
    const { results } = JSON.parse(bench.stdout) as {
      results: { backend: string; hashesPerSecond: number }[];
    };
    assert.deepEqual([...new Set(results.map(({ backend }) => backend))], ['cpu-noble', 'cpu-wasm']);
    assert.ok(results.every(({ hashesPerSecond }) => hashesPerSecond > 0));
    const packed = (await readdir(join(folder, 'node_modules/lesswork/dist'))).sort();
    assert.ok(!packed.includes('test'), 'tests are not packed');
    const docs = (await readdir(join(folder, 'node_modules/lesswork/docs'))).sort();
    assert.deepEqual(docs, (await readdir(join(PROJECT_ROOT, 'docs'))).sort());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
