/**
 * What a store is opened with. Plain data: it can be sent to a thread.
 * @module
 */
import type { StoreIdentity } from '../ports/store.js';
import type { Retention } from './retention.js';

export interface EmbeddedStoreSettings {
  readonly type: 'embedded';
  /** Of the database file; SQLite puts its log beside it. */
  readonly path: string;
  readonly identity: StoreIdentity;
  readonly retention?: Partial<Retention>;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Redis is found by exactly one of `url`, `sentinels` with `name`, and `clusterNodes`. */
export interface RedisStoreSettings {
  readonly type: 'redis';
  /** `redis://host:port/db`, or `rediss://` for TLS. */
  readonly url?: string;
  readonly sentinels?: readonly HostAndPort[];
  /** Of the master that the sentinels know. */
  readonly name?: string;
  readonly clusterNodes?: readonly HostAndPort[];
  readonly username?: string;
  readonly password?: string;
  /** Of the sentinels, where they want one. */
  readonly sentinelPassword?: string;
  /** TLS to all of them, as a `rediss://` URL says too. */
  readonly tls?: boolean;
  /** File of the certificates that they are checked by, PEM; those of the system otherwise. */
  readonly caFile?: string;
  /** Longest wait for a command, ms; 5000 if left out. */
  readonly timeoutMs?: number;
  readonly identity: StoreIdentity;
  readonly retention?: Partial<Retention>;
}

export type StoreSettings = EmbeddedStoreSettings | RedisStoreSettings;

/** What a store tells unasked. */
export type StoreNotice =
  /** It can't be reached: methods reject until it is back. */
  | { readonly type: 'lost'; readonly message: string }
  /** It can be reached again, and may have gone back in time: read the marks, and send again what lies above them. */
  | { readonly type: 'back' }
  /** The embedded store's file is no longer at its path: methods reject until it is opened anew. */
  | { readonly type: 'fileGone'; readonly message: string }
  /** There is a file at its path again, and the store uses it: it may have gone back in time, as one that is `back`. */
  | { readonly type: 'fileBack'; readonly message: string }
  /** The embedded store's file can't be looked at: the store goes on with the one that is open. */
  | { readonly type: 'fileUnseen'; readonly message: string }
  /** What it holds may be lost: to be said loudly. */
  | { readonly type: 'notDurable'; readonly message: string }
  /** It came back as another pool's, or written by a later program: methods reject from now on. */
  | { readonly type: 'mismatch'; readonly message: string };

export interface StoreEvents {
  onNotice(notice: StoreNotice): void;
}
