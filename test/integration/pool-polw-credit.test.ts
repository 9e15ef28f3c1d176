// A pool whose blocks burn coins on some chains and not on others, as a process, on a simulated node: all of them are credited.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSystemClock } from '../../devnet/clock.js';
import { RETARGET_WINDOW } from '../../devnet/retarget.js';
import { ALL_GROUPS } from '../../ledger/accounts.js';
import { checkLedger } from '../../ledger/check.js';
import { Ledger } from '../../ledger/ledger.js';
import { parseCoinbaseEntry } from '../../node/coinbase-entry.js';
import { fetchBlock } from '../../node/rest-blocks.js';
import { isAuthorized } from '../../polw/authorizations/authorization.js';
import { authorizationsText } from '../../polw/authorizations/authorizations-text.js';
import { decodeRun } from '../../pool/settlement/run-text.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex, chainIndex, fromGroupOf } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { chainOfHash } from '../../protocol/pow.js';
import { ACTIVE_RATE, FUNDED, SHIFT } from '../devnet/polw-setting.js';
import { BURN_AUTHORIZATIONS } from '../support/devnet-authorizations.js';
import { PoolLab } from '../support/pool-lab.js';
import { StratumMiner } from '../support/stratum-miner.js';
import { ADDRESS, OTHER_ADDRESS } from '../support/test-pool.js';
import { waitFor } from '../support/wait.js';

/** A little below the threshold: whoever finds blocks quickly crosses it. */
const RATE = Math.floor(ACTIVE_RATE * 0.48);

/** As of `ACTIVE_RATE`. */
const BLOCK_TIME_MS = 2_000;

/** The network's time is behind, so that locks of new blocks are over for the pool. */
const BEHIND_MS = 900_000;

/** Blocks by which one is final here. */
const DEPTH = 8;

/** Of each sort. */
const FINDS = 2;

const burns = (chain: ChainIndex): boolean => fromGroupOf(chain) === 3;

