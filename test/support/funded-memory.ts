/**
 * A program of its own: funds 1,600 templates with 500 transactions each, keeps all of their jobs, and prints how much
 * memory they take, in bytes.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FundedNodes } from '../../polw/funded-nodes.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { MAINNET_EMISSION } from '../../protocol/emission.js';
import type { Job } from '../../protocol/job.js';
import { ManualFund } from './funded-lab.js';
import { ManualNodes, ToldEvents } from './manual-nodes.js';
import { makeTemplate, makeTransfers, recordedAuthorizations, SOME_TIME_MS } from './polw-templates.js';

const PARENTS = 10;
const REFRESHES = 10;
const TRANSACTIONS = 500;

const collect = globalThis.gc as () => void;
const used = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const [nodes, told] = [new ManualNodes(), new ToldEvents()];
const funded = new FundedNodes({
  nodes,
  funds: new ManualFund(),
  authorizations: recordedAuthorizations(),
  emission: MAINNET_EMISSION,
  uncleHeight: () => undefined,
});
funded.open(told);
const [session] = nodes.connect([1]);
nodes.lead(session!, []);
const kept = new Map<string, Job>();
const before = used();
for (let parent = 1; parent <= PARENTS; parent++) {
  // A chain keeps its transactions for two parents.
  const transfers = makeTransfers(TRANSACTIONS, `${Math.floor(parent / 2)}`);
  for (let refresh = 0; refresh < REFRESHES; refresh++) {
    const timestampMs = SOME_TIME_MS + refresh * 4_000;
    const jobs = ALL_CHAINS.map((chain) =>
      makeTemplate({ chain, parent, timestampMs, transfers, txsHash: new Uint8Array(32) }),
    );
    nodes.events!.onJobs(session!, jobs, []);
    while (funded.chainStates.some(({ kind }) => kind !== 'funded')) await sleep(1);
    for (const job of told.last.jobs) kept.set(Buffer.from(job.headerBlob).toString('hex'), job);
    told.handed.length = 0;
  }
}
await sleep(100);
const templates = new Set([...kept.values()].map(({ txsBlob }) => txsBlob[1])).size;
const shortest = Math.min(...[...kept.values()].map(({ txsBlob }) => txsBlob[0]!.length));
process.stdout.write(`${JSON.stringify({ templates, shortest, bytes: used() - before })}\n`);
funded.close();
