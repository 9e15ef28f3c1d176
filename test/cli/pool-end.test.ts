import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LessworkRun } from '../support/lesswork.js';
import { waitFor } from '../support/wait.js';

/** A pool on the command line, whose node is away. */
async function start(t: TestContext): Promise<LessworkRun> {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-pool-end-'));
  const config = join(folder, 'pool.json');
  writeFileSync(
    config,
    JSON.stringify({
      nodes: [{ host: '127.0.0.1', port: 1, restPort: 1 }],
      listeners: [{ name: 'main', host: '127.0.0.1', port: 0 }],
      dataFolder: join(folder, 'data'),
      http: false,
      admin: false,
      stop: { closeOverMs: 300 },
    }),
  );
  const run = new LessworkRun(['pool', '--config', config, '--json']);
  t.after(async () => {
    run.child.kill('SIGKILL');
    await run.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const listens = () => run.stdout.includes('"listening"');
  await waitFor('it to listen', () => listens() || run.child.exitCode !== null, 30_000);
  return run;
}

test('a pool that hears two signals close together ends well, with 0', async (t) => {
  const run = await start(t);
  run.child.kill('SIGINT');
  run.child.kill('SIGTERM');
  const { code, signal, stderr } = await run.end();
  assert.deepEqual([code, signal], [0, null], stderr);
  const types = run.jsonLines().map(({ type }) => type);
  assert.deepEqual(types.slice(types.indexOf('stopping')), ['stopping', 'stopped']);
});
