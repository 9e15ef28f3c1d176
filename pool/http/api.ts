/**
 * The public API: HTTP, and the feed. It reads, and never writes; it belongs in the thread that has the store.
 * @module
 */
import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { AddressRanges } from '../core/address.js';
import { type PoolEvent, StoreUnavailableError } from '../core/store.js';
import type { ApiModules, PoolIdentity } from './api-context.js';
import { ApiError } from './api-error.js';
import { API_ROUTES, type ApiRoute, type RouteContext } from './api-routes.js';
import { Feed } from './feed.js';
import { startFeedSource } from './feed-source.js';
import { type HttpEnvironment, listenHttp, socketAddressOf } from './http-listener.js';
import { type AccountSums, readAccountSums } from './miner-answers.js';
import { openApiDocument } from './openapi.js';
import { RequestLimit, remoteAddressOf } from './request-limit.js';
import { TimedCache } from './timed-cache.js';

/** Requests of one remote address: a page of charts asks for some at once. */
const REQUESTS = { perSecond: 50, burst: 200 } as const;

/** Answers that are kept, and the characters of them. */
const MAX_ANSWERS = 1_000;
const MAX_ANSWER_CHARS = 33_554_432;

/** Answers in the making at a time; others are refused for the moment. */
const MAX_PENDING_ANSWERS = 64;

/** Sums of accounts are kept for this time, ms: a large one takes tens of milliseconds. */
const ACCOUNT_SUMS_MS = 15_000;

/** Plain data: it can be sent to a thread. */
export interface ApiOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly pool: PoolIdentity;
  /** Addresses or ranges of reverse proxies whose X-Forwarded-For is believed; none if left out. */
  readonly trustedProxies?: readonly string[];
  /** Another limit of requests, for tests. */
  readonly requests?: { readonly perSecond: number; readonly burst: number };
}

export interface Api {
  readonly port: number;
  readonly feedConnections: number;
  /** Tells listeners of an event that the store does not tell of. */
  tell(event: PoolEvent): void;
  close(): Promise<void>;
}

interface Answer {
  readonly body: string;
  readonly etag: string;
}

/** Starts to serve. @throws Error with code EADDRINUSE and the like if it can't listen */
export async function startApi(options: ApiOptions, modules: ApiModules): Promise<Api> {
  const { now, live } = modules;
  const trusted = new AddressRanges(options.trustedProxies ?? []);
  const limit = new RequestLimit(options.requests ?? REQUESTS);
  const pending = { maxPending: MAX_PENDING_ANSWERS };
  const sums = new TimedCache<AccountSums>(
    { maxEntries: MAX_ANSWERS, maxSize: MAX_ANSWERS, ...pending },
    () => 1,
    now,
  );
  const answers = new TimedCache<Answer>(
    { maxEntries: MAX_ANSWERS, maxSize: MAX_ANSWER_CHARS, ...pending },
    ({ body }) => body.length,
    now,
  );
  const context: RouteContext = {
    ...modules,
    pool: options.pool,
    accountSums: (account) =>
      sums.get(account, ACCOUNT_SUMS_MS, () => readAccountSums(modules, account)) ?? busy(),
  };

  const app = new Hono<HttpEnvironment>();
  app.use(async (c, next) => {
    c.header('Access-Control-Allow-Origin', '*');
    c.header('X-Content-Type-Options', 'nosniff');
    if (c.req.method === 'OPTIONS') {
      c.header('Access-Control-Allow-Methods', 'GET, HEAD');
      c.header('Access-Control-Allow-Headers', '*');
      return c.body(null, 204);
    }
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      c.header('Allow', 'GET, HEAD, OPTIONS');
      return c.json({ code: 'methodNotAllowed', error: 'only GET is answered here' }, 405);
    }
    const socketAddress = socketAddressOf(c.env.incoming);
    if (!limit.take(remoteAddressOf(socketAddress, c.req.header('x-forwarded-for'), trusted), now())) {
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
  for (const route of API_ROUTES) app.get(route.path, (c) => give(c, route));
  app.notFound((c) => c.json({ code: 'notFound', error: 'nothing is here: see /api/openapi.json' }, 404));
  app.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ code: error.code, error: error.message }, error.status);
    if (error instanceof StoreUnavailableError) {
      c.header('Retry-After', '5');
      return c.json({ code: 'storeAway', error: 'the store can not be reached at the moment' }, 503);
    }
    return c.json({ code: 'internal', error: 'this went wrong on our side' }, 500);
  });

  async function give(c: Context<HttpEnvironment>, route: ApiRoute): Promise<Response> {
    const { key, make } = route.ask(context, c.req.param(), c.req.query());
    const answer = await (answers.get(key, route.keepMs, async () => answerOf(await make())) ?? busy());
    c.header('ETag', answer.etag);
    c.header('Cache-Control', `public, max-age=${route.keepMs / 1000}`);
    if (c.req.header('if-none-match') === answer.etag) return c.body(null, 304);
    return c.body(answer.body, 200, { 'Content-Type': 'application/json' });
  }

  const feedSource = startFeedSource(options.pool.id, modules, (event) => feed.tell(event));
  const feed = new Feed(feedSource.greeting);
  try {
    const listener = await listenHttp(app, options.host, options.port);
    feed.serve(listener.server, '/api/feed', {
      addressOf: (request) => {
        const forwarded = request.headers['x-forwarded-for'];
        const text = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
        return remoteAddressOf(socketAddressOf(request), text, trusted);
      },
      mayAsk: (address) => limit.take(address, now()),
    });
    return {
      port: listener.port,
      get feedConnections() {
        return feed.connections;
      },
      tell: feedSource.tell,
      close: async () => {
        feedSource.close();
        feed.close();
        await listener.close();
      },
    };
  } catch (error) {
    feedSource.close();
    feed.close();
    throw error;
  }
}

function answerOf(value: unknown): Answer {
  const body = JSON.stringify(value);
  return { body, etag: `"${createHash('sha1').update(body).digest('base64url')}"` };
}

function busy(): never {
  throw new ApiError(503, 'busy', 'too much is asked for at the moment: try again');
}
