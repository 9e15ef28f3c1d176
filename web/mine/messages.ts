/**
 * The messages between the page and the worker that mines for it.
 *
 * ```
 * page --start--> worker --state, word ...--> page
 * page --load, pause, stop--> worker --stopped, or failed--> page
 * ```
 * @module
 */
import type { MinerStatus } from '../../miner/core/events.js';
import type { ShareVerdict } from '../../miner/core/share-status.js';
import type { PoolEndpoint } from '../../miner/sources/pool-endpoint.js';

/** `auto`: a card if there is one, else the CPU. */
export const DEVICE_WISHES = ['auto', 'gpu', 'cpu'] as const;
export type DeviceWish = (typeof DEVICE_WISHES)[number];

export interface MineOptions {
  readonly endpoint: PoolEndpoint;
  /** Address and name of the worker, as pools are told them. */
  readonly user: string;
  readonly device: DeviceWish;
  /** Threads of the CPU, at least 1. */
  readonly threads: number;
  /** Part of its time that the device may be busy for: `LEAST_LOAD` to 1. */
  readonly load: number;
}

/** A message of the page. */
export type MineOrder =
  /** The first, sent once. */
  | { readonly type: 'start'; readonly options: MineOptions }
  | { readonly type: 'load'; readonly load: number }
  | { readonly type: 'pause'; readonly paused: boolean }
  /** The last: `stopped` follows. */
  | { readonly type: 'stop' };

/** The newest share that the pool has answered, or should have. */
export interface LastShare {
  /** As `0-3`. */
  readonly chain: string;
  readonly verdict: ShareVerdict['kind'];
  /** The pool's words for a refusal. */
  readonly message?: string;
}

/** A message of the worker. */
export type MineNews =
  /** Some times a second. */
  | { readonly type: 'state'; readonly status: MinerStatus; readonly lastShare: LastShare | undefined }
  /** Something that people should know. */
  | { readonly type: 'word'; readonly level: 'info' | 'warn'; readonly text: string }
  /** Nothing is left that could mine. It has stopped. */
  | { readonly type: 'failed'; readonly text: string }
  | { readonly type: 'stopped' };
