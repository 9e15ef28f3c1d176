import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { makeBurnRights } from '../../../bench/pool-load/burn-rights.js';
import { Tally } from '../../../bench/pool-load/generator/tally.js';
import { OthersTransfers } from '../../../bench/pool-load/stub-node/others-transfers.js';
import { STUB_NETWORK_ID } from '../../../bench/pool-load/stub-node/rest-answers.js';
import { NO_BLOCKS, StubNode } from '../../../bench/pool-load/stub-node/stub-node.js';
import { WholeTemplates } from '../../../bench/pool-load/stub-node/whole-templates.js';
import { createRandom } from '../../../devnet/random.js';
import { parseAuthorizations } from '../../../polw/authorizations/parse-authorizations.js';
import { walkTransactions } from '../../../polw/builder/transaction-list.js';
import { openFundedNodes } from '../../../polw/open-funded-nodes.js';
import { FileFundStore } from '../../../polw/store/file-fund-store.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS, toGroupOf } from '../../../protocol/chain.js';
import { MAINNET_EMISSION } from '../../../protocol/emission.js';
import { depsOf, parentOf, timestampOfBlob } from '../../../protocol/header.js';
import type { Job } from '../../../protocol/job.js';
import { endOfScript } from '../../../protocol/transaction-decoder.js';
import { closeAll, closers } from '../../support/closers.js';
import { ToldEvents } from '../../support/manual-nodes.js';
import { waitFor } from '../../support/wait.js';

afterEach(closeAll);

const NOW_MS = 1_795_000_000_000;
const { addresses, authorizations } = makeBurnRights();

const parentHex = ({ chain, headerBlob }: Job): string => bytesToHex(parentOf(headerBlob, toGroupOf(chain)));

test('with each push one chain is on a new parent, and the template of another one is refreshed', () => {
  const series = new WholeTemplates({ transactions: 5, burn: addresses }, createRandom(1), NOW_MS);
  let before = series.next(NOW_MS).jobs;
  const moved = new Set<number>();
  for (let i = 1; i <= 16; i++) {
    const { jobs, fresh } = series.next(NOW_MS + 500 * i);
    const changed = jobs.filter((job, chain) => job !== before[chain]);
    deepEqual(new Set(changed), new Set(fresh));
    equal(changed.length, 2);
    const [next, refreshed] = fresh as [Job, Job];
    moved.add(next.chain);
    const old = before[next.chain]!;
    equal(next.height, old.height + 1);
    ok(parentHex(next) !== parentHex(old));
    equal(series.blocks.get(parentHex(next))?.parent, parentHex(old));
    deepEqual(depsOf(refreshed.headerBlob), depsOf(before[refreshed.chain]!.headerBlob));
    equal(refreshed.height, before[refreshed.chain]!.height);
    for (const { headerBlob, txsBlob } of fresh) {
      equal(timestampOfBlob(headerBlob), NOW_MS + 500 * i);
      equal(walkTransactions(txsBlob[0]!, endOfScript).list.count, 5);
    }
    before = jobs;
  }
  equal(moved.size, 16);
});

test('no two lists in a row are the same', () => {
  const transfers = new OthersTransfers(3, STUB_NETWORK_ID, createRandom(1));
  const lists = Array.from({ length: 6 }, () => transfers.next().map(({ bytes }) => bytesToHex(bytes)));
  for (const [i, list] of lists.entries()) {
    equal(new Set(list).size, 3);
    if (i > 0) ok(list.some((text, place) => text !== lists[i - 1]![place]));
  }
  deepEqual(new OthersTransfers(0, STUB_NETWORK_ID, createRandom(1)).next(), []);
});

test('a fund sees the deposits of all chains, and goes on with the blocks that follow', async () => {
  const whole = { transactions: 2, burn: addresses };
  const node = await StubNode.start({ intervalMs: 100, blockTarget: NO_BLOCKS, port: 0, restPort: 0, whole });
  closers.push(() => node.close());
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-fund-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const store = await FileFundStore.open(folder);
  closers.push(() => store.close());
  const opened = await openFundedNodes({
    authorizations: parseAuthorizations(authorizations),
    emission: MAINNET_EMISSION,
    sinceMs: Date.now() - 3_600_000,
    nodes: { nodes: [{ endpoint: { host: '127.0.0.1', port: node.port, restPort: node.restPort } }] },
    store,
  });
  closers.push(() => opened.close());
  const told = new ToldEvents();
  opened.nodes.open(told);
  const allFunded = (): boolean => opened.funded.chainStates.every(({ kind }) => kind === 'funded');
  await waitFor('coins on all chains', allFunded, 40_000);
  const coins = opened.funded.chainStates.map((state) => state.kind === 'funded' && state.coins.count);
  deepEqual(coins, new Array(16).fill(8));
  const heights = told.last.jobs.map(({ height }) => height);
  // A chain whose block is long in coming stands for a while.
  const wentOn = (): boolean =>
    told.last.standing.length === 0 && told.last.jobs.every((job, i) => job.height > heights[i]!);
  await waitFor('a round of new parents', wentOn, 40_000);
  const { jobs } = told.last;
  deepEqual(
    jobs.map(({ chain }) => chain),
    ALL_CHAINS,
  );
  // A list of the node's, and a coinbase of the pool's.
  for (const { txsBlob } of jobs) equal(txsBlob.length, 2);
});

test('where a push has few new templates, only those are timed', () => {
  const few = new Tally(true);
  for (const [stampUs, us] of [
    [100, 5],
    [200, 7],
    [100, 900],
    [200, 8],
  ] as const)
    few.noteJobTime(stampUs, us);
  equal(few.jobTimes.total, 3);
  deepEqual(few.report(4).pushTimes, [5, 8]);
  const all = new Tally(false);
  all.noteJobTime(200, 7);
  all.noteJobTime(100, 900);
  deepEqual([all.jobTimes.total, all.report(1).pushTimes], [2, [7, 900]]);
});
