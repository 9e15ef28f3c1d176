/**
 * The table of all routes. Requests are answered by it, and the OpenAPI document is made from it.
 * @module
 */
import { z } from 'zod';
import { type Account, parseAccount } from '../../domain/account.js';
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
  balanceChangesSchema,
  blocksSchema,
  dailyEarningsSchema,
  minerPerformanceSchema,
  minerSettingsSchema,
  minerStatsSchema,
  minersSchema,
  paymentsSchema,
  poolInfoSchema,
  poolPerformanceSchema,
  poolSchema,
  poolsSchema,
} from './api-schemas.js';
import { blockAnswers, blockStatesOf } from './block-answers.js';
import { type AccountSums, CHART_WORKERS, minerAnswer, minerPerformance } from './miner-answers.js';
import { NO_MINER_SETTINGS, NOTHING_PAID } from './money-answers.js';
import { polwAnswer } from './polw-answers.js';
import { polwInfoSchema } from './polw-schemas.js';
import { poolAnswer, poolPerformance, topMiners } from './pool-answers.js';

/** The parts that a route's answer is made from. */
export interface RouteContext extends ApiContext {
  /** Sums of accounts, kept for a while: making them reads every worker. */
  readonly accountSums: (account: string) => Promise<AccountSums>;
}

/** Parameters of a path, as they came. */
export interface PathParameters {
  readonly poolId?: string | undefined;
  readonly address?: string | undefined;
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
    make: async ({ context }) => ({ pools: [await poolAnswer(context)] }),
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
    make: async ({ context }) => ({ pool: await poolAnswer(context) }),
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
    make: ({ context, query }) => blockAnswers(context, pageOf(query), blockStatesOf(query.state)),
    count: ({ context, query }) => {
      const states = blockStatesOf(query.state);
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
    summary: 'Payments of the pool: none, so far.',
    query: PAGES,
    answer: paymentsSchema,
    make: () => NOTHING_PAID,
    count: () => 0,
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
  ...(
    [
      ['payments', 'MinerPayments', 'Payments to an address', paymentsSchema],
      ['balancechanges', 'MinerBalanceChanges', 'Changes of the balance of an address', balanceChangesSchema],
      ['earnings/daily', 'MinerDailyEarnings', 'Earnings of an address by day', dailyEarningsSchema],
    ] as const
  ).flatMap(([path, name, what, answer]) =>
    routes({
      path: `/:poolId/miners/:address/${path}`,
      name,
      summary: `${what}: none, so far.`,
      query: PAGES,
      answer,
      make: () => NOTHING_PAID,
      count: () => 0,
    }),
  ),
  ...routes({
    path: '/:poolId/miners/:address/settings',
    name: 'MinerSettings',
    summary: 'What an address has set: nothing can be set, so far.',
    query: NO_QUERY,
    answer: minerSettingsSchema,
    make: () => NO_MINER_SETTINGS,
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
