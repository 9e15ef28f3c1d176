/**
 * The API over a real embedded store, filled through batches, on a free loopback port.
 * @module
 */

import type { AuditReader } from '../../pool/audit/audit-reader.js';
import { accountOf } from '../../pool/domain/account.js';
import type { LiveFacts, LivePoolFacts } from '../../pool/domain/live-facts.js';
import { type Api, type ApiOptions, startApi } from '../../pool/http/api/api.js';
import { Money } from '../../pool/money/money.js';
import type { Store } from '../../pool/ports/store.js';
import { LiveBoard } from '../../pool/statistics/live-board.js';
import { recentWork } from '../../pool/statistics/recent-work.js';
import { Statistics } from '../../pool/statistics/statistics.js';
import { parseAddress } from '../../protocol/address.js';
import type { StoreLab } from '../conformance/store-lab.js';
import { type BatchExtras, batchOf, type TestShare } from './batches.js';
import { embeddedStoreLab } from './embedded-store-lab.js';
import { POLW_FACTS } from './metric-facts.js';
import { ADDRESS, OTHER_ADDRESS } from './test-pool.js';

export const ACCOUNT = accountOf(parseAddress(ADDRESS)!).key;
export const OTHER_ACCOUNT = accountOf(parseAddress(OTHER_ADDRESS)!).key;

export const LIVE_POOL: LivePoolFacts = {
  connections: 3,
  workers: 2,
  node: '127.0.0.1:10973',
  nodes: ['leading', 'ready'],
  ports: { main: 20032, fixed: 20033 },
  standing: 0,
  networkId: 4,
  journalWritable: true,
  listening: true,
  storeUp: true,
  storeFileGone: false,
  heights: Array.from({ length: 16 }, (_, chain) => 100 + chain),
  targets: Array.from({ length: 16 }, () => Uint8Array.from({ length: 32 }, (_, i) => (i < 4 ? 0 : 255))),
  polw: POLW_FACTS,
  newHeightMs: 1_750_000_000_000,
};

export const POOL: ApiOptions['pool'] = {
  id: 'test',
  name: 'Test pool',
  mode: 'pool',
  listeners: [
    {
      name: 'main',
      protocol: 'tcp',
      port: 20032,
      difficulty: { start: 2n ** 34n, min: 2n ** 30n, max: 2n ** 40n, fixed: false },
      sharesPerMinute: 15,
    },
    {
      name: 'fixed',
      protocol: 'tls',
      port: 20033,
      difficulty: { start: 2n ** 35n, min: 2n ** 35n, max: 2n ** 35n, fixed: true },
      sharesPerMinute: 15,
    },
  ],
};

export interface ApiLab {
  readonly store: Store;
  readonly api: Api;
  readonly live: LiveBoard;
  readonly statistics: Statistics;
  /** The store's time. */
  now(): Promise<number>;
  pass(ms: number): Promise<void>;
  /** Lets time pass for what is kept, ms. */
  age(ms: number): void;
  /** Applies the next batch of a journal. */
  mine(shares: readonly TestShare[], extras?: BatchExtras): Promise<void>;
  /** Reads into the statistics all there is. */
  settle(): Promise<void>;
  tell(facts: Partial<LivePoolFacts>, workers?: LiveFacts['workers']): void;
  get(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export async function apiLab(
  options: Partial<ApiOptions> = {},
  wrap: (store: Store) => Store = (store) => store,
  audit?: AuditReader,
): Promise<ApiLab> {
  const lab: StoreLab = await embeddedStoreLab();
  const store = wrap(await lab.open());
  const statistics = new Statistics({ store });
  const live = new LiveBoard();
  // Stands still but for `age`: what is kept for a moment stays however long a test takes.
  let nowMs = 1_000_000;
  const now = (): number => nowMs;
  let number = 0;
  live.update('one', { pool: LIVE_POOL, workers: [] }, now());
  const payouts = options.pool?.payouts;
  const money =
    payouts &&
    new Money({
      ...payouts,
      store,
      books: store.books,
      owner: 'api',
      sleep: async () => {},
      recentWork: (account) => recentWork(statistics, account),
      now,
    });
  const api = await startApi(
    { host: '127.0.0.1', port: 0, pool: POOL, connectionsPerAddress: 100, ...options },
    { store, statistics, live, money, audit, now },
  );
  return {
    store,
    api,
    live,
    statistics,
    now: () => store.now(),
    pass: (ms) => lab.pass(ms),
    age: (ms) => {
      nowMs += ms;
    },
    mine: async (shares, extras) => {
      number++;
      await store.apply(batchOf('a'.repeat(16), number, shares, extras));
    },
    settle: async () => {
      do await statistics.update();
      while (statistics.catchingUp);
    },
    tell: (facts, workers = []) => live.update('one', { pool: { ...LIVE_POOL, ...facts }, workers }, now()),
    get: (path, init) => fetch(`http://127.0.0.1:${api.port}${path}`, init),
    close: async () => {
      await api.close();
      await lab.close();
    },
  };
}
