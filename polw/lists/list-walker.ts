/**
 * The port to whoever walks over a template's transactions without holding up the thread that serves miners.
 * @module
 */
import type { WalkedList } from '../builder/transaction-list.js';

/** What came of a walk: the list, or why there is none, in words. */
export type WalkResult = WalkedList | { readonly fault: string };

export interface ListWalker {
  /** Walks over a template's transactions. @param done - called once, later; never after `close` */
  walk(txsBlob: Uint8Array, done: (result: WalkResult) => void): void;
  close(): void;
}
