/**
 * Transactions and addresses: `/transactions/...`, `/mempool/...`, `/addresses/...`. There are no transfers, so no
 * mempool.
 * @module
 */
import { fromGroupOf, toGroupOf } from '../protocol/chain.js';
import type { Block } from './block.js';
import type { ChainState } from './chain-state.js';
import { confirmationsOf } from './confirmations.js';
import { coinsOf, findTransaction } from './ledger.js';
import {
  parseAddressParam,
  parseOptionalGroup,
  parseTransactionId,
  queryValue,
  RestFault,
} from './rest-answer.js';
import { balanceOf, transactionOf, utxosOf } from './rest-json.js';
import { get, post, type Route } from './rest-route.js';

/** What makes transfers on a node. */
const TRANSFER_PATHS = [
  '/transactions/build',
  '/transactions/build-chained',
  '/transactions/build-multi-addresses',
  '/transactions/build-transfer-from-one-to-many-groups',
  '/transactions/decode-unsigned-tx',
  '/transactions/submit',
  '/transactions/sweep-address/build',
];

export const TRANSACTION_ROUTES: readonly Route[] = [
  get('/transactions/status', ({ node }, { query }) => transactionStatus(node.state, query)),
  get('/transactions/details/*', ({ node }, { params, query }) => {
    const id = parseTransactionId(params[0], 'path parameter txId');
    const found = findTransaction(node.state, id);
    if (!found || !isAskedFor(found.block, query)) throw RestFault.notFound(`Transaction ${id}`);
    return transactionOf(found.transaction);
  }),
  ...TRANSFER_PATHS.map((path) =>
    post(path, () => {
      throw RestFault.serverError('The simulated node takes no transfers');
    }),
  ),
  get('/mempool/transactions', () => []),
  get('/addresses/*/balance', ({ node }, { params }) =>
    balanceOf(coinsOf(node.state, parseAddressParam(params[0]!).lockupScript), node.clock.now()),
  ),
  get('/addresses/*/utxos', ({ node }, { params }) =>
    utxosOf(coinsOf(node.state, parseAddressParam(params[0]!).lockupScript)),
  ),
  get('/addresses/*/group', (_, { params }) => ({ group: parseAddressParam(params[0]!).group })),
];

function transactionStatus(state: ChainState, query: URLSearchParams) {
  const id = parseTransactionId(queryValue(query, 'txId'), 'query parameter txId');
  const found = findTransaction(state, id);
  if (!isAskedFor(found?.block, query) || !found) return { type: 'TxNotFound' };
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

/** Whether a block is of the groups that a query names, if it names any. @throws RestFault if one is no group */
function isAskedFor(block: Block | undefined, query: URLSearchParams): boolean {
  const from = parseOptionalGroup(query, 'fromGroup');
  const to = parseOptionalGroup(query, 'toGroup');
  if (block === undefined) return false;
  return (
    (from === undefined || from === fromGroupOf(block.chain)) &&
    (to === undefined || to === toGroupOf(block.chain))
  );
}
