/**
 * The thread that walks over lists of transactions. It loads the SDK, which takes its time; the main thread does not.
 * @module
 */
import { parentPort } from 'node:worker_threads';
import { DecodeError } from '../../protocol/decode-error.js';
import { endOfScript } from '../../protocol/transaction-decoder.js';
import { KnownLeaves } from '../builder/known-leaves.js';
import { walkTransactions } from '../builder/transaction-list.js';
import type { ThreadReply, ThreadRequest } from '../thread-calls.js';
import type { ThreadWalk } from './list-walker.js';

const known = new KnownLeaves();

parentPort!.on('message', ({ id, asked }: ThreadRequest<Uint8Array>) => {
  parentPort!.postMessage({ id, answer: walk(asked) } satisfies ThreadReply<ThreadWalk>);
});

function walk(txsBlob: Uint8Array): ThreadWalk {
  try {
    const { list, coinbaseStart } = walkTransactions(txsBlob, endOfScript, known);
    return { list: { ...list, bytes: list.dropped === 0 ? undefined : list.bytes }, coinbaseStart };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { fault: error.message };
  }
}
