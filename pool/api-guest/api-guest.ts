/**
 * The API in the thread that has the store: statistics, what front ends tell of the moment, HTTP and feed.
 * @module
 */

import { startApi } from '../http/api/api.js';
import { LiveBoard } from '../statistics/live-board.js';
import { Statistics } from '../statistics/statistics.js';
import type { Guest, StartGuest } from '../store-thread/messages.js';
import type { ApiGuestData, FromApiGuest, ToApiGuest } from './api-guest-messages.js';

/** @throws Error with code EADDRINUSE and the like if it can't listen */
export const startGuest: StartGuest = async (store, data, send): Promise<Guest> => {
  const { host, port, pool, trustedProxies } = data as ApiGuestData;
  const now = (): number => performance.now();
  const live = new LiveBoard();
  const statistics = new Statistics({ store });
  const api = await startApi({ host, port, pool, trustedProxies }, { store, statistics, live, now });
  statistics.start();
  const told: FromApiGuest = { type: 'listening', port: api.port };
  send(told);
  return {
    onMessage: (message) => {
      const told = message as ToApiGuest;
      if (told.type === 'facts') live.update(told.frontEnd, told.facts, now());
      else live.remove(told.frontEnd);
    },
    close: async () => {
      await api.close();
      await statistics.close();
    },
  };
};
