import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateMinerAddresses } from '../../devnet/addresses.js';
import type { Block } from '../../devnet/app.js';
import { createRandom } from '../../devnet/random.js';
import { addressOfLockupScript } from '../../protocol/address.js';
import { decodeBlock } from '../../protocol/block.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { coinbaseLockMs } from '../../protocol/coinbase.js';
import { blockReward, mainReward, miningReward, uncleReward } from '../../protocol/emission.js';
import { decodeHeader } from '../../protocol/header.js';
import { txsHashOf } from '../../protocol/merkle.js';
import { blockHash } from '../../protocol/pow.js';
import { targetOfBits } from '../../protocol/target.js';
import { get, recordedAddresses, setUpLikeRecorded } from './rest-setting.js';
import { setUp } from './setting.js';

test('blocks, by REST and raw: every byte and every amount follows from the rules', async (t) => {
  const { devnet, side, referencing } = await setUpLikeRecorded(t);
  for (const { id } of devnet.node.state.blocks()) {
    const { body } = await get(devnet, `/blockflow/blocks/${id}`);
    const { value } = (await get(devnet, `/blockflow/raw-blocks/${id}`)).body as { value: string };
    const { header: headerBytes, transactions } = decodeBlock(hexToBytes(value));
    assert.equal(bytesToHex(blockHash(headerBytes)), id);
    const header = decodeHeader(headerBytes);
    assert.deepEqual(txsHashOf(transactions), header.txsHash);
    const entry = body as {
      timestamp: number;
      chainTo: number;
      chainFrom: number;
      height: number;
      target: string;
      ghostUncles: { blockHash: string; miner: string }[];
      transactions: {
        unsigned: { fixedOutputs: { attoAlphAmount: string; address: string; lockTime: number }[] };
      }[];
    };
    assert.equal(BigInt(entry.timestamp), header.timestamp);
    assert.equal(Number.parseInt(entry.target, 16), header.targetBits);
    const main = mainReward(
      miningReward({
        target: targetOfBits(header.targetBits),
        timestampMs: header.timestamp,
        blockTimeMs: 2000,
      }),
      'danube',
    );
    const uncleRewards: bigint[] = [];
    for (const { blockHash: uncle } of entry.ghostUncles) {
      const { height } = (await get(devnet, `/blockflow/headers/${uncle}`)).body as { height: number };
      uncleRewards.push(uncleReward(main, entry.height - height));
    }
    const amounts = [blockReward(main, uncleRewards), ...uncleRewards];
    const addresses = [recordedAddresses[entry.chainTo]!, ...entry.ghostUncles.map(({ miner }) => miner)];
    assert.deepEqual(
      entry.transactions.at(-1)!.unsigned.fixedOutputs.map(({ attoAlphAmount, address, lockTime }) => ({
        attoAlphAmount,
        address,
        lockTime,
      })),
      amounts.map((amount, i) => ({
        attoAlphAmount: amount.toString(),
        address: addresses[i],
        lockTime: entry.timestamp + Number(coinbaseLockMs(2)),
      })),
    );
    assert.equal(entry.ghostUncles.length, id === referencing.id ? 1 : 0);
  }
  assert.equal(bytesToHex(referencing.uncles[0]!.hash), side.id);
});

