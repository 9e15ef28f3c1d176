/**
 * The table of routes, but for those of the audit. Requests are answered by it, and the OpenAPI document is made from it.
 * @module
 */
import { z } from 'zod';
import { type Account, parseAccount } from '../../domain/account.js';
import type { MinerMoney, PoolMoney } from '../../money/money.js';
import type { ApiContext } from './api-context.js';
import { ApiError } from './api-error.js';
import {
  chart,
  MAX_PAGE,
  mode,
  modeRange,
  page,
  pageOf,
  pageSize,
  parseQuery,
  type QueryTexts,
  state,
} from './api-query.js';
import {
  blocksSchema,
  minerPerformanceSchema,
  minerStatsSchema,
  minersSchema,
  poolInfoSchema,
  poolPerformanceSchema,
  poolSchema,
  poolsSchema,
} from './api-schemas.js';
import { blockAnswers, blockListingsOf } from './block-answers.js';
import { type AccountSums, CHART_WORKERS, minerAnswer, minerPerformance } from './miner-answers.js';
import {
  balanceChanges,
  dailyEarnings,
  minerPayments,
  minerSettings,
  poolPayments,
} from './money-answers.js';
import {
  balanceChangesSchema,
  dailyEarningsSchema,
  minerPaymentsSchema,
  minerSettingsSchema,
  paymentsSchema,
} from './money-schemas.js';
import { polwAnswer } from './polw-answers.js';
import { polwInfoSchema } from './polw-schemas.js';
import { poolAnswer, poolPerformance, topMiners } from './pool-answers.js';

/** The parts that a route's answer is made from. */
export interface RouteContext extends ApiContext {
  /** Sums of accounts, kept for a while: making them reads every worker. */
  readonly accountSums: (account: string) => Promise<AccountSums>;
  /** Money of accounts, kept for a while; undefined where the pool credits nobody. */
  readonly minerMoney: (account: string) => Promise<MinerMoney | undefined>;
  /** The same of the pool. */
  readonly poolMoney: () => Promise<PoolMoney | undefined>;
}

/** Parameters of a path, as they came. */
export interface PathParameters {
  readonly poolId?: string | undefined;
  readonly address?: string | undefined;
  readonly number?: string | undefined;
  readonly hash?: string | undefined;
}

export interface ApiRoute {
  /** Path as Hono writes it: `:name` stands for a parameter. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly answer: z.ZodType;
  /** How long an answer is kept, ms. */
  readonly keepMs: number;
  /** Reads the request, and prepares its answer. @throws ApiError */
  ask(context: RouteContext, path: PathParameters, query: QueryTexts): AskedAnswer;
}

/** A prepared answer, not made yet. */
export interface AskedAnswer {
  /** Key of the answer: the same for all requests that get the same answer, however they are written. */
  readonly key: string;
  make(): Promise<unknown>;
}

/** Most entries of a page, so that an answer stays below a megabyte. */
const MAX_PAGE_SIZE = 500;

const NO_QUERY = z.object({});
const PAGES = z.object({ page, pageSize: pageSize(MAX_PAGE_SIZE, 15) });

/** The subject of a request, with its prepared answer. */
interface Asked<Q> {
  readonly context: RouteContext;
  /** That of the path. */
  readonly account: Account | undefined;
  readonly query: Q;
}

/** A subject of the API. Both its routes are made from it: with a frame around the result (v2), and without. */
interface Subject<Q extends z.ZodObject> {
  /** Path behind `/api/pools` and `/api/v2/pools`. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly query: Q;
  readonly answer: z.ZodType;
  make(asked: Asked<z.output<Q>>): unknown;
  /** Number of entries on all pages; only where there are pages. */
  count?(asked: Asked<z.output<Q>>): number | Promise<number>;
  /** The part of the answer that is v2's result; the whole answer if left out. */
  readonly inner?: { readonly schema: z.ZodType; take(answer: never): unknown };
  readonly keepMs?: number;
}

