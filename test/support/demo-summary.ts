/**
 * What a demo with --json said at its end.
 * @module
 */
import assert from 'node:assert/strict';
import type { LessworkRun } from './lesswork.js';

/** Fails unless a demo ended well. @returns blocks that were accepted */
export async function blocksOfDemo(run: LessworkRun): Promise<number> {
  const { code, stderr } = await run.end();
  assert.equal(code, 0, stderr);
  const lines = run.jsonLines();
  const summary = lines.at(-1) as unknown as {
    type: string;
    blocks: { found: number; accepted: number; side: number; rejected: number };
    chains: Record<string, number>;
    hashes: Record<string, number>;
    hashesPerSecond: number;
  };
  assert.equal(summary.type, 'summary');
  assert.equal(summary.blocks.rejected, 0);
  assert.ok(summary.hashesPerSecond > 0);
  assert.equal(
    Object.values(summary.chains).reduce((sum, n) => sum + n),
    summary.blocks.accepted,
  );
  assert.equal(Object.keys(summary.hashes).join(' '), Object.keys(summary.chains).join(' '));
  return summary.blocks.accepted;
}
