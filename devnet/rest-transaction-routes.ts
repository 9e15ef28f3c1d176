/**
 * Transactions and addresses: `/transactions/...`, `/mempool/...`, `/addresses/...`.
 * @module
 */
import type { Address } from '../protocol/address.js';
import { bytesToHex } from '../protocol/bytes.js';
import { fromGroupOf, GROUPS, toGroupOf } from '../protocol/chain.js';
import type { Transaction } from '../protocol/transaction.js';
import type { Block } from './block.js';
import { confirmationsOf } from './confirmations.js';
import { type Coin, coinsOf, findTransaction, type PlacedTransaction } from './ledger.js';
import {
  parseAddressParam,
  parseOptionalGroup,
  parseTransactionId,
  queryValue,
  RestFault,
} from './rest-answer.js';
import { balanceOf, transactionOf, utxosOf } from './rest-json.js';
import { get, post, type RestNode, type Route, refuseWithoutIndex } from './rest-route.js';

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
  get('/transactions/rich-details/*', ({ node }, { params, query }) => {
    transactionOfPath(node, params, query);
    return refuseWithoutIndex();
  }),
  get('/transactions/tx-id-from-outputref', refuseWithoutIndex),
  ...TRANSFER_PATHS.map((path) =>
    post(path, () => {
      throw RestFault.serverError('The simulated node takes no transfers');
    }),
  ),
  get('/addresses/*/balance', ({ node }, { params, query }) =>
    balanceOf(
      addressesOf(params[0]!).flatMap((address) =>
        shownOf(node, address, query, queryValue(query, 'mempool') !== 'false'),
      ),
      node.clock.now(),
    ),
  ),
  get('/addresses/*/utxos', ({ node }, { params, query }) =>
    utxosOf(shownOf(node, parseAddressParam(params[0]!), query, true)),
  ),
  get('/addresses/*/group', (_, { params }) => ({ group: parseAddressParam(params[0]!).group })),
];

/** The addresses that a balance is of: a groupless one without its group is all four. @throws RestFault */
function addressesOf(text: string): Address[] {
  const address = parseAddressParam(text);
  if (text.includes(':') || !address.text.includes(':')) return [address];
  return Array.from({ length: GROUPS }, (_, group) => parseAddressParam(`${text}:${group}`));
}

/** Most coins of an address that the node shows. */
const MAX_SHOWN_COINS = 5_000;

/** Coins of an address as they are shown. @throws RestFault if they are too many, unless the query asks for some of them */
function shownOf(node: RestNode, address: Address, query: URLSearchParams, withWaiting: boolean): Coin[] {
  const coins = unspentOf(node, address, withWaiting);
  if (!node.coins || coins.length <= MAX_SHOWN_COINS) return coins;
  if (queryValue(query, 'error-if-exceed-max-utxos') === 'false') return coins.slice(0, MAX_SHOWN_COINS);
  throw RestFault.serverError(
    'Your address has too many UTXOs and exceeds the API limit. Please consolidate your UTXOs, or run your own full node with a higher API limit.',
  );
}

/** Coins of an address that are there to be spent, as far as the network keeps account of that. */
function unspentOf({ state, coins }: RestNode, address: Address, withWaiting: boolean): Coin[] {
  return coins ? coins.coinsOf(address, withWaiting) : coinsOf(state, address.lockupScript);
}

function findPlaced({ state, coins }: RestNode, id: string): PlacedTransaction | undefined {
  return coins ? coins.find(id) : findTransaction(state, id);
}

function transactionOfPath(node: RestNode, params: readonly string[], query: URLSearchParams): Transaction {
  const id = parseTransactionId(params[0], 'path parameter txId');
  const found = findPlaced(node, id);
  if (!found || !isAskedFor(found.block, query)) throw RestFault.notFound(`Transaction ${id}`);
  return found.transaction;
}

function transactionStatus(node: RestNode, query: URLSearchParams) {
  const id = parseTransactionId(queryValue(query, 'txId'), 'query parameter txId');
  const found = findPlaced(node, id);
  if (!isAskedFor(found?.block, query) || !found)
    return { type: isPooled(node, id, found, query) ? 'MemPooled' : 'TxNotFound' };
  const { chain, fromGroup, toGroup } = confirmationsOf(found.block, node.state);
  return {
    type: node.coins?.conflictedOf(found.block).includes(id) ? 'Conflicted' : 'Confirmed',
    blockHash: found.block.id,
    txIndex: found.index,
    chainConfirmations: chain,
    fromGroupConfirmations: fromGroup,
    toGroupConfirmations: toGroup,
  };
}

/**
 * Whether the pool of a group that is asked for has a transfer: that of its own group while it waits, and that of the group that
 * it pays while it waits, also where its own group has dropped it, and until the group has seen its block. A pool is one of a
 * group: it is found by the group that a transfer comes from, whatever `toGroup` says.
 */
function isPooled(
  node: RestNode,
  id: string,
  found: PlacedTransaction | undefined,
  query: URLSearchParams,
): boolean {
  const pool = node.coins?.pool;
  const [own, copy] = found
    ? [undefined, pool?.get(id)]
    : [pool?.get(id), pool?.get(id) ?? pool?.dropped(id)];
  const groups = new Set<number>();
  if (own) groups.add(fromGroupOf(own.chain));
  if (copy && fromGroupOf(copy.chain) !== toGroupOf(copy.chain)) {
    const isSeen = found !== undefined && confirmationsOf(found.block, node.state).toGroup > 0;
    if (!isSeen) groups.add(toGroupOf(copy.chain));
  }
  const from = parseOptionalGroup(query, 'fromGroup');
  return from === undefined ? groups.size > 0 : groups.has(from);
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
