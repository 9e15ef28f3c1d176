import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LessworkRun } from '../support/lesswork.js';

for (const [what, admin, why] of [
  [
    'on a free port',
    { port: 0 },
    /"admin\.port" is 0 in this configuration.* POST \/admin\/miner-addresses\/accept/s,
  ],
  ['that there is not', false, /"admin" is false in this configuration/],
] as const)
  test(`an administration ${what} can not be asked, and that is said`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'lesswork-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'pool.json');
    writeFileSync(path, JSON.stringify({ admin }));
    const { code, stdout, stderr } = await new LessworkRun([
      'pool',
      'accept-addresses',
      '--config',
      path,
    ]).end();
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, why);
  });
