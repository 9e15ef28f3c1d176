import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Devnet, type DevnetModules, type DevnetOptions, startDevnet } from '../../devnet/app.js';
import { createManualClock } from '../../devnet/clock.js';
import { ALL_CHAINS } from '../../protocol/chain.js';

async function start(t: TestContext, options: DevnetOptions, modules: DevnetModules = {}): Promise<Devnet> {
  const devnet = await startDevnet(
    { rate: 100, blockTimeMs: 2000, keepHeights: 64, ...options },
    { clock: createManualClock(), sliceHashes: 64, ...modules },
  );
  t.after(() => devnet.close());
  return devnet;
}

function tipsOf(devnet: Devnet): string[] {
  return ALL_CHAINS.map((chain) => devnet.node.state.tip(chain).id);
}

test('saved blocks come back: tips, side blocks, work, and chains that were cut off below', async (t) => {
  const first = await start(t, {});
  for (let i = 0; i < 90; i++) {
    // Uneven, so that targets move, and 2 s in the mean, so that they stay easy.
    first.advance(i % 3 === 0 ? 4000 : 1000);
    await first.mineBlock(2);
    if (i % 5 === 0) await first.mineSideBlock(2);
  }
  for (const chain of ALL_CHAINS) await first.mineBlock(chain);
  const json = first.saveState();
  const second = await start(t, {}, { savedState: json });
  assert.deepEqual(tipsOf(second), tipsOf(first));
  assert.equal(second.node.state.size, first.node.state.size);
  const { state } = second.node;
  for (const block of first.node.state.blocks()) {
    const copy = state.get(block.id)!;
    assert.deepEqual(copy, block);
    assert.equal(state.isMain(copy), first.node.state.isMain(block));
    assert.equal(state.workOf(copy), first.node.state.workOf(block));
  }
  assert.equal(second.saveState(), json);
  // And they go on from there, by the same rules.
  for (const devnet of [first, second]) {
    devnet.advance(first.node.clock.now() + 5000 - devnet.node.clock.now());
    await devnet.mineBlock(2);
  }
  assert.equal(second.node.state.tip(2).header.targetBits, first.node.state.tip(2).header.targetBits);
});

test('a state of another network, or one that was tampered with, is refused', async (t) => {
  const devnet = await start(t, {});
  await devnet.mineBlock(2);
  const json = devnet.saveState();
  await assert.rejects(start(t, { networkId: 5 }, { savedState: json }), /expected network 5, got 4/);
  await assert.rejects(start(t, { rate: 100_000 }, { savedState: json }), /starting target/);
  await assert.rejects(start(t, {}, { savedState: '{}' }), /expected format/);
  const saved = JSON.parse(json) as { blocks: { raw: string; height: number }[] };
  saved.blocks[0]!.height = 2;
  await assert.rejects(start(t, {}, { savedState: JSON.stringify(saved) }), /unknown-parent/);
});

test('a state file is read at the start and written at the end', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-devnet-'));
  const statePath = join(folder, 'state.json');
  const first = await start(t, { statePath });
  await first.mineBlock(7);
  const tips = tipsOf(first);
  await first.close();
  const second = await start(t, { statePath });
  assert.deepEqual(tipsOf(second), tips);
  await second.close();
  rmSync(folder, { recursive: true });
});
