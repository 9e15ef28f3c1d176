import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { PoolUnderFire } from '../support/pool-under-fire.js';
import { seededBytes } from '../support/seeded-bytes.js';
import { waitFor } from '../support/wait.js';

test('a node that dies in the middle of a message, or talks nonsense, costs no miner its connection and no share its credit', async (t) => {
  let proxy: CuttingProxy | undefined;
  const lab = await PoolUnderFire.start(t, {
    rate: 50_000,
    nodePort: async (devnet) => {
      proxy = await CuttingProxy.listen(devnet.minerApiPort);
      return proxy.port;
    },
  });
  t.after(() => proxy!.close());
  const { pool } = lab.app;
  const blocks: Promise<unknown>[] = [];
  const back = async (what: string, lose: () => void): Promise<void> => {
    lose();
    await waitFor(`the loss: ${what}`, () => pool.node === undefined);
    await waitFor(
      `the node: ${what}`,
      () => pool.node !== undefined && pool.board.current(0) !== undefined,
      20_000,
    );
    await lab.servesHonest();
  };
  // Each loss doubles the wait before the next try: few of them.
  for (const bytes of [0, 3, 700])
    await back(`after ${bytes} bytes`, () => {
      proxy!.passBytes = bytes;
      blocks.push(lab.devnet.mineBlock(bytes % 16));
    });
  assert.equal(proxy!.cuts, 3);
  await Promise.all(blocks);
  await back('nonsense', () => proxy!.inject(seededBytes('nonsense', 64)));
  assert.equal(lab.app.pool.sessions, 1);
  assert.equal(lab.counters.connections, 1);
  await lab.closeAndCompare();
});
