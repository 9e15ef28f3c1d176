/**
 * What the API says of one account and its workers.
 * @module
 */
import { expectedHashes, targetOfBytes } from '../../../protocol/target.js';
import type { Account } from '../../domain/account.js';
import type { RejectReason } from '../../domain/reject-reasons.js';
import type { MinerMoney } from '../../money/money.js';
import type { Page, StoredWorker } from '../../ports/store.js';
import type { MeteredAccount } from '../../statistics/hashrate-board.js';
import {
  type ApiContext,
  difficultyOf,
  hashratesOf,
  presentHashrate,
  settledUntil,
  timeText,
  wholeRate,
} from './api-context.js';
import { ApiError } from './api-error.js';
import type { MinerSample, MinerStats, WorkerInfo } from './api-schemas.js';
import { type ChartRange, readChart } from './charts.js';
import { minerMoneyFields } from './money-answers.js';

/** Workers that are read at once. */
const WORKERS_AT_ONCE = 1_000;

/** Most workers of an account that its sums are made from: a store keeps no more. */
const MAX_WORKERS_SUMMED = 10_100;

/** Most workers in a chart: each is read on its own. */
export const CHART_WORKERS = 20;

type Performance = MinerSample['total'];
type Rejects = Partial<Record<RejectReason, number>>;

/** Sums over all of an account's workers. */
export interface AccountSums {
  readonly workers: number;
  readonly lastShareMs: number | undefined;
  readonly bestHash: Uint8Array | undefined;
  readonly shares: number;
  readonly work: bigint;
  readonly rejects: Rejects;
}

/** Reads all workers of an account, page after page. */
export async function readAccountSums(
  { store }: Pick<ApiContext, 'store'>,
  account: string,
): Promise<AccountSums> {
  let workers = 0;
  let lastShareMs: number | undefined;
  let bestHash: Uint8Array | undefined;
  let shares = 0;
  let work = 0n;
  const rejects: Rejects = {};
  while (workers < MAX_WORKERS_SUMMED) {
    const page = await store.workersOf(account, { offset: workers, limit: WORKERS_AT_ONCE });
    for (const worker of page) {
      lastShareMs = Math.max(lastShareMs ?? 0, worker.lastShareMs);
      if (bestHash === undefined || Buffer.compare(worker.bestHash, bestHash) < 0) bestHash = worker.bestHash;
      shares += worker.shares;
      work += worker.work;
      for (const [reason, count] of Object.entries(worker.rejects) as [RejectReason, number][])
        rejects[reason] = (rejects[reason] ?? 0) + count;
    }
    workers += page.length;
    if (page.length < WORKERS_AT_ONCE) break;
  }
  return { workers, lastShareMs, bestHash, shares, work, rejects };
}

/**
 * @param sums - of the account
 * @param samples - what its samples show
 * @param money - undefined where the pool credits nobody
 * @throws ApiError for an account that never mined here
 */
export async function minerAnswer(
  context: ApiContext,
  account: Account,
  page: Page,
  sums: AccountSums,
  samples: ChartRange,
  money: MinerMoney | undefined,
): Promise<MinerStats> {
  const { store, statistics, live } = context;
  const untilMs = settledUntil(context);
  const connected = live.workerNames(account.key);
  if (sums.workers === 0 && connected.length === 0 && !isKnownBy(money))
    throw new ApiError(404, 'unknownMiner', 'this address has not mined here');
  const metered = statistics.board.accounts.get(account.key);
  const workers = page.limit === 0 ? [] : await store.workersOf(account.key, page);
  const { lastShareMs, bestHash, shares, work, rejects } = sums;
  return {
    miner: metered?.address ?? account.address,
    ...minerMoneyFields(context, money),
    hashrates: hashratesOf(context, metered?.meter),
    sharesPerSecond: metered?.meter.sharesPerSecond(untilMs) ?? 0,
    connectedWorkers: connected.length,
    workerCount: sums.workers,
    ...(lastShareMs === undefined ? {} : { lastShare: timeText(lastShareMs) }),
    ...(bestHash === undefined ? {} : { bestShare: shareDifficulty(bestHash) }),
    shares,
    work: String(work),
    rejects,
    performance: {
      created: timeText(untilMs),
      workers: Object.fromEntries(
        workers.map(({ identity }) => {
          const meter = metered?.workers.get(identity.name)?.meter;
          const hashrate = presentHashrate(context, meter);
          return [identity.name, { hashrate, sharesPerSecond: meter?.sharesPerSecond(untilMs) ?? 0 }];
        }),
      ),
    },
    performanceSamples: await minerPerformance(
      context,
      account,
      { offset: 0, limit: CHART_WORKERS },
      samples,
    ),
    workers: workers.map((worker) => workerAnswer(context, worker, metered)),
  };
}

/** @param page - of the account's workers: no more than CHART_WORKERS */
export async function minerPerformance(
  context: ApiContext,
  { key }: Account,
  page: Page,
  range: ChartRange,
): Promise<MinerSample[]> {
  // Maps, since clients choose the names: a worker may be called __proto__.
  const workers = new Map<number, Map<string, Performance>>();
  const metered = context.statistics.board.accounts.get(key);
  const shown = page.limit === 0 ? [] : await context.store.workersOf(key, page);
  for (const { identity } of shown) {
    const meter = metered?.workers.get(identity.name)?.meter;
    for (const point of await readChart(context, { of: 'worker', identity }, meter, range)) {
      const { startMs, hashrate, sharesPerSecond } = point;
      if (!workers.has(startMs)) workers.set(startMs, new Map());
      workers.get(startMs)!.set(identity.name, { hashrate: wholeRate(hashrate), sharesPerSecond });
    }
  }
  const points = await readChart(context, { of: 'account', account: key }, metered?.meter, range);
  return points.map(({ startMs, hashrate, sharesPerSecond }) => ({
    created: timeText(startMs),
    total: { hashrate: wholeRate(hashrate), sharesPerSecond },
    workers: Object.fromEntries(workers.get(startMs) ?? []),
  }));
}

function workerAnswer(
  context: ApiContext,
  worker: StoredWorker,
  metered: MeteredAccount | undefined,
): WorkerInfo {
  const { identity, lastWork, firstShareMs, lastShareMs, bestHash, shares, work, rejects } = worker;
  const live = context.live.worker(identity.account, identity.name);
  const meter = metered?.workers.get(identity.name)?.meter;
  return {
    name: identity.name,
    connections: live?.connections ?? 0,
    ...(live === undefined || live.agent === '' ? {} : { agent: live.agent }),
    ...(live?.reportedHashrate === undefined ? {} : { reportedHashrate: live.reportedHashrate }),
    hashrates: hashratesOf(context, meter),
    sharesPerSecond: meter?.sharesPerSecond(settledUntil(context)) ?? 0,
    difficulty: difficultyOf(lastWork),
    firstShare: timeText(firstShareMs),
    lastShare: timeText(lastShareMs),
    bestShare: shareDifficulty(bestHash),
    shares,
    work: String(work),
    rejects: { ...rejects },
  };
}

/** Whether an account has money here, or had some: its workers may be forgotten. */
function isKnownBy(money: MinerMoney | undefined): boolean {
  return money !== undefined && (money.balance !== 0n || money.payments > 0 || money.days > 0);
}

/** The greatest difficulty whose target a hash meets. */
function shareDifficulty(hash: Uint8Array): number {
  return difficultyOf(expectedHashes(targetOfBytes(hash)));
}
