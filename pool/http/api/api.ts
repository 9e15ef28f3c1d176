/**
 * The public API: HTTP, and the feed. It reads, and never writes; it belongs in the thread that has the store.
 * @module
 */
import type { Hono } from 'hono';
import { type HttpEnvironment, listenHttp, socketAddressOf } from '../../../http/http-listener.js';
import { RequestLimit, remoteAddressOf } from '../../../http/request-limit.js';
import { AddressRanges } from '../../../protocol/ip-address.js';
import type { PoolEvent } from '../../ports/store.js';
import { Feed } from '../feed/feed.js';
import { startFeedSource } from '../feed/feed-source.js';
import { type PageFiles, readPageFiles } from '../page/page-files.js';
import type { ApiModules, PoolDescription } from './api-context.js';

/** Most requests of one remote address: a page of charts sends some at once. */
const REQUESTS = { perSecond: 50, burst: 200 } as const;

/** Plain data: it can be sent to a thread. */
export interface ApiOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly pool: PoolDescription;
  /** Addresses or ranges of reverse proxies whose X-Forwarded-For is believed; none if left out. */
  readonly trustedProxies?: readonly string[];
  /** Most connections of one remote address; connections of reverse proxies are not limited. */
  readonly connectionsPerAddress: number;
  /** Whether the page for people is served, too. */
  readonly page?: boolean;
  /** Another limit of requests, for tests. */
  readonly requests?: { readonly perSecond: number; readonly burst: number };
}

export interface Api {
  readonly port: number;
  readonly feedConnections: number;
  /** Sends listeners an event that does not come from the store. */
  tell(event: PoolEvent): void;
  close(): Promise<void>;
}

/** Starts to serve. @throws Error with code EADDRINUSE and the like if it can't listen */
export async function startApi(options: ApiOptions, modules: ApiModules): Promise<Api> {
  const { now } = modules;
  const trusted = new AddressRanges(options.trustedProxies ?? []);
  const limit = new RequestLimit(options.requests ?? REQUESTS);
  const mayAsk = (socketAddress: string | undefined, forwarded: string | undefined): boolean =>
    limit.take(remoteAddressOf(socketAddress, forwarded, trusted), now());
  let app: Promise<Hono<HttpEnvironment>> | undefined;
  /** Loaded with the first request: many APIs are never asked, and the schemas take as much memory as all the rest. */
  const loaded = (): Promise<Hono<HttpEnvironment>> => {
    app ??= load();
    return app;
  };

  const pageFiles = async (): Promise<PageFiles | undefined> => {
    try {
      return await readPageFiles();
    } catch (error) {
      modules.onFault?.(new Error(`the page is not served: ${(error as Error).message}`));
      return undefined;
    }
  };
  const load = async (): Promise<Hono<HttpEnvironment>> => {
    const { createApiApp } = await import('./api-app.js');
    return createApiApp(options.pool, modules, mayAsk, options.page ? await pageFiles() : undefined);
  };

  const feedSource = startFeedSource(options.pool.id, modules, (event) => feed.tell(event));
  const feed = new Feed(feedSource.greeting, now);
  try {
    const listener = await listenHttp(
      async (request, env) => (await loaded()).fetch(request, env),
      options.host,
      options.port,
      { connectionsPerAddress: options.connectionsPerAddress, unlimited: trusted },
    );
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
