/**
 * A full node that is asked what became of blocks.
 * @module
 */

import { type CoinbaseEntry, parseCoinbaseEntry } from '../../node/coinbase-entry.js';
import type { AskedNode } from '../../node/node-choice.js';
import type { NodeAddress } from '../../node/node-set-port.js';
import { fetchIsMain } from '../../node/rest.js';
import { type InTurn, restAskedNode } from '../../node/rest-asked-node.js';
import { fetchBlock, fetchUncleNamer } from '../../node/rest-blocks.js';
import { fetchTransactionStatus, type TransactionStatus } from '../../node/rest-transactions.js';
import { type ChainIndex, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import type { RequestPace } from './request-pace.js';

/** An answer takes some 30 ms; a large block a little longer. */
const ANSWER_MS = 5_000;

/** `none`: no main-chain block names it as an uncle. `main`: it is of the main chain itself. `unknown`: the node does not have it. */
export type UncleEntry =
  | { readonly kind: 'named'; readonly entry: CoinbaseEntry }
  | { readonly kind: 'none' | 'main' | 'unknown' };

/** Every question rejects as those of `AskedNode` do. */
export interface FateNode extends AskedNode {
  /** Whether a block is of the main chain; undefined if the node does not have it. */
  isMain(hash: string): Promise<boolean | undefined>;
  /** What a block pays; undefined if the node does not have it. */
  coinbase(hash: string): Promise<CoinbaseEntry | undefined>;
  uncle(hash: string): Promise<UncleEntry>;
  status(txId: string, chain: ChainIndex): Promise<TransactionStatus>;
}

export function restFateNode(address: NodeAddress, pace: RequestPace): FateNode {
  const { endpoint, apiKey } = address;
  const options = { apiKey, timeoutMs: ANSWER_MS };
  const inTurn: InTurn = async (ask) => {
    await pace.turn();
    return ask();
  };
  return {
    ...restAskedNode(address, options, inTurn),
    isMain: (hash) => inTurn(() => fetchIsMain(endpoint, hash, options)),
    coinbase: async (hash) => {
      const entry = await inTurn(() => fetchBlock(endpoint, hash, options));
      return entry === undefined ? undefined : parseCoinbaseEntry(entry, hash);
    },
    uncle: async (hash) => {
      const namer = await inTurn(() => fetchUncleNamer(endpoint, hash, options));
      return namer.kind === 'named' ? { kind: 'named', entry: parseCoinbaseEntry(namer.block) } : namer;
    },
    status: (txId, chain) =>
      inTurn(() =>
        fetchTransactionStatus(
          endpoint,
          { txId, fromGroup: fromGroupOf(chain), toGroup: toGroupOf(chain) },
          options,
        ),
      ),
  };
}
