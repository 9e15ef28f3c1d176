// A pool as it runs, a simulated node with coins, miners on sockets: what blocks paid is what miners are owed, and the pool keeps.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type AcknowledgedShares, encodeWorkLogLine } from '../../audit/work-log-text.js';
import { ALL_GROUPS } from '../../ledger/accounts.js';
import { checkLedger } from '../../ledger/check.js';
import { Ledger } from '../../ledger/ledger.js';
import { parseCoinbaseEntry } from '../../node/coinbase-entry.js';
import { fetchIsMain } from '../../node/rest.js';
import { fetchBlock } from '../../node/rest-blocks.js';
import { decodeRun } from '../../pool/settlement/run-text.js';
import { openBooks } from '../../pool/store/open-books.js';
import { FINAL_DEPTH } from '../../protocol/block-end.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { type ChainIndex, chainIndex, fromGroupOf } from '../../protocol/chain.js';
import { chainOfHash } from '../../protocol/pow.js';
import { lesswork } from '../support/lesswork.js';
import { PoolLab } from '../support/pool-lab.js';
import { StratumMiner } from '../support/stratum-miner.js';
import { ADDRESS, OTHER_ADDRESS } from '../support/test-pool.js';
import { sleep, waitFor } from '../support/wait.js';

/** A block takes some 1,000 hashes, a tenth of them a share. */
const RATE = 1_000;
const WORK = 100n;
const FINDS = 3;
const ASKED = { timeoutMs: 5_000 };

test('blocks mature, and balances add up to what they paid, across a kill of the pool', async (t) => {
  const lab = await PoolLab.open(t, {
    store: { type: 'embedded' },
    devnet: { coins: true, lockMs: 1_000, rate: RATE },
    config: { mode: 'pool', payouts: { every: '1s', fee: 2.5 }, http: { host: '127.0.0.1', port: 0 } },
  });
  await lab.start();
  const taken = (): string[] => [...lab.submitted].filter(([, isTaken]) => isTaken).map(([hash]) => hash);
  const miners = await Promise.all(
    [ADDRESS, OTHER_ADDRESS].map((address) =>
      StratumMiner.open(lab.port!, { login: `${address}.rig`, work: WORK }),
    ),
  );
  const acknowledged: AcknowledgedShares[] = [];
  while (taken().length < FINDS)
    for (const [i, miner] of miners.entries()) {
      const sentMs = Date.now();
      const isTaken = await miner.mineOne();
      if (isTaken && i === 0) acknowledged.push({ sentMs, answeredMs: Date.now(), work: WORK, count: 1 });
    }
  for (const miner of miners) miner.close();
  const chains = new Set(taken().flatMap((hash) => decidersOf(chainOfHash(hexToBytes(hash)))));
  await lab.kill();
  await lab.start();
  // Deep enough to be final, and so are the blocks that took them in.
  for (let depth = 0; depth <= FINAL_DEPTH + 1; depth++)
    for (const chain of chains) {
      await lab.devnet.mineBlock(chain);
      await sleep(0);
    }
  const identity = { poolId: 'lesswork', networkId: undefined, extranonceBytes: 2 };
  const settings = { type: 'embedded', path: join(lab.dataFolder, 'pool.db'), identity } as const;
  const books = await openBooks(settings, { onNotice: () => {} });
  t.after(() => books.close());
  const ledger = new Ledger(books);
  const runs = async () => {
    const closed = await ledger.closedSettlement();
    const records = await books.page('settlement', { prefix: 'run/', limit: 100 });
    return records.map(({ text }) => decodeRun(text)).filter(({ number }) => number <= closed);
  };
  const settled = async () => (await runs()).flatMap(({ blocks }) => blocks);
  await waitFor('all finds are credited', async () => (await settled()).length === taken().length, 60_000);
  const blocks = await settled();
  assert.deepEqual(blocks.map(({ hash }) => hash).toSorted(), taken().toSorted());
  const endpoint = { host: '127.0.0.1', port: 1, restPort: lab.devnet.restPort };
  let paid = 0n;
  for (const { hash, reward } of blocks) {
    assert.equal(await fetchIsMain(endpoint, hash, ASKED), true);
    const { amount } = parseCoinbaseEntry(await fetchBlock(endpoint, hash, ASKED), hash).outputs[0]!;
    assert.equal(reward, amount);
    paid += amount;
  }
  const owed = (await ledger.page('miner/', undefined, 10)).map(({ amount }) => -amount);
  assert.equal(owed.length, 2);
  const [fee, remainder, reward] = await ledger.balances(['pool-fee', 'remainder', 'reward']);
  assert.equal(
    -fee!,
    blocks.reduce((sum, block) => sum + (block.reward * 25n) / 1000n, 0n),
  );
  assert.equal(owed[0]! + owed[1]! - fee! - remainder!, paid);
  assert.ok(-remainder! < BigInt(2 * blocks.length), 'rounding alone is left over');
  assert.equal(reward, 0n);
  const wallet = await ledger.balances(ALL_GROUPS.map((group) => `wallet/${group}/spendable` as const));
  assert.equal(
    wallet.reduce((sum, amount) => sum + amount, 0n),
    paid,
  );
  assert.deepEqual((await checkLedger({ books, timeMs: Date.now() })).faults, []);
  const told = await Promise.all(
    [ADDRESS, OTHER_ADDRESS].map(async (address) => {
      const response = await lab.api(`/api/pools/lesswork/miners/${address}`);
      return BigInt(((await response.json()) as { pendingBalanceAtto: string }).pendingBalanceAtto);
    }),
  );
  assert.deepEqual(new Set(told), new Set(owed), 'the API says what is owed');
  await auditByMiner(lab, acknowledged, owed, blocks.length);
  await lab.stop();
});

/** The miner whose shares these are is told that all is right; what is not, it finds. */
async function auditByMiner(
  lab: PoolLab,
  shares: readonly AcknowledgedShares[],
  owed: readonly bigint[],
  blocks: number,
): Promise<void> {
  const log = join(lab.dataFolder, 'work.log');
  const entry = { pool: `127.0.0.1:${lab.port}`, user: `${ADDRESS}.rig`, shares, blocks: [] };
  writeFileSync(log, `${encodeWorkLogLine(entry)}\n`);
  const { url } = await lab.api('/api/pools');
  const audit = async (...args: string[]) => {
    const { code, stdout, stderr } = await lesswork(
      ...['audit', '--pool', new URL(url).origin, '--address', ADDRESS, '--log', log, '--json'],
      ...['--node', '127.0.0.1', '--rest-port', `${lab.devnet.restPort}`, ...args],
    );
    assert.notEqual(code, 2, stderr);
    return { code, said: JSON.parse(stdout) };
  };
  const right = await audit();
  assert.deepEqual([right.code, right.said.faults], [0, []]);
  assert.equal(right.said.node.blocks, blocks);
  assert.ok(right.said.node.windows > 0);
  assert.ok(owed.includes(BigInt(right.said.credit)));
  assert.ok(BigInt(right.said.work.atMost) > 0n);
  // The node has blocks that others found for the pool's addresses: these are in no run.
  const late = await audit('--late', '0s');
  assert.equal(late.code, 1);
  assert.ok(late.said.faults.every(({ kind }: { kind: string }) => kind === 'hidden'));
}

/** A chain, and the one whose blocks take its blocks in. */
function decidersOf(chain: ChainIndex): ChainIndex[] {
  const from = fromGroupOf(chain);
  return [chain, chainIndex(from, from)];
}