export const API_ROUTES: readonly ApiRoute[] = [
  ...routes({
    path: '',
    name: 'Pools',
    summary: 'All pools of this server: one.',
    query: NO_QUERY,
    answer: poolsSchema,
    make: async ({ context }) => ({ pools: [await poolAnswer(context, await context.poolMoney())] }),
    inner: {
      schema: z.array(poolInfoSchema),
      take: ({ pools }: z.output<typeof poolsSchema>) => pools,
    },
  }),
  ...routes({
    path: '/:poolId',
    name: 'Pool',
    summary: 'The pool.',
    query: NO_QUERY,
    answer: poolSchema,
    make: async ({ context }) => ({ pool: await poolAnswer(context, await context.poolMoney()) }),
    inner: { schema: poolInfoSchema, take: ({ pool }: z.output<typeof poolSchema>) => pool },
  }),
  ...routes({
    path: '/:poolId/performance',
    name: 'PoolPerformance',
    summary: 'Hashrate of the pool over time.',
    query: z.object(chart),
    answer: poolPerformanceSchema,
    make: ({ context, query: { r, i } }) => poolPerformance(context, { range: r, interval: i }),
    inner: {
      schema: poolPerformanceSchema.shape.stats,
      take: ({ stats }: z.output<typeof poolPerformanceSchema>) => stats,
    },
    keepMs: 30_000,
  }),
  ...routes({
    path: '/:poolId/blocks',
    name: 'Blocks',
    summary: 'Blocks that the pool found, newest first.',
    query: z.object({ page, pageSize: pageSize(100, 15), state }),
    answer: blocksSchema,
    make: ({ context, query }) => blockAnswers(context, pageOf(query), blockListingsOf(query.state)),
    count: ({ context, query }) => {
      const states = blockListingsOf(query.state);
      return states?.length === 0 ? 0 : context.store.countBlocks(states);
    },
  }),
  ...routes({
    path: '/:poolId/polw',
    name: 'PoolPolw',
    summary: 'The coins that blocks of the pool burn under Proof of Less Work; 404 where it supplies none.',
    query: NO_QUERY,
    answer: polwInfoSchema,
    make: ({ context }) => polwAnswer(context),
  }),
  ...routes({
    path: '/:poolId/payments',
    name: 'Payments',
    summary: 'Transactions that pay miners, newest first.',
    query: PAGES,
    answer: paymentsSchema,
    make: ({ context, query }) => poolPayments(context, pageOf(query)),
    count: async ({ context }) => (await context.poolMoney())?.payments ?? 0,
  }),
  ...routes({
    path: '/:poolId/miners',
    name: 'Miners',
    summary: 'Addresses with a share in the last day, those with most work first.',
    query: PAGES,
    answer: minersSchema,
    make: ({ context, query }) => {
      const { offset, limit } = pageOf(query);
      return topMiners(context, offset, limit);
    },
    count: ({ context }) => context.statistics.ranking().length,
  }),
  ...routes({
    path: '/:poolId/miners/:address',
    name: 'Miner',
    summary: 'An address in any of its forms, and its workers.',
    query: z.object({
      page,
      pageSize: pageSize(MAX_PAGE_SIZE, 100),
      perfMode: mode('Range of the samples,'),
    }),
    answer: minerStatsSchema,
    make: async ({ context, account, query }) =>
      minerAnswer(
        context,
        account!,
        pageOf(query),
        await context.accountSums(account!.key),
        modeRange(query.perfMode),
        await context.minerMoney(account!.key),
      ),
  }),
  ...routes({
    path: '/:poolId/miners/:address/performance',
    name: 'MinerPerformance',
    summary:
      'Hashrate of an address and a page of its workers over time. Those of workers are kept for three days.',
    query: z.object({
      ...chart,
      mode: mode('The same,'),
      page,
      pageSize: pageSize(CHART_WORKERS, CHART_WORKERS),
    }),
    answer: minerPerformanceSchema,
    make: ({ context, account, query }) => {
      const range = query.mode === undefined ? { range: query.r, interval: query.i } : modeRange(query.mode);
      return minerPerformance(context, account!, pageOf(query), range);
    },
    keepMs: 30_000,
  }),
  ...routes({
    path: '/:poolId/miners/:address/payments',
    name: 'MinerPayments',
    summary: 'Payments to an address, newest first.',
    query: PAGES,
    answer: minerPaymentsSchema,
    make: ({ context, account, query }) => minerPayments(context, account!, pageOf(query)),
    count: async ({ context, account }) => (await context.minerMoney(account!.key))?.payments ?? 0,
  }),
  ...routes({
    path: '/:poolId/miners/:address/balancechanges',
    name: 'MinerBalanceChanges',
    summary: 'Changes of the balance of an address, newest first.',
    query: PAGES,
    answer: balanceChangesSchema,
    make: ({ context, account, query }) => balanceChanges(context, account!, pageOf(query)),
    count: async ({ context, account }) => {
      const money = await context.minerMoney(account!.key);
      return money === undefined ? 0 : money.payments + money.days;
    },
  }),
  ...routes({
    path: '/:poolId/miners/:address/earnings/daily',
    name: 'MinerDailyEarnings',
    summary: 'What was credited to an address by day (UTC), newest first.',
    query: PAGES,
    answer: dailyEarningsSchema,
    make: ({ context, account, query }) => dailyEarnings(context, account!, pageOf(query)),
    count: async ({ context, account }) => (await context.minerMoney(account!.key))?.days ?? 0,
  }),
  ...routes({
    path: '/:poolId/miners/:address/settings',
    name: 'MinerSettings',
    summary: 'From which balance on an address is paid.',
    query: NO_QUERY,
    answer: minerSettingsSchema,
    make: async ({ context, account }) =>
      minerSettings(context.pool, await context.money?.minimum(account!.key)),
  }),
];

