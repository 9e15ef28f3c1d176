/**
 * All that the thread with the store needs to serve the API: statistics, the live board, and the server.
 * @module
 */
import type { LiveFacts } from '../core/live-facts.js';
import type { PoolEvent, Store } from '../core/store.js';
import { LiveBoard } from '../statistics/live-board.js';
import { Statistics } from '../statistics/statistics.js';
import { type ApiOptions, startApi } from './api.js';

export interface SiteModules {
  readonly store: Store;
  /** Statistics can't be read from the store: told once until they can again. */
  readonly onError: (error: Error) => void;
}

export interface Site {
  readonly port: number;
  /** Takes a front end's facts, twice a second or so. @param frontEnd - its name */
  update(frontEnd: string, facts: LiveFacts): void;
  /** A front end of this machine is gone. */
  remove(frontEnd: string): void;
  /** Tells the feed of an event that the store's subscription does not bring. */
  tell(event: PoolEvent): void;
  close(): Promise<void>;
}

/** @throws Error with code EADDRINUSE and the like if it can't listen */
export async function startSite(options: ApiOptions, { store, onError }: SiteModules): Promise<Site> {
  const now = (): number => performance.now();
  const live = new LiveBoard();
  const statistics = new Statistics({ store, onError });
  const api = await startApi(options, { store, statistics, live, now });
  statistics.start();
  return {
    port: api.port,
    update: (frontEnd, facts) => live.update(frontEnd, facts, now()),
    remove: (frontEnd) => live.remove(frontEnd),
    tell: api.tell,
    close: async () => {
      await api.close();
      await statistics.close();
    },
  };
}
