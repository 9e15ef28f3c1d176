import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOfDemo } from '../support/demo-summary.js';
import { LessworkRun, waitForBlock } from '../support/lesswork.js';

// How long that takes is left to chance, and to the machine.
test('the demo finds blocks, and tells of them in its summary', async () => {
  const run = new LessworkRun(['demo', '--json']);
  await waitForBlock(run);
  run.child.kill('SIGTERM');
  assert.ok((await blocksOfDemo(run)) >= 1);
});
