/**
 * The API in the thread that has the store: statistics, what front ends tell of the moment, HTTP and feed.
 * @module
 */

import { BoundedMap } from '../../protocol/bounded-map.js';
import { AuditReader } from '../audit/audit-reader.js';
import { listenAt } from '../domain/listen-error.js';
import { startApi } from '../http/api/api.js';
import { Money } from '../money/money.js';
import { Turns } from '../settlement/turns.js';
import { LiveBoard } from '../statistics/live-board.js';
import { recentWork } from '../statistics/recent-work.js';
import { Statistics } from '../statistics/statistics.js';
import type { StartService } from '../store-thread/services.js';
import type { ApiServiceData, FromApiService, ToApiService } from './api-service-messages.js';

/** Others have their turn of the event loop. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The same trouble is told again after this time, ms: requests can cause it at any rate. */
const SAME_TROUBLE_MS = 60_000;

/** Different troubles that are remembered. */
const MAX_REMEMBERED_TROUBLE = 20;

/** @throws ListenError */
export const startService: StartService<ApiServiceData, ToApiService, FromApiService> = async (
  store,
  { host, port, pool, trustedProxies, connectionsPerAddress, page },
  send,
) => {
  const now = (): number => performance.now();
  const live = new LiveBoard();
  const toldMs = new BoundedMap<string, number>(MAX_REMEMBERED_TROUBLE);
  const onTrouble = (what: string, error: Error): void => {
    const message = `${what}: ${error.message}`;
    if (now() - (toldMs.get(message) ?? Number.NEGATIVE_INFINITY) < SAME_TROUBLE_MS) return;
    toldMs.renew(message, now());
    send({ type: 'trouble', message });
  };
  const statistics = new Statistics({
    store,
    onError: (error) => onTrouble('statistics can not be read from the store', error),
  });
  const { payouts } = pool;
  const money =
    payouts === undefined || (payouts.scheme === 'solo' && !payouts.pays)
      ? undefined
      : new Money({
          store,
          books: store.books,
          owner: `api-${crypto.randomUUID()}`,
          scheme: payouts.scheme,
          feeMillionths: payouts.feeMillionths,
          recentWork: (account) => recentWork(statistics, account),
          now,
          sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
        });
  const api = await listenAt({ setting: 'http', host, port }, () =>
    startApi(
      { host, port, pool, trustedProxies, connectionsPerAddress, page },
      {
        store,
        statistics,
        live,
        money,
        audit: money && new AuditReader(store.books, pool.id, new Turns(now, nextTurn)),
        now,
        onFault: (error) => onTrouble('a request of the API failed', error),
      },
    ),
  );
  statistics.start();
  send({ type: 'listening', port: api.port });
  return {
    onMessage: (message) => {
      if (message.type === 'facts') live.update(message.frontEnd, message.facts, now());
      else live.remove(message.frontEnd);
    },
    close: async () => {
      await api.close();
      await statistics.close();
    },
  };
};
