/**
 * What the API's thread and the rest of the pool say to each other. All of it can be cloned.
 * @module
 */
import type { LiveFacts } from '../domain/live-facts.js';
import type { PoolDescription } from '../http/api/api-context.js';

/** What the API is started with. */
export interface ApiServiceData {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly pool: PoolDescription;
  /** Ranges of addresses. */
  readonly trustedProxies: readonly string[];
  readonly connectionsPerAddress: number;
  /** Whether the page is served, too. */
  readonly page: boolean;
}

export type ToApiService =
  | { readonly type: 'facts'; readonly frontEnd: string; readonly facts: LiveFacts }
  /** A front end is gone. */
  | { readonly type: 'gone'; readonly frontEnd: string };

export type FromApiService =
  | { readonly type: 'listening'; readonly port: number }
  /** Something went wrong that the operator should know of. */
  | { readonly type: 'trouble'; readonly message: string };
