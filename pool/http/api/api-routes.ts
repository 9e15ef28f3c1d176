/**
 * All that can be asked for: by this table requests are answered, and the OpenAPI document is made.
 * @module
 */
import { z } from 'zod';
import { type Account, parseAccount } from '../../domain/account.js';
import type { Page } from '../../ports/store.js';
import type { ApiContext } from './api-context.js';
import { ApiError } from './api-error.js';
import {
  blocksSchema,
  minerPerformanceSchema,
  minerStatsSchema,
  minersSchema,
  poolPerformanceSchema,
  poolSchema,
  poolsSchema,
} from './api-schemas.js';
import { BLOCK_STATUSES, blockAnswers } from './block-answers.js';
import { type AccountSums, CHART_WORKERS, minerAnswer, minerPerformance } from './miner-answers.js';
import { poolAnswer, poolPerformance, topMiners } from './pool-answers.js';

/** What a route's answer is made of. */
export interface RouteContext extends ApiContext {
  /** Kept for a while: they take a look at every worker. */
  readonly accountSums: (account: string) => Promise<AccountSums>;
}

/** Parameters of a path, as they came. */
export interface PathParameters {
  readonly poolId?: string | undefined;
  readonly address?: string | undefined;
}

export interface ApiRoute {
  /** As Hono and people write it: `:name` stands for a parameter. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly answer: z.ZodType;
  /** How long an answer is kept, ms. */
  readonly keepMs: number;
  /** Makes ready what was asked. @throws ApiError */
  ask(context: RouteContext, path: PathParameters, query: Readonly<Record<string, string>>): AskedAnswer;
}

/** An answer to be made. */
export interface AskedAnswer {
  /** The same for all that get the same answer, however they wrote it. */
  readonly key: string;
  make(): Promise<unknown>;
}

/** Most entries of a page, so that an answer stays below a megabyte. */
const MAX_PAGE_SIZE = 500;

/** Last page that is shown: a store walks through all that stands before. */
const MAX_PAGE = 1_000;

const page = z.coerce
  .number()
  .int()
  .min(0)
  .max(MAX_PAGE)
  .default(0)
  .describe('Page to show; the first is 0.');
const pageSize = (most: number, usual: number) =>
  z.coerce.number().int().min(1).max(most).default(usual).describe('Entries of a page.');
const chart = {
  r: z.enum(['Day', 'Month']).default('Day').describe('Range to show.'),
  i: z.enum(['Hour', 'Day']).default('Hour').describe('Length of its intervals.'),
};

export const API_ROUTES: readonly ApiRoute[] = [
  route('/api/pools', 'Pools', 'All pools of this server: one.', z.object({}), poolsSchema, (context) => ({
    make: async () => ({ pools: [await poolAnswer(context)] }),
  })),
  route('/api/pools/:poolId', 'Pool', 'The pool.', z.object({}), poolSchema, (context) => ({
    make: async () => ({ pool: await poolAnswer(context) }),
  })),
  route(
    '/api/pools/:poolId/performance',
    'PoolPerformance',
    'Hashrate of the pool over time.',
    z.object(chart),
    poolPerformanceSchema,
    (context, _account, { r, i }) => ({ make: () => poolPerformance(context, { range: r, interval: i }) }),
    30_000,
  ),
  route(
    '/api/pools/:poolId/blocks',
    'Blocks',
    'Blocks that the pool found, newest first.',
    z.object({
      page,
      pageSize: pageSize(100, 15),
      state: z
        .enum(Object.keys(BLOCK_STATUSES) as [keyof typeof BLOCK_STATUSES])
        .optional()
        .describe('Only those of this status.'),
    }),
    blocksSchema,
    (context, _account, query) => ({ make: () => blockAnswers(context, pageOf(query), query.state) }),
  ),
  route(
    '/api/pools/:poolId/miners',
    'Miners',
    'Addresses with a share in the last day, those with the greatest hashrate first.',
    z.object({ page, pageSize: pageSize(MAX_PAGE_SIZE, 15) }),
    minersSchema,
    (context, _account, query) => {
      const { offset, limit } = pageOf(query);
      return { make: async () => topMiners(context, offset, limit) };
    },
  ),
  route(
    '/api/pools/:poolId/miners/:address',
    'Miner',
    'An address in any of its forms, and its workers.',
    z.object({ page, pageSize: pageSize(MAX_PAGE_SIZE, 100) }),
    minerStatsSchema,
    (context, account, query) => ({
      make: async () =>
        minerAnswer(context, account!, pageOf(query), await context.accountSums(account!.key)),
    }),
  ),
  route(
    '/api/pools/:poolId/miners/:address/performance',
    'MinerPerformance',
    'Hashrate of an address and a page of its workers over time. Those of workers are kept for three days.',
    z.object({ ...chart, page, pageSize: pageSize(CHART_WORKERS, CHART_WORKERS) }),
    minerPerformanceSchema,
    (context, account, query) => ({
      make: () => minerPerformance(context, account!, pageOf(query), { range: query.r, interval: query.i }),
    }),
    30_000,
  ),
];

function route<Q extends z.ZodObject>(
  path: string,
  name: string,
  summary: string,
  query: Q,
  answer: z.ZodType,
  ask: (
    context: RouteContext,
    account: Account | undefined,
    query: z.output<Q>,
  ) => { make(): Promise<unknown> },
  keepMs = 5_000,
): ApiRoute {
  return {
    path,
    name,
    summary,
    query,
    answer,
    keepMs,
    ask(context, { poolId, address }, texts) {
      if (poolId !== undefined && poolId !== context.pool.id)
        throw new ApiError(404, 'unknownPool', `no such pool: this is "${context.pool.id}"`);
      const account = address === undefined ? undefined : parseAccount(address);
      if (address !== undefined && account === undefined)
        throw new ApiError(400, 'invalidAddress', 'expected an Alephium address');
      const parsed = query.safeParse(texts);
      if (!parsed.success) throw new ApiError(400, 'invalidQuery', problemOf(parsed.error));
      const key = JSON.stringify([name, account?.key, account?.address, parsed.data]);
      return { key, ...ask(context, account, parsed.data) };
    },
  };
}

function pageOf({ page, pageSize }: { readonly page: number; readonly pageSize: number }): Page {
  return { offset: page * pageSize, limit: pageSize };
}

function problemOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
