/**
 * Blocks: `/blockflow/...`.
 * @module
 */
import { ALL_CHAINS, type ChainIndex } from '../protocol/chain.js';
import { MAX_UNCLE_AGE } from '../protocol/emission.js';
import { type Block, type BlockId, blockId } from './block.js';
import type { ChainState } from './chain-state.js';
import {
  parseBlockHash,
  parseBlockInterval,
  parseChain,
  parseInteger,
  queryValue,
  RestFault,
  type RestRequest,
} from './rest-answer.js';
import { blockEntryOf, headerEntryOf, rawBlockOf, richBlockEntryOf } from './rest-json.js';
import { get, type RestContext, type RestNode, type Route, refuseWithoutIndex } from './rest-route.js';

/** A whole block, with its void transactions told. */
const entryOf = (node: RestNode, block: Block) => blockEntryOf(block, node.coins?.conflictedOf(block));

/** Where there are coins to be spent, the node would need an index that it does not keep. */
function richEntryOf(node: RestNode, block: Block) {
  if (node.coins) refuseWithoutIndex();
  return richBlockEntryOf(block);
}

/** The node keeps no events of contracts: there are none. */
const withEvents = (block: object) => ({ block, events: [] });

export const BLOCK_ROUTES: readonly Route[] = [
  get('/blockflow/is-block-in-main-chain', ({ node: { state } }, { query }) =>
    state.isMain(blockOf(state, parseBlockHash(queryValue(query, 'blockHash'), 'query parameter blockHash'))),
  ),
  get('/blockflow/main-chain-block-by-ghost-uncle/*', ({ node }, { params }) =>
    referencingBlock(node, params),
  ),
  get('/blockflow/blocks', (context, request) => ({
    blocks: blocksByTime(context, request, (block) => entryOf(context.node, block)),
  })),
  get('/blockflow/blocks/*', ({ node }, { params }) => entryOf(node, blockOfPath(node.state, params))),
  get('/blockflow/blocks-with-events', (context, request) => ({
    blocksAndEvents: blocksByTime(context, request, (block) => withEvents(entryOf(context.node, block))),
  })),
  get('/blockflow/blocks-with-events/*', ({ node }, { params }) =>
    withEvents(entryOf(node, blockOfPath(node.state, params))),
  ),
  get('/blockflow/rich-blocks', (context, request) => ({
    blocksAndEvents: blocksByTime(context, request, (block) => withEvents(richEntryOf(context.node, block))),
  })),
  get('/blockflow/rich-blocks/*', ({ node }, { params }) =>
    withEvents(richEntryOf(node, blockOfPath(node.state, params))),
  ),
  get('/blockflow/headers/*', ({ node }, { params }) => headerEntryOf(blockOfPath(node.state, params))),
  get('/blockflow/raw-blocks/*', ({ node }, { params }) => rawBlockOf(blockOfPath(node.state, params))),
  get('/blockflow/chain-info', ({ node }, { query }) => ({
    currentHeight: heightOf(node, parseChain(query)),
  })),
  get('/blockflow/hashes', ({ node }, { query }) => {
    const chain = parseChain(query);
    const height = parseInteger(query, 'height');
    return { headers: node.state.at(chain, height).map((block) => block.id) };
  }),
];

/** Of a dead chain as was seen on a node: one below its template, until somebody else's block follows. */
function heightOf({ state, board }: RestNode, chain: ChainIndex): number {
  const { height } = state.tip(chain);
  return board.isDead(chain) && board.template(chain).height === height ? height - 1 : height;
}

/** Main-chain blocks of a time interval, a list for each chain. */
function blocksByTime<Entry>(
  { node }: RestContext,
  { query }: RestRequest,
  shown: (block: Block) => Entry,
): Entry[][] {
  const { fromMs, toMs } = parseBlockInterval(query, node.clock.now());
  return ALL_CHAINS.map((chain) => node.state.mainBetween(chain, fromMs, toMs).map(shown));
}

function blockOf(state: ChainState, id: BlockId): Block {
  const block = state.get(id);
  if (block) return block;
  throw RestFault.serverError(`The block ${id} does not exist, please check if your full node synced`);
}

function blockOfPath(state: ChainState, params: readonly string[]): Block {
  return blockOf(state, parseBlockHash(params[0], 'path parameter block_hash'));
}

function referencingBlock(node: RestNode, params: readonly string[]) {
  const { state } = node;
  const uncle = blockOf(state, parseBlockHash(params[0], 'path parameter ghost_uncle_hash'));
  if (state.isMain(uncle)) {
    throw RestFault.serverError(
      `The block ${uncle.id} is not a ghost uncle block, you should use a ghost uncle block hash to call this endpoint`,
    );
  }
  for (let difference = 1; difference <= MAX_UNCLE_AGE; difference++) {
    const block = state.mainAt(uncle.chain, uncle.height + difference);
    if (block?.uncles.some(({ hash }) => blockId(hash) === uncle.id)) return entryOf(node, block);
  }
  throw RestFault.notFound(`The mainchain block that references the ghost uncle block ${uncle.id}`);
}
