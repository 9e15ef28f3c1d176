import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

test('1,600 templates with 500 transactions each stay under 64 MB', async () => {
  const program = fileURLToPath(new URL('../support/funded-memory.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program]);
  const { templates, shortest, bytes } = JSON.parse(stdout) as Record<string, number>;
  assert.equal(templates, 1_600);
  assert.ok(shortest! > 500 * 200);
  assert.ok(bytes! < 64_000_000, `${bytes}`);
});
