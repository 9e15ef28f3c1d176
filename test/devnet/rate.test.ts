import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitsOfHashrate } from '../../protocol/target.js';
import { ACTIVE_RATE, SHIFT } from './polw-setting.js';
import { setUp } from './setting.js';

const BLOCK_TIME_MS = 2_000;
const bitsOf = (rate: number): number => bitsOfHashrate(BigInt(rate), BLOCK_TIME_MS);

test('another hash rate counts for blocks on parents that come after it, and Proof of Less Work begins and ends with it', async (t) => {
  const { devnet, clock } = await setUp(t, {
    ...{ rate: ACTIVE_RATE / 4, blockTimeMs: BLOCK_TIME_MS, polw: { shift: SHIFT } },
  });
  const mined = async (): Promise<{ readonly bits: number; readonly burns: boolean }> => {
    clock.advance(1_000);
    const { header } = await devnet.mineBlock(0);
    return { bits: header.targetBits, burns: devnet.node.coins!.mustBurn(header.targetBits) };
  };
  const low = { bits: bitsOf(ACTIVE_RATE / 4), burns: false };
  const high = { bits: bitsOf(ACTIVE_RATE), burns: true };
  assert.deepEqual(await mined(), low);
  devnet.setRate(ACTIVE_RATE);
  assert.deepEqual(await mined(), low, 'its parent was there before');
  assert.deepEqual(await mined(), high);
  devnet.setRate(ACTIVE_RATE / 4);
  assert.deepEqual([await mined(), await mined()], [high, low]);
  const [replaced] = await devnet.reorganise(0, 2);
  assert.equal(replaced!.header.targetBits, high.bits, 'by its own parent');
});

test('where targets follow the blocks, or blocks are kept in a file, it is refused', async (t) => {
  const { devnet } = await setUp(t, { retarget: true });
  assert.throws(() => devnet.setRate(5), /"rate" expected a network without retargeting/);
});
