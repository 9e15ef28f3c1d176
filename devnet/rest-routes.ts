/**
 * What the node answers on its REST API: one entry a path.
 * @module
 */
import { ALL_CHAINS, fromGroupOf, toGroupOf } from '../protocol/chain.js';
import { MAX_UNCLE_AGE } from '../protocol/emission.js';
import { hashrateOfTarget, targetOfBits } from '../protocol/target.js';
import { type Block, type BlockId, blockId } from './block.js';
import type { ChainState } from './chain-state.js';
import { confirmationsOf } from './confirmations.js';
import { coinsOf, findTransaction } from './ledger.js';
import type { DevnetNode } from './node.js';
import {
  parseAddressParam,
  parseChain,
  parseHash,
  parseWhole,
  RestFault,
  type RestRequest,
} from './rest-answer.js';
import { balanceOf, blockEntryOf, headerEntryOf, rawBlockOf, transactionOf, utxosOf } from './rest-json.js';

/** What the answers are made from. */
export interface RestContext {
  readonly node: DevnetNode;
  readonly host: string;
  readonly minerApiPort: number;
  /** Public key of the node in hex, 33 bytes. */
  readonly cliqueId: string;
  restPort(): number;
  isSynced(): boolean;
  /** Empty where none are set. */
  minerAddresses(): readonly string[];
}

/** A path with `*` for each value in it, and its answer, which goes out as JSON. */
export type Route = readonly [path: string, answer: (context: RestContext, request: RestRequest) => unknown];

const VERSION = '4.6.0';

/** All routes; all are asked by GET. */
export const ROUTES: readonly Route[] = [
  [
    '/infos/self-clique',
    ({ cliqueId, host, minerApiPort, restPort, isSynced }) => ({
      cliqueId,
      nodes: [{ address: host, restPort: restPort(), wsPort: restPort(), minerApiPort }],
      selfReady: true,
      synced: isSynced(),
    }),
  ],
  ['/infos/self-clique-synced', ({ isSynced }) => isSynced()],
  ['/infos/version', () => ({ version: `v${VERSION}` })],
  [
    '/infos/node',
    () => ({
      buildInfo: { releaseVersion: VERSION, commit: '0'.repeat(40) },
      upnp: false,
      externalAddress: null,
    }),
  ],
  [
    '/infos/chain-params',
    ({ node }) => ({
      networkId: node.rules.networkId,
      numZerosAtLeastInHash: 256 - node.rules.easiestTarget.toString(2).length,
      groupNumPerBroker: 4,
      groups: 4,
    }),
  ],
  [
    '/infos/current-hashrate',
    ({ node }) => {
      const { blockTimeMs } = node.rules;
      const mean = meanOfTips(node.state, (target) => hashrateOfTarget(target, blockTimeMs));
      return { hashrate: `${mean / 1_000_000n} MH/s` };
    },
  ],
  [
    '/infos/current-difficulty',
    ({ node }) => ({
      difficulty: meanOfTips(node.state, (target) => 2n ** 256n / target).toString(),
    }),
  ],
  [
    '/miners/addresses',
    ({ minerAddresses }) => {
      const addresses = minerAddresses();
      if (addresses.length === 0) throw RestFault.serverError('Miner addresses are not set up');
      return { addresses };
    },
  ],
  [
    '/blockflow/is-block-in-main-chain',
    ({ node: { state } }, { query }) =>
      state.isMain(blockOf(state, parseHash(query.get('blockHash'), 'query parameter blockHash'))),
  ],
  [
    '/blockflow/main-chain-block-by-ghost-uncle/*',
    ({ node }, { params }) => referencingBlock(node.state, params),
  ],
  ['/blockflow/blocks/*', ({ node }, { params }) => blockEntryOf(blockOfPath(node.state, params))],
  ['/blockflow/headers/*', ({ node }, { params }) => headerEntryOf(blockOfPath(node.state, params))],
  ['/blockflow/raw-blocks/*', ({ node }, { params }) => rawBlockOf(blockOfPath(node.state, params))],
  [
    '/blockflow/chain-info',
    ({ node }, { query }) => ({ currentHeight: node.state.tip(parseChain(query)).height }),
  ],
  [
    '/blockflow/hashes',
    ({ node }, { query }) => {
      const height = parseWhole(query, 'height', Number.MAX_SAFE_INTEGER);
      return { headers: node.state.at(parseChain(query), height).map((block) => block.id) };
    },
  ],
  ['/transactions/status', ({ node }, { query }) => transactionStatus(node.state, query)],
  [
    '/transactions/details/*',
    ({ node }, { params }) => {
      const id = parseHash(params[0], 'path parameter tx_id');
      const found = findTransaction(node.state, id);
      if (!found) throw RestFault.notFound(`Transaction ${id}`);
      return transactionOf(found.transaction);
    },
  ],
  ['/mempool/transactions', () => []],
  [
    '/addresses/*/balance',
    ({ node }, { params }) =>
      balanceOf(coinsOf(node.state, parseAddressParam(params[0]!).lockupScript), node.clock.now()),
  ],
  [
    '/addresses/*/utxos',
    ({ node }, { params }) => utxosOf(coinsOf(node.state, parseAddressParam(params[0]!).lockupScript)),
  ],
  ['/addresses/*/group', (_, { params }) => ({ group: parseAddressParam(params[0]!).group })],
];

function blockOf(state: ChainState, id: BlockId): Block {
  const block = state.get(id);
  if (block) return block;
  throw RestFault.serverError(`The block ${id} does not exist, please check if your full node synced`);
}

function blockOfPath(state: ChainState, params: readonly string[]): Block {
  return blockOf(state, parseHash(params[0], 'path parameter block_hash'));
}

function referencingBlock(state: ChainState, params: readonly string[]) {
  const uncle = blockOf(state, parseHash(params[0], 'path parameter ghost_uncle_hash'));
  if (state.isMain(uncle)) {
    throw RestFault.serverError(
      `The block ${uncle.id} is not a ghost uncle block, you should use a ghost uncle block hash to call this endpoint`,
    );
  }
  for (let difference = 1; difference <= MAX_UNCLE_AGE; difference++) {
    const block = state.mainAt(uncle.chain, uncle.height + difference);
    if (block?.uncles.some(({ hash }) => blockId(hash) === uncle.id)) return blockEntryOf(block);
  }
  throw RestFault.notFound(`The mainchain block that references the ghost uncle block ${uncle.id}`);
}

function transactionStatus(state: ChainState, query: URLSearchParams) {
  const found = findTransaction(state, parseHash(query.get('txId'), 'query parameter txId'));
  if (!found || !isAskedFor(found.block, query)) return { type: 'TxNotFound' };
  const { chain, fromGroup, toGroup } = confirmationsOf(found.block, state);
  return {
    type: 'Confirmed',
    blockHash: found.block.id,
    txIndex: found.index,
    chainConfirmations: chain,
    fromGroupConfirmations: fromGroup,
    toGroupConfirmations: toGroup,
  };
}

/** Whether a block is of the groups that a query names, if it names any. */
function isAskedFor(block: Block, query: URLSearchParams): boolean {
  const matches = (name: string, group: number): boolean =>
    !query.has(name) || parseWhole(query, name, 3) === group;
  return matches('fromGroup', fromGroupOf(block.chain)) && matches('toGroup', toGroupOf(block.chain));
}

function meanOfTips(state: ChainState, of: (target: bigint) => bigint): bigint {
  const values = ALL_CHAINS.map((chain) => of(targetOfBits(state.tip(chain).header.targetBits)));
  return values.reduce((sum, value) => sum + value, 0n) / BigInt(values.length);
}
