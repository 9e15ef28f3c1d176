/**
 * What the conformance suite needs of an implementation of the store.
 * @module
 */
import type { Store, StoreIdentity } from '../../pool/ports/store.js';
import type { Retention } from '../../pool/store/retention.js';

/** One set of data, empty at first, and ways to open it. */
export interface StoreLab {
  /** Opens the data; closed by the lab if the test doesn't. Where the store takes one owner only, the last one is closed. */
  open(options?: OpenOptions): Promise<Store>;
  /** A second client of the same data, beside the first; the first itself where the store takes one owner only. */
  openBeside(first: Store): Promise<Store>;
  /** Lets time pass on the store's clock: really, or not. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly identity?: Partial<StoreIdentity>;
  readonly retention?: Partial<Retention>;
  readonly maxWorkersOfAccount?: number;
  readonly maxBans?: number;
}

export const IDENTITY: StoreIdentity = { poolId: 'test', networkId: 4, extranonceBytes: 2 };

/** What a suite is run with. */
export interface StoreLabs {
  readonly name: string;
  readonly skip: string | false;
  makeLab(): Promise<StoreLab>;
}
