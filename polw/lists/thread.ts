/**
 * The thread that walks over lists of transactions. It loads the SDK, which takes its time; the main thread does not.
 * @module
 */
import { parentPort } from 'node:worker_threads';
import { DecodeError } from '../../protocol/decode-error.js';
import { endOfScript } from '../../protocol/transaction-decoder.js';
import { walkTransactions } from '../builder/transaction-list.js';
import type { WalkResult } from './list-walker.js';
import type { WalkReply, WalkRequest } from './walker-messages.js';

parentPort!.on('message', ({ id, txsBlob }: WalkRequest) => {
  const reply: WalkReply = { id, result: walk(txsBlob) };
  parentPort!.postMessage(reply);
});

function walk(txsBlob: Uint8Array): WalkResult {
  try {
    return walkTransactions(txsBlob, endOfScript);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { fault: error.message };
  }
}
