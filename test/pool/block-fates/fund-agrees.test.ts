// The fund, which reads all blocks, and the follower, which asks about its own: they say the same of each block.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../../devnet/block.js';
import { Fund } from '../../../polw/fund/fund.js';
import { restBlockSource } from '../../../polw/reader/block-source.js';
import { FundReader } from '../../../polw/reader/fund-reader.js';
import { hintOfLockupScript, parseAddress } from '../../../protocol/address.js';
import { FINAL_DEPTH } from '../../../protocol/block-end.js';
import { ALL_CHAINS, chainIndex } from '../../../protocol/chain.js';
import { ALPH, loweredEmission } from '../../../protocol/emission.js';
import { burnAddressOf, mineBurning, RIGHTS, rewardOf, SHIFT } from '../../devnet/polw-setting.js';
import { INTRA, SECOND, setUpSiblings, takeIn } from '../../devnet/siblings-setting.js';
import { blockOf } from '../../support/batches.js';
import { devnetFateNode, FateLab } from '../../support/fate-lab.js';

const NETWORK_ID = 4;
const CHAIN = chainIndex(1, 2);

test('fund and follower say the same of each block: open, main, void and good again, uncle, orphan', async (t) => {
  const { devnet, node, clock, first, second } = await setUpSiblings(t);
  const addresses = ALL_CHAINS.map(burnAddressOf);
  const lab = await FateLab.open(t, [devnetFateNode(devnet)]);
  lab.addresses = addresses;
  lab.emission = loweredEmission(SHIFT);
  const fund = new Fund({ addresses, depth: FINAL_DEPTH, minDeposit: ALPH });
  const hints = new Map(
    addresses.map((text) => [text, hintOfLockupScript(parseAddress(text)!.lockupScript)]),
  );
  const endpoint = { host: '127.0.0.1', port: 1, restPort: devnet.restPort };
  const reader = new FundReader({
    fund,
    source: restBlockSource(endpoint, { timeoutMs: 5_000 }),
    terms: { networkId: NETWORK_ID, hints },
    clock: () => clock.now(),
    keep: async () => {},
  });
  await reader.catchUp(0);
  const blocks: Block[] = [];
  const find = async (...found: readonly Block[]): Promise<void> => {
    for (const { id, chain, height } of found) fund.found({ hash: id, chain, height });
    const from = blocks.length;
    blocks.push(...found);
    await lab.acceptBlocks(
      found.map(({ id, chain, height }, i) =>
        blockOf(from + i, 1_000 * (from + i), { hash: id, chain, height }),
      ),
    );
  };
  const seen = new Set<string>();
  const agree = async (stage: string): Promise<void> => {
    clock.advance(1_000);
    await reader.follow(ALL_CHAINS.map((chain) => node.state.tip(chain).id));
    await lab.round();
    const ofFund = fund.ends().map(({ hash, state }) => `${hash} ${state === 'open' ? 'accepted' : state}`);
    const followed = await Promise.all(blocks.map(async ({ id }) => `${id} ${await lab.state(id)}`));
    assert.deepEqual(followed.toSorted(), ofFund.toSorted(), stage);
    for (const line of followed) seen.add(line.split(' ')[1]!);
  };

  await find(first, second);
  await agree('two spend one coin');
  takeIn(node);
  await agree('they are taken in');
  await devnet.reorganise(INTRA, 2);
  await agree('the chain that decided is another');
  mineBurning(node, INTRA);
  await agree('it has taken them in, too');
  const main = mineBurning(node, CHAIN);
  const ours = { miner: rewardOf(CHAIN), burnRight: RIGHTS[CHAIN]! };
  const beside = await devnet.mineSideBlock(CHAIN, ours);
  const late = await devnet.mineSideBlock(CHAIN, ours);
  await find(main, beside, late);
  await agree('beside the chain');
  for (let i = 0; i < 3; i++) await devnet.mineBlock(CHAIN, { uncles: false });
  await devnet.mineBlock(CHAIN);
  await agree('named as uncles');
  await devnet.reorganise(CHAIN, 1, { uncles: false });
  await agree('named no more');
  for (let i = 0; i < 4; i++) await devnet.mineBlock(CHAIN, { uncles: false });
  await agree('too late');
  await devnet.reorganise(SECOND, 1, { uncles: false });
  await agree('the void one has left the chain');
  assert.deepEqual([...seen].toSorted(), ['accepted', 'main', 'orphan', 'uncle', 'void']);
});
