/**
 * The thread that asks full nodes for blocks.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { ChainIndex } from '../../protocol/chain.js';
import type { ThreadReply, ThreadRequest } from '../thread-calls.js';
import type { BlockAnswer, BlockRequest, BlockThreadData } from './block-messages.js';
import { type BlockWithHashes, readWithHashes, restBlockSource } from './block-source.js';
import { ourPartOf, ourPartsOf } from './our-part.js';

const hints: ReadonlySet<number> = new Set((workerData as BlockThreadData).hints);

parentPort!.on('message', async ({ id, asked }: ThreadRequest<BlockRequest>) => {
  let answer: BlockAnswer;
  try {
    answer = { value: await askNode(asked) };
  } catch (error) {
    answer = { fault: error instanceof Error ? error.message : String(error) };
  }
  parentPort!.postMessage({ id, answer } satisfies ThreadReply<BlockAnswer>);
});

async function askNode({ endpoint, options, method, args }: BlockRequest): Promise<unknown> {
  const source = restBlockSource(endpoint, options);
  const [first, second] = args;
  switch (method) {
    case 'blocks':
      return ourPartsOf(await source.blocks(first as number, second as number), hints);
    case 'block':
      return ourPartOf(await source.block(first as string), hints);
    case 'blockWithHashes':
      return ourPartWith(await readWithHashes(source, first as string));
    case 'hashes':
      return source.hashes(first as ChainIndex, second as number);
    case 'height':
      return source.height(first as ChainIndex);
  }
}

function ourPartWith(read: BlockWithHashes | undefined): BlockWithHashes | undefined {
  return read && { ...read, block: ourPartOf(read.block, hints) };
}
