/**
 * The API's answers and all that makes them. A pool whose API nobody asks never loads this.
 * @module
 */
import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { type HttpEnvironment, socketAddressOf } from '../../../http/http-listener.js';
import { readBody } from '../../../http/request-body.js';
import type { MinerMoney, PoolMoney } from '../../money/money.js';
import { StoreUnavailableError } from '../../ports/store.js';
import { miningPolicyOf } from '../page/mining-policy.js';
import type { PageFiles } from '../page/page-files.js';
import { addPage, pageNotFound } from '../page/page-routes.js';
import { ALL_ROUTES } from './all-routes.js';
import type { ApiModules, PoolDescription } from './api-context.js';
import { ApiError } from './api-error.js';
import type { ApiRoute, RouteContext } from './api-routes.js';
import { type AccountSums, readAccountSums } from './miner-answers.js';
import { openApiDocument } from './openapi.js';
import { createSettingsSetter, MAX_SETTINGS_BYTES } from './settings-request.js';
import { TimedCache } from './timed-cache.js';

/** Most answers that are kept, and most characters of all of them. */
const MAX_ANSWERS = 1_000;
const MAX_ANSWER_CHARS = 33_554_432;

/** Answers that are made at a time; further requests are refused for the moment. */
const MAX_PENDING_ANSWERS = 64;

/** Money of accounts is kept for this time, ms, and that of the pool: who is paid often has many payments. */
const MONEY_MS = 15_000;
const POOL_MONEY_MS = 30_000;

/** Sums of accounts are kept for this time, ms: those of a large account take tens of milliseconds. */
const ACCOUNT_SUMS_MS = 15_000;

/** What a miner may set. */
const SETTINGS_PATH = /\/settings\/?$/;

interface Answer {
  readonly body: string;
  readonly etag: string;
}

/** Whether a request may be answered, by where it comes from. @param forwarded - its X-Forwarded-For */
export type MayAsk = (socketAddress: string | undefined, forwarded: string | undefined) => boolean;

/** The routes, on their modules. @param page - that is served beside the API */
export function createApiApp(
  pool: PoolDescription,
  modules: ApiModules,
  mayAsk: MayAsk,
  page?: PageFiles,
): Hono<HttpEnvironment> {
  const { now, live } = modules;
  const pending = { maxPending: MAX_PENDING_ANSWERS };
  const sums = new TimedCache<AccountSums>(
    { maxEntries: MAX_ANSWERS, maxSize: MAX_ANSWERS, ...pending },
    () => 1,
    now,
  );
  const { money } = modules;
  const minerMoney = new TimedCache<MinerMoney>(
    { maxEntries: MAX_ANSWERS, maxSize: MAX_ANSWERS, ...pending },
    () => 1,
    now,
  );
  const poolMoney = new TimedCache<PoolMoney>({ maxEntries: 1, maxSize: 1, ...pending }, () => 1, now);
  const answers = new TimedCache<Answer>(
    { maxEntries: MAX_ANSWERS, maxSize: MAX_ANSWER_CHARS, ...pending },
    ({ body }) => body.length,
    now,
  );
  const context: RouteContext = {
    ...modules,
    pool,
    accountSums: (account) =>
      sums.get(account, ACCOUNT_SUMS_MS, () => readAccountSums(modules, account)) ?? busy(),
    minerMoney: async (account) => {
      if (money === undefined) return undefined;
      const { workers } = await context.accountSums(account);
      return minerMoney.get(account, MONEY_MS, () => money.miner(account, workers > 0)) ?? busy();
    },
    poolMoney: async () =>
      money === undefined
        ? undefined
        : await (poolMoney.get('', POOL_MONEY_MS, () => money.pool()) ?? busy()),
  };

  // Some clients put a slash behind a path.
  const app = new Hono<HttpEnvironment>({ strict: false });
  app.use(async (c, next) => {
    c.header('Access-Control-Allow-Origin', '*');
    c.header('X-Content-Type-Options', 'nosniff');
    if (c.req.method === 'OPTIONS') {
      c.header('Access-Control-Allow-Methods', 'GET, HEAD, PUT');
      c.header('Access-Control-Allow-Headers', '*');
      return c.body(null, 204);
    }
    const isSetting = c.req.method === 'PUT' && SETTINGS_PATH.test(c.req.path);
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && !isSetting) {
      c.header('Allow', 'GET, HEAD, OPTIONS');
      return c.json({ code: 'methodNotAllowed', error: 'only GET is answered here' }, 405);
    }
    if (!mayAsk(socketAddressOf(c.env.incoming), c.req.header('x-forwarded-for'))) {
      c.header('Retry-After', '1');
      throw new ApiError(429, 'tooManyRequests', 'too many requests: wait a second');
    }
    return next();
  });
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/ready', (c) => {
    const readiness = live.readiness(now());
    return c.json(readiness, readiness.ready ? 200 : 503);
  });
  const document = JSON.stringify(openApiDocument());
  app.get('/api/openapi.json', (c) => c.body(document, 200, { 'Content-Type': 'application/json' }));
  for (const route of ALL_ROUTES) app.get(route.path, (c) => give(c, route));
  const setSettings = createSettingsSetter(context);
  app.put('/api/pools/:poolId/miners/:address/settings', async (c) => {
    c.header('Cache-Control', 'no-store');
    return c.json(await setSettings(c.req.param(), await bodyOf(c)));
  });
  if (page !== undefined) addPage(app, page, miningPolicyOf(pool, live));
  app.notFound(
    (c) =>
      (page && pageNotFound(c, page)) ??
      c.json({ code: 'notFound', error: 'nothing is here: see /api/openapi.json' }, 404),
  );
  app.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ code: error.code, error: error.message }, error.status);
    if (error instanceof StoreUnavailableError) {
      c.header('Retry-After', '5');
      return c.json({ code: 'storeAway', error: 'the store can not be reached at the moment' }, 503);
    }
    modules.onFault?.(error);
    return c.json({ code: 'internal', error: 'this went wrong on our side' }, 500);
  });

  async function give(c: Context<HttpEnvironment>, route: ApiRoute): Promise<Response> {
    const { key, make } = route.ask(context, c.req.param(), c.req.queries());
    const answer = await (answers.get(key, route.keepMs, async () => answerOf(await make())) ?? busy());
    c.header('ETag', answer.etag);
    c.header('Cache-Control', `public, max-age=${route.keepMs / 1000}`);
    if (c.req.header('if-none-match') === answer.etag) return c.body(null, 304);
    return c.body(answer.body, 200, { 'Content-Type': 'application/json' });
  }
  return app;
}

/** @throws ApiError */
async function bodyOf(c: Context<HttpEnvironment>): Promise<string> {
  const body = await readBody(c, MAX_SETTINGS_BYTES);
  if ('text' in body) return body.text;
  throw new ApiError(body.refusal.status, body.refusal.code, body.refusal.error);
}

function answerOf(value: unknown): Answer {
  const body = JSON.stringify(value);
  return { body, etag: `"${createHash('sha1').update(body).digest('base64url')}"` };
}

function busy(): never {
  throw new ApiError(503, 'busy', 'too much is asked for at the moment: try again');
}
