/**
 * The port to whoever walks over a template's transactions without holding up the thread that serves miners.
 * @module
 */
import type { TransactionList, WalkedList } from '../builder/transaction-list.js';

/** What came of a walk: the list, or why there is none, in words. */
export type WalkResult = WalkedList | { readonly fault: string };

/** What a thread that walks answers. */
export type ThreadWalk =
  | { readonly fault: string }
  | (Omit<WalkedList, 'list'> & {
      readonly list: Omit<TransactionList, 'bytes'> & {
        /** Undefined where they are those of the template, up to its coinbase: these are not copied again. */
        readonly bytes: Uint8Array | undefined;
      };
    });

export interface ListWalker {
  /** Walks over a template's transactions. @param done - called once, later; never after `close` */
  walk(txsBlob: Uint8Array, done: (result: WalkResult) => void): void;
  close(): void;
}