/** The routes of a subject. */
function routes<Q extends z.ZodObject>(subject: Subject<Q>): ApiRoute[] {
  const { path, name, summary, query, answer, make, count, inner } = subject;
  const shared = { query, keepMs: subject.keepMs ?? 5_000 };
  const framed = z.strictObject({
    result: inner?.schema ?? answer,
    success: z.literal(true),
    ...(count === undefined
      ? {}
      : { pageCount: z.int().min(0).describe('Pages of this size that can be shown.') }),
  });
  return [
    { ...shared, path: `/api/pools${path}`, name, summary, answer, ask: asking(name, query, make) },
    {
      ...shared,
      path: `/api/v2/pools${path}`,
      name: `${name}V2`,
      summary: `${summary} In a frame${count === undefined ? '' : ', with the number of pages'}.`,
      answer: framed,
      ask: asking(`${name}V2`, query, async (asked) => {
        const whole = await make(asked);
        const result = inner === undefined ? whole : inner.take(whole as never);
        if (count === undefined) return { result, success: true };
        const { pageSize } = asked.query as { readonly pageSize: number };
        const pages = pageSize === 0 ? 0 : Math.ceil((await count(asked)) / pageSize);
        return { result, success: true, pageCount: Math.min(pages, MAX_PAGE + 1) };
      }),
    },
  ];
}

function asking<Q extends z.ZodObject>(
  name: string,
  query: Q,
  make: (asked: Asked<z.output<Q>>) => unknown,
): ApiRoute['ask'] {
  return (context, { poolId, address }, texts) => {
    if (poolId !== undefined && poolId !== context.pool.id)
      throw new ApiError(404, 'unknownPool', `no such pool: this is "${context.pool.id}"`);
    const account = address === undefined ? undefined : parseAccount(address);
    if (address !== undefined && account === undefined)
      throw new ApiError(400, 'invalidAddress', 'expected an Alephium address');
    const asked = { context, account, query: parseQuery(query, texts) };
    const key = JSON.stringify([name, account?.key, account?.address, asked.query]);
    return { key, make: async () => make(asked) };
  };
}
