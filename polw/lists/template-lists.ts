/**
 * The transactions of each chain's templates: walked over once, and shared by the refreshes that bring the same again.
 *
 * A short list is walked over at once; others in a thread, one at a time a chain, of which the newest is next.
 * @module
 */
import { CHAINS, type ChainIndex } from '../../protocol/chain.js';
import { DecodeError } from '../../protocol/decode-error.js';
import { type NodeCoinbase, readNodeCoinbase } from '../builder/node-coinbase.js';
import {
  MAX_LIST_BYTES,
  NO_TRANSACTIONS,
  type TransactionList,
  walkTransactions,
} from '../builder/transaction-list.js';
import type { ListWalker, WalkResult } from './list-walker.js';

/** Longest list that is walked over at once, bytes: a coinbase with two uncles takes some 500, a few transfers more. */
const MAX_INLINE_BYTES = 4_096;

/** What is known of a template's transactions. */
export type ListAnswer =
  | { readonly kind: 'list'; readonly list: TransactionList; readonly coinbase: NodeCoinbase }
  /** `onReady` tells when it is there. */
  | { readonly kind: 'walking' }
  /** They can't be used. */
  | { readonly kind: 'fault'; readonly detail: string };

interface Desk {
  /** The list that was walked over last. */
  last: { readonly prefix: Uint8Array; readonly list: TransactionList } | undefined;
  walking: Uint8Array | undefined;
  next: Uint8Array | undefined;
}

/** Lists of a set of nodes. */
export class TemplateLists {
  readonly #walker: ListWalker;
  readonly #onReady: (chain: ChainIndex) => void;
  readonly #desks: readonly Desk[] = Array.from({ length: CHAINS }, () => ({
    last: undefined,
    walking: undefined,
    next: undefined,
  }));
  /** Of lists that were walked over, for as long as somebody has their bytes. */
  readonly #answers = new WeakMap<Uint8Array, ListAnswer>();
  /** By their own bytes. */
  readonly #lists = new WeakMap<Uint8Array, TransactionList>();

  /** @param onReady - a list of the chain has been walked over: ask again */
  constructor(walker: ListWalker, onReady: (chain: ChainIndex) => void) {
    this.#walker = walker;
    this.#onReady = onReady;
  }

  /** What is known of a template's transactions. @param txsBlob - as they came with it */
  listOf(chain: ChainIndex, txsBlob: Uint8Array): ListAnswer {
    const known = this.#answers.get(txsBlob);
    if (known !== undefined) return known;
    const answer = this.#look(chain, txsBlob);
    if (answer.kind !== 'walking') this.#answers.set(txsBlob, answer);
    return answer;
  }

  /** The list whose bytes stand before a coinbase, if it was walked over here. @param bytes - the very array */
  listOfBytes(bytes: Uint8Array): TransactionList | undefined {
    return bytes === NO_TRANSACTIONS.bytes ? NO_TRANSACTIONS : this.#lists.get(bytes);
  }

  close(): void {
    this.#walker.close();
  }

  #look(chain: ChainIndex, txsBlob: Uint8Array): ListAnswer {
    if (txsBlob.length > MAX_LIST_BYTES)
      return { kind: 'fault', detail: `transactions: ${txsBlob.length} bytes, over ${MAX_LIST_BYTES}` };
    const desk = this.#desks[chain]!;
    const { last } = desk;
    if (last !== undefined && beginsWith(txsBlob, last.prefix))
      return answerOf(chain, txsBlob, { list: last.list, coinbaseStart: last.prefix.length });
    if (txsBlob.length <= MAX_INLINE_BYTES) {
      const result = walkInline(txsBlob);
      if (result !== undefined) return this.#take(chain, txsBlob, result);
    }
    if (desk.walking === undefined) this.#walk(chain, txsBlob);
    else if (desk.walking !== txsBlob) desk.next = txsBlob;
    return { kind: 'walking' };
  }

  #walk(chain: ChainIndex, txsBlob: Uint8Array): void {
    const desk = this.#desks[chain]!;
    desk.walking = txsBlob;
    this.#walker.walk(txsBlob, (result) => {
      desk.walking = undefined;
      this.#answers.set(txsBlob, this.#take(chain, txsBlob, result));
      const { next } = desk;
      desk.next = undefined;
      // Asked for again, it may be the same as what is there now.
      if (next !== undefined) this.listOf(chain, next);
      this.#onReady(chain);
    });
  }

  #take(chain: ChainIndex, txsBlob: Uint8Array, result: WalkResult): ListAnswer {
    if ('fault' in result) return { kind: 'fault', detail: result.fault };
    const { list, coinbaseStart } = result;
    this.#lists.set(list.bytes, list);
    const prefix = list.dropped === 0 ? list.bytes : txsBlob.slice(0, coinbaseStart);
    this.#desks[chain]!.last = { prefix, list };
    return answerOf(chain, txsBlob, result);
  }
}

function answerOf(
  chain: ChainIndex,
  txsBlob: Uint8Array,
  { list, coinbaseStart }: { readonly list: TransactionList; readonly coinbaseStart: number },
): ListAnswer {
  try {
    return { kind: 'list', list, coinbase: readNodeCoinbase(txsBlob, coinbaseStart, chain) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { kind: 'fault', detail: error.message };
  }
}

/** By a machine's own comparison: lists take some hundred kilobytes. */
function beginsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0;
}

/** Undefined where a script is in the way that only the SDK knows the end of. */
function walkInline(txsBlob: Uint8Array): WalkResult | undefined {
  let scripts = false;
  try {
    return walkTransactions(txsBlob, () => {
      scripts = true;
      throw new DecodeError('script', 0);
    });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return scripts ? undefined : { fault: error.message };
  }
}
