import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { BLOCK_REWARD } from '../../../bench/pool-load/stub-node/found-blocks.js';
import { StubNode } from '../../../bench/pool-load/stub-node/stub-node.js';
import { parseCoinbaseEntry } from '../../../node/coinbase-entry.js';
import { fetchChainHeight, fetchIdentity, fetchIsMain } from '../../../node/rest.js';
import { fetchBlock, fetchUncleNamer } from '../../../node/rest-blocks.js';
import { fetchTransactionStatus } from '../../../node/rest-transactions.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { fromGroupOf, toGroupOf } from '../../../protocol/chain.js';
import { encodeSubmitBlock } from '../../../protocol/frames.js';
import { timestampOfBlob } from '../../../protocol/header.js';
import type { Job } from '../../../protocol/job.js';
import { blockHash } from '../../../protocol/pow.js';
import { MAX_TARGET } from '../../../protocol/target.js';
import { RawMiner, solve } from '../../support/raw-miner.js';
import { waitFor } from '../../support/wait.js';

const OPTIONS = { timeoutMs: 5_000 };

test('blocks that a stub node was given: the first of a height is of the main chain, pays the miner, and lies deeper with each push', async (t) => {
  const node = await StubNode.start({
    ...{ intervalMs: 300, blockTarget: MAX_TARGET, port: 0, restPort: 0 },
    follows: true,
  });
  t.after(() => node.close());
  const miner = await RawMiner.connect(node.port);
  t.after(() => miner.close());
  const endpoint = { host: '127.0.0.1', port: node.port, restPort: node.restPort };
  const job = (await miner.jobs())[6]!;
  const submit = async (found: Job): Promise<string> => {
    const header = solve(found);
    const before = node.blocks;
    miner.send(encodeSubmitBlock(header, found.txsBlob));
    await waitFor('the block is there', () => node.blocks > before);
    return bytesToHex(blockHash(header));
  };
  const [first, second] = [await submit(job), await submit(job)];
  ok(first !== second);
  deepEqual(await Promise.all([first, second].map((hash) => fetchIsMain(endpoint, hash, OPTIONS))), [
    true,
    false,
  ]);
  deepEqual(await fetchUncleNamer(endpoint, second, OPTIONS), { kind: 'none' });
  equal(await fetchIsMain(endpoint, '0'.repeat(64), OPTIONS), undefined);

  const { txId, height, outputs, spends } = parseCoinbaseEntry(
    await fetchBlock(endpoint, first, OPTIONS),
    first,
  );
  const { minerAddresses } = await fetchIdentity(endpoint, OPTIONS);
  deepEqual([height, spends], [job.height, false]);
  deepEqual(
    outputs.map(({ address, amount }) => [address, amount]),
    [[minerAddresses![toGroupOf(job.chain)], BLOCK_REWARD]],
  );
  const lockMs = outputs[0]!.lockTimeMs - timestampOfBlob(job.headerBlob);
  ok(lockMs > 0 && lockMs < 10_000, `${lockMs}`);

  const place = { txId, fromGroup: fromGroupOf(job.chain), toGroup: toGroupOf(job.chain) };
  const depth = async (): Promise<number> => {
    const status = await fetchTransactionStatus(endpoint, place, OPTIONS);
    ok(status.kind === 'confirmed' && status.blockHash === first);
    return status.chainConfirmations;
  };
  // Until then it is the deepest itself: it does not lie below anything.
  const pushed = node.pushes;
  await waitFor('a push after the block', () => node.pushes > pushed);
  const [before, heightBefore] = [await depth(), await fetchChainHeight(endpoint, job.chain, OPTIONS)];
  const pushes = node.pushes;
  await waitFor('more pushes', () => node.pushes >= pushes + 3);
  ok((await fetchChainHeight(endpoint, job.chain, OPTIONS)) >= heightBefore + 3);
  ok((await depth()) >= before + 3);
  deepEqual(await fetchTransactionStatus(endpoint, { ...place, txId: '0'.repeat(64) }, OPTIONS), {
    kind: 'unknown',
  });
});