test('blocks that burn and blocks that pay the wallet are credited in full, and the books come to what the fund says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-polw-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const authorizations = join(folder, 'authorizations.json');
  const authorized = BURN_AUTHORIZATIONS.chains.filter(isAuthorized);
  writeFileSync(authorizations, authorizationsText(BURN_AUTHORIZATIONS.networkId, authorized));
  const clock = createSystemClock();
  const lab = await PoolLab.open(t, {
    store: { type: 'embedded' },
    clock: { ...clock, now: () => clock.now() - BEHIND_MS },
    devnet: {
      rate: RATE,
      blockTimeMs: BLOCK_TIME_MS,
      retarget: true,
      minPushIntervalMs: 20,
      polw: { shift: SHIFT, support: 'full', coins: FUNDED },
    },
    config: {
      mode: 'pool',
      payouts: { every: '1s', fee: 2.5, blockDepth: DEPTH },
      polw: { authorizations, since: '1970-01-01', shift: SHIFT },
      http: { host: '127.0.0.1', port: 0 },
    },
  });
  const mine = async (chains: Iterable<ChainIndex>, blocks: number): Promise<void> => {
    for (const chain of chains) for (let i = 0; i < blocks; i++) await lab.devnet.mineBlock(chain);
    // The next ones come as they are expected: targets stay.
    lab.devnet.advance(RETARGET_WINDOW * BLOCK_TIME_MS);
  };
  // A quarter of the chains are beyond the threshold.
  await mine(ALL_CHAINS.filter(burns), RETARGET_WINDOW + 3);
  await lab.start();
  const polw = async () => (await (await lab.api('/api/pools/lesswork/polw')).json()) as Polw;
  const funded = async (): Promise<number> =>
    (await polw().catch(() => undefined))?.chains?.filter(({ state }) => state === 'funded').length ?? 0;
  await waitFor('4 funded chains', async () => (await funded()) === 4, 30_000);
  const miners = await Promise.all(
    [ADDRESS, OTHER_ADDRESS].map((address) => StratumMiner.open(lab.port!, { login: `${address}.rig` })),
  );
  const taken = (): string[] => [...lab.submitted].filter(([, isTaken]) => isTaken).map(([hash]) => hash);
  const chainOf = (hash: string): ChainIndex => chainOfHash(hexToBytes(hash));
  const found = (sort: boolean): string[] => taken().filter((hash) => burns(chainOf(hash)) === sort);
  while (found(true).length < FINDS || found(false).length < FINDS)
    for (const miner of miners) await miner.findBlock();
  for (const miner of miners) miner.close();
  await lab.kill();
  const chains = new Set(taken().flatMap((hash) => [chainOf(hash), deciderOf(chainOf(hash))]));
  await mine(
    ALL_CHAINS.filter((chain) => chains.has(chain)),
    DEPTH + 2,
  );
  await mine(
    ALL_CHAINS.filter((chain) => chain === deciderOf(chain) && chains.has(chain)),
    DEPTH + 2,
  );
  await lab.start();
  await lab.withBooks(async (books) => {
    const ledger = new Ledger(books);
    const settled = async () => {
      const closed = await ledger.closedSettlement();
      const records = await books.page('settlement', { prefix: 'run/', limit: 100 });
      const runs = records.map(({ text }) => decodeRun(text)).filter(({ number }) => number <= closed);
      return runs.flatMap(({ blocks }) => blocks);
    };
    await waitFor('all finds are credited', async () => (await settled()).length === taken().length, 60_000);
    const blocks = await settled();
    assert.deepEqual(blocks.map(({ hash }) => hash).toSorted(), taken().toSorted());
    const endpoint = { host: '127.0.0.1', port: 1, restPort: lab.devnet.restPort };
    let toWallet = 0n;
    let output0 = 0n;
    for (const { hash, chain, reward } of blocks) {
      const entry = parseCoinbaseEntry(await fetchBlock(endpoint, hash, { timeoutMs: 5_000 }), hash);
      const { amount } = entry.outputs[0]!;
      assert.equal(entry.spends, burns(chain));
      if (entry.spends) output0 += amount;
      else toWallet += amount;
      if (!entry.spends) assert.equal(reward, amount);
    }
    const { accounts } = await polw();
    const credited = blocks.reduce((sum, { reward }) => sum + reward, 0n);
    const burnt = BigInt(accounts.burnt);
    assert.ok(burnt > 0n);
    assert.equal(credited, toWallet + output0 - burnt);
    const owed = (await ledger.page('miner/', undefined, 10)).reduce((sum, { amount }) => sum - amount, 0n);
    const [fee, remainder, reward, returned, operator, unexplained, pending, fund] = await ledger.balances([
      ...(['pool-fee', 'remainder', 'reward', 'polw/returned', 'operator', 'unexplained'] as const),
      ...(['polw/pending', 'polw/fund'] as const),
    ]);
    assert.equal(owed - fee! - remainder!, credited);
    assert.equal(fee, -blocks.reduce((sum, block) => sum + (block.reward * 25n) / 1000n, 0n));
    assert.deepEqual([reward, unexplained], [0n, 0n]);
    assert.deepEqual([returned, pending], [-burnt, output0 - burnt]);
    assert.ok(operator! <= -1_000n * ALPH && fund! === -operator! - burnt);
    const wallet = await ledger.balances(ALL_GROUPS.map((group) => `wallet/${group}/spendable` as const));
    assert.equal(
      wallet.reduce((sum, amount) => sum + amount, 0n),
      toWallet,
    );
    assert.deepEqual((await checkLedger({ books, timeMs: Date.now() })).faults, []);
  });
  await lab.stop();
});

interface Polw {
  readonly chains: readonly { readonly state: string }[];
  readonly accounts: { readonly burnt: string };
}

/** The chain whose blocks take a chain's blocks in. */
function deciderOf(chain: ChainIndex): ChainIndex {
  return chainIndex(fromGroupOf(chain), fromGroupOf(chain));
}
