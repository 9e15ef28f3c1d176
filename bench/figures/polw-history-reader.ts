/**
 * Reads a history into a fund, as a process of its own: what it took is told to its parent. The port of the node is its argument.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fund } from '../../polw/fund/fund.js';
import { FundReader } from '../../polw/reader/fund-reader.js';
import { BlockThread } from '../../polw/reader/thread-block-source.js';
import { FileFundStore } from '../../polw/store/file-fund-store.js';
import { BLOCK_TIME_MS, BURN, HEIGHTS, NETWORK_ID, START_MS } from './polw-history.js';

/** What reading took. */
export interface HistoryReading {
  readonly seconds: number;
  /** Most that the process held at a time. */
  readonly megabytes: number;
  readonly blocks: number;
  readonly entries: number;
  readonly coins: number;
  /** attoALPH, in digits. */
  readonly burnt: string;
}

const folder = await mkdtemp(join(tmpdir(), 'lesswork-history-'));
const store = await FileFundStore.open(folder);
const fund = new Fund({ addresses: BURN.map(({ text }) => text), depth: 100, minDeposit: 10n ** 18n });
const endpoint = { host: '127.0.0.1', port: 1, restPort: Number(process.argv[2]) };
const hints = new Map(BURN.map(({ text, hint }) => [text, hint]));
const blocks = new BlockThread(() => hints.values());
let entries = 0;
const reader = new FundReader({
  fund,
  source: blocks.sourceOf(endpoint, { timeoutMs: 30_000 }),
  terms: { networkId: NETWORK_ID, hints },
  clock: () => START_MS + (HEIGHTS + 2) * BLOCK_TIME_MS,
  keep: async () => {
    const settled = fund.settle();
    entries += settled.entries.length;
    const finds = settled.finds.map(({ hash }) => hash);
    await store.commit({ ...settled, snapshot: fund.snapshot(), finds });
  },
});
const startMs = performance.now();
await reader.catchUp(0);
const { burnt } = fund.accounts();
const reading: HistoryReading = {
  seconds: (performance.now() - startMs) / 1000,
  megabytes: process.resourceUsage().maxRSS / 1024,
  blocks: BURN.reduce((sum, _, chain) => sum + fund.tip(chain)!.height, 0),
  entries,
  coins: fund.coins().length,
  burnt: `${burnt}`,
};
blocks.close();
await store.close();
await rm(folder, { recursive: true, force: true });
process.send!(reading);
process.disconnect();
