/**
 * Transactions and addresses: `/transactions/...`, `/mempool/...`, `/addresses/...`.
 * @module
 */
import type { Address } from '../protocol/address.js';
import { bytesToHex } from '../protocol/bytes.js';
import { chainIndex, fromGroupOf, toGroupOf } from '../protocol/chain.js';
import type { Transaction } from '../protocol/transaction.js';
import type { Block } from './block.js';
import { confirmationsOf } from './confirmations.js';
import { type Coin, coinsOf, findTransaction, type PlacedTransaction } from './ledger.js';
import type { DevnetNode } from './node.js';
import {
  parseAddressParam,
  parseOptionalGroup,
  parseTransactionId,
  queryValue,
  RestFault,
} from './rest-answer.js';
import { balanceOf, transactionOf, utxosOf } from './rest-json.js';
import { get, post, type Route, refuseWithoutIndex } from './rest-route.js';

/** Other ways to make transfers on a node. */
const TRANSFER_PATHS = [
  '/transactions/build-chained',
  '/transactions/build-multi-addresses',
  '/transactions/build-transfer-from-one-to-many-groups',
  '/transactions/sweep-address/build',
];

export const TRANSACTION_ROUTES: readonly Route[] = [
  get('/transactions/status', ({ node }, { query }) => transactionStatus(node, query)),
  get('/transactions/details/*', ({ node }, { params, query }) =>
    transactionOf(transactionOfPath(node, params, query)),
  ),
  get('/transactions/raw/*', ({ node }, { params, query }) => ({
    value: bytesToHex(transactionOfPath(node, params, query).bytes),
  })),
  get('/transactions/rich-details/*', refuseWithoutIndex),
  get('/transactions/tx-id-from-outputref', refuseWithoutIndex),
  ...TRANSFER_PATHS.map((path) =>
    post(path, () => {
      throw RestFault.serverError('The simulated node takes no transfers');
    }),
  ),
  get('/addresses/*/balance', ({ node }, { params, query }) =>
    balanceOf(
      shownOf(node, parseAddressParam(params[0]!), query, queryValue(query, 'mempool') !== 'false'),
      node.clock.now(),
    ),
  ),
  get('/addresses/*/utxos', ({ node }, { params, query }) =>
    utxosOf(shownOf(node, parseAddressParam(params[0]!), query, true)),
  ),
  get('/addresses/*/group', (_, { params }) => ({ group: parseAddressParam(params[0]!).group })),
];

/** Most coins of an address that the node shows. */
const MAX_SHOWN_COINS = 5_000;

/** Coins of an address as they are shown. @throws RestFault if they are too many, unless the query asks for some of them */
function shownOf(node: DevnetNode, address: Address, query: URLSearchParams, withWaiting: boolean): Coin[] {
  const coins = unspentOf(node, address, withWaiting);
  if (!node.coins || coins.length <= MAX_SHOWN_COINS) return coins;
  if (queryValue(query, 'error-if-exceed-max-utxos') === 'false') return coins.slice(0, MAX_SHOWN_COINS);
  throw RestFault.serverError(
    'Your address has too many UTXOs and exceeds the API limit. Please consolidate your UTXOs, or run your own full node with a higher API limit.',
  );
}

/** Coins of an address that are there to be spent, as far as the network keeps account of that. */
function unspentOf({ state, coins }: DevnetNode, address: Address, withWaiting: boolean): Coin[] {
  return coins ? coins.coinsOf(address, withWaiting) : coinsOf(state, address.lockupScript);
}

function findPlaced({ state, coins }: DevnetNode, id: string): PlacedTransaction | undefined {
  return coins ? coins.find(id) : findTransaction(state, id);
}

function transactionOfPath(node: DevnetNode, params: readonly string[], query: URLSearchParams): Transaction {
  const id = parseTransactionId(params[0], 'path parameter txId');
  const found = findPlaced(node, id);
  if (!found || !isAskedFor(found.block, query)) throw RestFault.notFound(`Transaction ${id}`);
  return found.transaction;
}

function transactionStatus(node: DevnetNode, query: URLSearchParams) {
  const id = parseTransactionId(queryValue(query, 'txId'), 'query parameter txId');
  const found = findPlaced(node, id);
  const waiting = found ? undefined : node.coins?.pool.get(id);
  if (waiting) return { type: isAskedFor(waiting, query) ? 'MemPooled' : 'TxNotFound' };
  if (!isAskedFor(found?.block, query) || !found)
    return { type: hasCopy(node, id, found, query) ? 'MemPooled' : 'TxNotFound' };
  const { chain, fromGroup, toGroup } = confirmationsOf(found.block, node.state);
  return {
    type: node.coins?.index.isVoid(id) ? 'Conflicted' : 'Confirmed',
    blockHash: found.block.id,
    txIndex: found.index,
    chainConfirmations: chain,
    fromGroupConfirmations: fromGroup,
    toGroupConfirmations: toGroup,
  };
}

/**
 * Whether the group that a transfer pays still keeps a copy of it, which answers where its own group is not asked for: one
 * that its own group has dropped, or one in a block that the group has not seen yet.
 */
function hasCopy(
  node: DevnetNode,
  id: string,
  found: PlacedTransaction | undefined,
  query: URLSearchParams,
): boolean {
  const pool = node.coins?.pool;
  const copy = found ? pool?.get(id) : pool?.dropped(id);
  if (!copy) return false;
  const payee = chainIndex(toGroupOf(copy.chain), toGroupOf(copy.chain));
  const asked = query.has('fromGroup') || query.has('toGroup');
  if (!found) return !asked || isAskedFor({ chain: payee }, query);
  return isAskedFor({ chain: payee }, query) && confirmationsOf(found.block, node.state).toGroup === 0;
}

/** Whether a block, or a transfer, is of the groups that a query names, if it names any. @throws RestFault if one is no group */
function isAskedFor(block: Pick<Block, 'chain'> | undefined, query: URLSearchParams): boolean {
  const from = parseOptionalGroup(query, 'fromGroup');
  const to = parseOptionalGroup(query, 'toGroup');
  if (block === undefined) return false;
  return (
    (from === undefined || from === fromGroupOf(block.chain)) &&
    (to === undefined || to === toGroupOf(block.chain))
  );
}
