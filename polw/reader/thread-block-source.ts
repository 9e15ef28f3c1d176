/**
 * Blocks of full nodes, asked for and taken apart in a thread of their own: an answer may take megabytes, and whoever serves miners has
 * other things to do.
 * @module
 */
import { Worker } from 'node:worker_threads';
import type { NodeEndpoint } from '../../node/endpoint.js';
import { RestError, type RestOptions } from '../../node/rest.js';
import type { ChainIndex } from '../../protocol/chain.js';
import { ThreadCalls } from '../thread-calls.js';
import type { BlockAnswer, BlockRequest, BlockThreadData } from './block-messages.js';
import type { BlockSource, BlockWithHashes } from './block-source.js';

/** Most memory that the thread's JavaScript may take, MB: the longest answer with blocks is 32 MB of text. Collected often, it takes little. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 4, stackSizeMb: 4 };

/** A thread that is not started yet. Transactions that do not touch the fund's addresses come without their content. */
export class BlockThread {
  readonly #calls: ThreadCalls<BlockRequest, BlockAnswer>;

  /** @param hints - of the fund's addresses, as they are when the thread is started @param start - starts a thread */
  constructor(hints: () => Iterable<number>, start: (data: BlockThreadData) => Worker = startThread) {
    this.#calls = new ThreadCalls<BlockRequest, BlockAnswer>(
      () => start({ hints: [...hints()] }),
      'the thread that reads blocks',
      (fault) => ({ fault }),
    );
  }

  /** Blocks of a node. Each method rejects with a RestError if there is no answer. */
  sourceOf(endpoint: NodeEndpoint, options: RestOptions): Required<BlockSource> {
    const ask = (method: keyof BlockSource, ...args: (number | string)[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        this.#calls.call({ endpoint, options, method, args }, (answer) => {
          if ('fault' in answer) reject(new RestError(answer.fault));
          else resolve(answer.value);
        });
      });
    return {
      blocks: (fromMs, toMs) => ask('blocks', fromMs, toMs),
      block: (hash) => ask('block', hash),
      blockWithHashes: (hash) => ask('blockWithHashes', hash) as Promise<BlockWithHashes | undefined>,
      hashes: (chain: ChainIndex, height) => ask('hashes', chain, height),
      height: (chain: ChainIndex) => ask('height', chain) as Promise<number>,
    };
  }

  close(): void {
    this.#calls.close();
  }
}

function startThread(workerData: BlockThreadData): Worker {
  const file = new URL('./block-thread.js', import.meta.url);
  return new Worker(file, { resourceLimits: THREAD_LIMITS, workerData });
}
