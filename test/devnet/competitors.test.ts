import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../devnet/app.js';
import { addressOfLockupScript } from '../../protocol/address.js';
import { ALL_CHAINS, CHAINS, toGroupOf } from '../../protocol/chain.js';
import { setUp } from './setting.js';

/** Blocks that competitors find within some simulated time. */
async function run(t: Parameters<typeof setUp>[0], seconds: number, options: Parameters<typeof setUp>[1]) {
  const { devnet, clock } = await setUp(t, { rate: 4000, others: 4000, ...options });
  for (let i = 0; i < seconds * 10; i++) clock.advance(100);
  return { devnet, clock, blocks: [...devnet.node.state.blocks()] };
}

test('competing miners find as many blocks as their rate says, on all chains', async (t) => {
  const seconds = 60;
  const { devnet, blocks } = await run(t, seconds, { othersLatencyMs: 0 });
  // At the rate that the target was set for: one block a chain and block time, 2 s.
  const expected = (CHAINS * seconds) / 2;
  const deviations = (blocks.length - expected) / Math.sqrt(expected);
  assert.ok(Math.abs(deviations) < 4, `${blocks.length} blocks, ${expected} expected`);
  for (const chain of ALL_CHAINS) assert.ok(devnet.node.state.tip(chain).height > 10);
  const { hashes, lost } = devnet.competitors();
  assert.ok(Math.abs(hashes - seconds * 4000) < 4000 && lost === 0, `${hashes} hashes, ${lost} lost`);
  // They hear of each block at once: nothing is found beside another.
  assert.ok(blocks.every((block) => devnet.node.state.isMain(block)));
});

test('their blocks pay addresses of their own, in the right groups', async (t) => {
  const { devnet, blocks } = await run(t, 4, {});
  assert.ok(blocks.length > 0);
  for (const block of blocks) {
    const address = addressOfLockupScript(block.miner);
    assert.equal(address.group, toGroupOf(block.chain));
    assert.ok(!devnet.minerAddresses.includes(address.text));
  }
});

test('who hears late finds side blocks, which become uncles', async (t) => {
  const { devnet, blocks } = await run(t, 60, { othersLatencyMs: 500 });
  const { state } = devnet.node;
  const sides = blocks.filter((block) => !state.isMain(block));
  const uncles = new Set(
    blocks.filter((block) => state.isMain(block)).flatMap((block) => block.uncles.map(({ hash }) => hash)),
  );
  assert.ok(sides.length > 10 && uncles.size > 10, `${sides.length} side blocks, ${uncles.size} uncles`);
});

test('the same seed gives the same blocks', async (t) => {
  const ids = async (seed: number) =>
    (await run(t, 5, { seed })).blocks.map((block: Block) => block.id).join();
  const first = await ids(3);
  assert.notEqual(first, '');
  assert.equal(await ids(3), first);
  assert.notEqual(await ids(4), first);
});

test('targets follow the rate: twice the hashes, half the target in the end', async (t) => {
  const { devnet, clock } = await run(t, 150, {
    rate: 2000,
    others: 4000,
    retarget: true,
    othersLatencyMs: 0,
  });
  const { state } = devnet.node;
  const heightsBefore = ALL_CHAINS.map((chain) => state.tip(chain).height);
  const seconds = 60;
  for (let i = 0; i < seconds * 10; i++) clock.advance(100);
  const found = ALL_CHAINS.reduce((sum, chain) => sum + state.tip(chain).height - heightsBefore[chain]!, 0);
  const expected = (CHAINS * seconds) / 2;
  assert.ok(Math.abs(found - expected) < 5 * Math.sqrt(expected), `${found} blocks, ${expected} expected`);
});
