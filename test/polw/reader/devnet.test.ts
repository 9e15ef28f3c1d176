import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fund } from '../../../polw/fund/fund.js';
import { restBlockSource } from '../../../polw/reader/block-source.js';
import { FundReader } from '../../../polw/reader/fund-reader.js';
import { hintOfLockupScript } from '../../../protocol/address.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS } from '../../../protocol/chain.js';
import { burnAddressOf, KEYS, mineBurning, setUpPolw } from '../../devnet/polw-setting.js';

test('a fund that reads a node over REST has the coins that the node says, and offers templates what it spends', async (t) => {
  const { devnet, node, clock } = await setUpPolw(t);
  const hints = KEYS.map(({ address }) => [address.text, hintOfLockupScript(address.lockupScript)] as const);
  const fund = new Fund({ addresses: ALL_CHAINS.map(burnAddressOf), depth: 5, minDeposit: 10n ** 18n });
  const endpoint = { host: '127.0.0.1', port: 1, restPort: devnet.restPort };
  const reader = new FundReader({
    fund,
    source: restBlockSource(endpoint, { timeoutMs: 10_000 }),
    terms: { networkId: node.rules.networkId, hints: new Map(hints) },
    clock: () => clock.now(),
    keep: async () => {
      fund.settle();
    },
  });
  const deps = (): string[] =>
    ALL_CHAINS.flatMap((chain) => node.board.template(chain).header.deps.map(bytesToHex));
  await reader.catchUp(0);
  assert.equal(fund.accounts().fund, 16_000n * 10n ** 18n);
  for (let round = 0; round < 4; round++) {
    for (const chain of ALL_CHAINS) {
      mineBurning(node, chain);
      await clock.advance(250);
    }
    if (round < 2) await reader.follow(deps());
    else await reader.catchUp(0);
  }
  await reader.follow(deps());
  const { burnt } = fund.accounts();
  assert.ok(burnt > 0n);
  for (const chain of ALL_CHAINS) {
    const response = await fetch(
      `http://127.0.0.1:${devnet.restPort}/addresses/${burnAddressOf(chain)}/utxos`,
    );
    const { utxos } = (await response.json()) as { utxos: { ref: { key: string }; amount: string }[] };
    const ours = fund.coins().filter(({ owner }) => owner === chain);
    assert.deepEqual(
      ours.map(({ key, amount }) => `${key} ${amount}`).sort(),
      utxos.map(({ ref, amount }) => `${ref.key} ${amount}`).sort(),
    );
    const { header } = node.board.template(chain);
    const view = { chain, deps: header.deps.map(bytesToHex), timestampMs: Number(header.timestamp) };
    const answer = fund.coinsFor(view);
    assert.ok(answer.kind === 'coins');
    const visible = node
      .coins!.index.view(chain, header.deps)
      .coinsOf(KEYS[chain]!.address.lockupScript)
      .filter(({ output }) => output.lockTimeMs <= header.timestamp);
    assert.deepEqual(answer.coins.map(({ key }) => key).toSorted(), visible.map(({ key }) => key).sort());
  }
});
