import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Devnet, startDevnet } from '../../../devnet/app.js';
import { createManualClock } from '../../../devnet/clock.js';
import { burnRightOf } from '../../../devnet/coins/burning.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { createPolwCoinbase } from '../../../protocol/polw-coinbase.js';
import {
  ACTIVE_RATE,
  coinsFor,
  FUNDED,
  KEYS,
  mineBurning,
  partsFor,
  rewardOf,
  SHIFT,
  submitWith,
} from '../polw-setting.js';

async function start(t: TestContext, savedState?: string, shift = SHIFT): Promise<Devnet> {
  const devnet = await startDevnet(
    {
      rate: ACTIVE_RATE,
      blockTimeMs: 2000,
      retarget: false,
      keepHeights: 64,
      polw: { shift, support: 'full', coins: FUNDED },
    },
    { clock: createManualClock(), sliceHashes: 64, ...(savedState === undefined ? {} : { savedState }) },
  );
  t.after(() => devnet.close());
  return devnet;
}

/** All that each chain's next block sees of each burn address. */
function coinsSeen({ node }: Devnet) {
  return ALL_CHAINS.flatMap((chain) => {
    const view = node.coins!.index.view(chain, node.board.freshDeps(chain));
    return KEYS.map(({ address }) =>
      view
        .coinsOf(address.lockupScript)
        .map(({ key, output }) => `${key} ${output.amount} ${output.tokens.length}`)
        .sort(),
    );
  });
}

test('saved coins come back, also those of blocks that were forgotten, and what was found void', async (t) => {
  const first = await start(t);
  const { node } = first;
  // Two siblings spend one coin, and one is void; then a chain goes far beyond what is kept.
  const coins = coinsFor(node, node.board.template(1));
  first.advance(1_000);
  mineBurning(node, 1);
  first.advance(1_000);
  node.board.refresh([2]);
  const template = node.board.template(2);
  const { burnPublicKey, burnLockupScript } = partsFor(node, node.board.template(1));
  const coinbase = createPolwCoinbase({
    ...partsFor(node, template, coins),
    burnPublicKey,
    burnLockupScript,
    signature: burnRightOf(KEYS[1]!, rewardOf(2)).signature,
  });
  assert.ok(submitWith(node, template, [coinbase]).block);
  first.deposit({ address: KEYS[3]!.address, amount: 5n * ALPH, token: true });
  for (let i = 0; i < 70; i++) {
    first.advance(1_000);
    await first.mineBlock(0);
  }
  for (const chain of [5, 6, 9, 10]) mineBurning(node, chain);
  assert.ok(node.state.hasForgotten(0));
  const id = bytesToHex(coinbase.id);
  const voidsOf = ({ coins }: typeof node): readonly string[] => coins!.conflictedOf(coins!.find(id)!.block);
  assert.deepEqual(voidsOf(node), [id]);

  const json = first.saveState();
  const second = await start(t, json);
  assert.deepEqual(voidsOf(second.node), [id]);
  assert.deepEqual(coinsSeen(second), coinsSeen(first));
  assert.equal(second.saveState(), json);
  for (const devnet of [first, second]) {
    for (const chain of [0, 1, 5, 9]) {
      devnet.advance(1_000);
      mineBurning(devnet.node, chain);
    }
    await devnet.reorganise(5, 2);
  }
  assert.equal(second.node.state.tip(0).height, first.node.state.tip(0).height);

  await assert.rejects(start(t, json, SHIFT - 1), /was saved with .*shift 50.*got .*shift 49/);
  const broken = JSON.parse(json) as { coins: Record<string, unknown>[]; blocks: Record<string, unknown>[] };
  const wrongs = [
    { place: 'coins\\[0\\].key', coin: { key: 'zz' } },
    { place: 'coins\\[0\\].amount', coin: { amount: '-1' } },
    { place: 'coins', coin: { lockupScript: '03'.repeat(33) } },
    { place: 'blocks\\[0\\].voids', block: { voids: 'none' } },
  ];
  for (const { place, coin, block } of wrongs) {
    const state = structuredClone(broken);
    Object.assign(state.coins[0]!, coin);
    Object.assign(state.blocks[0]!, block);
    await assert.rejects(start(t, JSON.stringify(state)), new RegExp(`"${place}`), place);
  }
});