test('ghostUncles and the outputs that pay them are in one order, that of signed bytes', async (t) => {
  // The easiest target: every first byte comes up.
  const { devnet } = await setUp(t, { rate: 1 });
  const miners = ALL_CHAINS.map((seed) => generateMinerAddresses(createRandom(1000 + seed))[2]!);
  const isNegative = (hash: string): boolean => Number.parseInt(hash.slice(0, 2), 16) >= 0x80;
  let mixed = 0;
  for (let i = 0; mixed < 2; i++) {
    assert.ok(i < 100, 'no two uncles with first bytes of both signs');
    await devnet.mineBlock(2);
    const sides: Block[] = [];
    for (let j = 0; j < 2; j++) {
      const miner = miners[(2 * i + j) % miners.length]!.lockupScript;
      sides.push(await devnet.mineSideBlock(2, { miner }));
    }
    const { id } = await devnet.mineBlock(2);
    const { ghostUncles, transactions } = (await get(devnet, `/blockflow/blocks/${id}`)).body as {
      ghostUncles: { blockHash: string; miner: string }[];
      transactions: { unsigned: { fixedOutputs: { address: string }[] } }[];
    };
    const signs = ghostUncles.map(({ blockHash }) => isNegative(blockHash));
    assert.equal(signs.length, 2);
    assert.notEqual(ghostUncles[0]!.miner, ghostUncles[1]!.miner);
    if (signs[0] !== signs[1]) {
      assert.deepEqual(signs, [true, false]);
      mixed++;
    }
    const { fixedOutputs } = transactions.at(-1)!.unsigned;
    for (const [k, { blockHash, miner }] of ghostUncles.entries()) {
      assert.equal(fixedOutputs[1 + k]!.address, miner);
      const side = sides.find((block) => block.id === blockHash)!;
      assert.equal(addressOfLockupScript(side.miner).text, miner);
    }
  }
});

test('blocks by time: those of each main chain, oldest first, both ends included', async (t) => {
  const { devnet, side, main, referencing } = await setUpLikeRecorded(t);
  const { state } = devnet.node;
  const [from, to] = [main, referencing].map(({ header }) => Number(header.timestamp)) as [number, number];
  const ids = async (path: string): Promise<string[][]> => {
    const { status, body } = await get(devnet, path);
    assert.equal(status, 200, path);
    const lists = Object.values(body as Record<string, { hash?: string; block?: { hash: string } }[][]>)[0]!;
    return lists.map((list) => list.map(({ hash, block }) => hash ?? block!.hash));
  };
  const wanted = ALL_CHAINS.map((chain) =>
    Array.from({ length: state.tip(chain).height }, (_, i) => state.mainAt(chain, i + 1)!)
      .filter(({ header }) => Number(header.timestamp) >= from && Number(header.timestamp) <= to)
      .map(({ id }) => id),
  );
  assert.ok(wanted[1]!.length >= 2 && !wanted[1]!.includes(side.id));
  for (const kind of ['blocks', 'blocks-with-events', 'rich-blocks'])
    assert.deepEqual(await ids(`/blockflow/${kind}?fromTs=${from}&toTs=${to}`), wanted, kind);
  assert.deepEqual(
    await ids(`/blockflow/blocks?fromTs=${from}`),
    await ids(`/blockflow/blocks?fromTs=${from}&toTs=${devnet.node.clock.now()}`),
  );
  assert.deepEqual(
    await ids('/blockflow/blocks?fromTs=1&toTs=2'),
    ALL_CHAINS.map(() => []),
  );
  const one = (await get(devnet, `/blockflow/blocks/${main.id}`)).body;
  assert.deepEqual(await get(devnet, `/blockflow/blocks-with-events/${main.id}`), {
    status: 200,
    body: { block: one, events: [] },
  });
  assert.deepEqual(await get(devnet, `/blockflow/blocks?fromTs=${to}&toTs=${from}`), {
    status: 400,
    body: {
      detail: `Invalid value (expected value to pass validation: \`fromTs\` must be before \`toTs\`, but got: TimeInterval(TimeStamp(${to}ms),Some(TimeStamp(${from}ms))))`,
    },
  });
  assert.deepEqual(await get(devnet, `/blockflow/blocks?fromTs=0&toTs=${to}`), {
    status: 400,
    body: { detail: 'Time span cannot be greater than Duration(1800000ms)' },
  });
  const { hashrate } = (await get(devnet, `/infos/history-hashrate?fromTs=0&toTs=${to}`)).body as {
    hashrate: string;
  };
  assert.match(hashrate, /^\d+ MH\/s$/);
});
