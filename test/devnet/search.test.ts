import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDevnet } from '../../devnet/app.js';
import { expectedHashes, targetOfBits } from '../../protocol/target.js';
import { createNobleKernel } from '../../shaders/cpu/noble.js';
import type { SearchKernel } from '../../shaders/search.js';

/** Hashes of each call while ten blocks are mined. */
async function callsOf(rate: number, sliceHashes: number) {
  const kernel = createNobleKernel();
  const calls: number[] = [];
  const counting: SearchKernel = {
    ...kernel,
    search: (range) => {
      calls.push(range.count);
      return kernel.search(range);
    },
  };
  const devnet = await startDevnet({ rate, blockTimeMs: 250, seed: 5 }, { kernel: counting, sliceHashes });
  try {
    let expected = 0;
    for (let i = 0; i < 10; i++) {
      const block = await devnet.mineBlock(i);
      expected = Number(expectedHashes(targetOfBits(block.header.targetBits)));
    }
    return { calls, expected };
  } finally {
    await devnet.close();
  }
}

test('a search makes no more hashes at a time than half a block takes, and no more than it may', async () => {
  const easy = await callsOf(50_000, 16_384);
  assert.ok(easy.expected > 500 && easy.expected < 1_000, `${easy.expected}`);
  const half = Math.floor(easy.expected / 2);
  assert.ok(easy.calls.length > 10 && easy.calls.every((count) => count === half), `${easy.calls}`);
  const small = await callsOf(50_000, 100);
  assert.ok(small.calls.every((count) => count === 100));
  // Where any hash of the chain will do, a call is still worth its while.
  const least = await callsOf(1, 16_384);
  assert.ok(least.calls.every((count) => count === 64));
});
