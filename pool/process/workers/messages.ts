/**
 * The messages between the primary of several processes and its workers.
 * @module
 */
import type { ConnectionPage, ConnectionQuery } from '../../domain/connection-facts.js';
import type { PoolServerEvent, PoolStatus } from '../../domain/events.js';
import type { LiveFacts } from '../../domain/live-facts.js';
import type { PolwWithdrawalOrder, PolwWithdrawalOutcome } from '../../domain/polw-withdrawal.js';
import type { MetricsSnapshot } from '../../metrics/prometheus.js';
import type { FrontEndFacts } from '../pool-admin.js';

export type ToWorker =
  /** Close in good order, and end. */
  | { readonly type: 'stop' }
  /** Read certificates again. */
  | { readonly type: 'reload' }
  | { readonly type: 'metrics'; readonly id: number }
  | { readonly type: 'connections'; readonly id: number; readonly query: ConnectionQuery }
  | { readonly type: 'withdraw'; readonly id: number; readonly order: PolwWithdrawalOrder }
  | { readonly type: 'cancel'; readonly id: number; readonly withdrawal: string };

export type FromWorker =
  | { readonly type: 'event'; readonly event: PoolServerEvent }
  /** The worker serves miners now. */
  | { readonly type: 'ready'; readonly ports: ReadonlyMap<string, number> }
  /** The worker can't start, or can't go on: it ends. `fatal`: no worker could go on, and the whole pool has to end. */
  | {
      readonly type: 'failed';
      readonly message: string;
      /** The error's code, if it has one. */
      readonly code: string | undefined;
      readonly fatal: boolean;
    }
  /** Each second. */
  | {
      readonly type: 'facts';
      readonly facts: LiveFacts;
      readonly status: PoolStatus;
      readonly frontEnd: FrontEndFacts;
    }
  | { readonly type: 'metrics'; readonly id: number; readonly snapshot: MetricsSnapshot }
  | { readonly type: 'connections'; readonly id: number; readonly page: ConnectionPage }
  | { readonly type: 'withdraw'; readonly id: number; readonly outcome: PolwWithdrawalOutcome }
  | { readonly type: 'cancel'; readonly id: number; readonly cancelled: boolean };

/** Environment of a worker: the file of its configuration, its number from 0, the program's version, and 1 if it tells all. */
export const CONFIG_VARIABLE = 'LESSWORK_WORKER_CONFIG';
export const NUMBER_VARIABLE = 'LESSWORK_WORKER_NUMBER';
export const VERSION_VARIABLE = 'LESSWORK_WORKER_VERSION';
export const DETAILED_VARIABLE = 'LESSWORK_WORKER_DETAILED';
