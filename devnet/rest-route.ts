/**
 * A route of the REST API, and the parts that its answer is made from.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';
import type { DevnetNode } from './node.js';
import type { NodeWallets } from './node-wallets.js';
import { RestFault, type RestRequest } from './rest-answer.js';

/** A node as REST shows it. */
export type RestNode = Pick<DevnetNode, 'state' | 'rules' | 'board' | 'clock' | 'coins'>;

/** The parts that answers are made from. */
export interface RestContext {
  readonly node: RestNode;
  readonly wallets: NodeWallets;
  readonly host: string;
  readonly minerApiPort: number;
  /** Public key of the node in hex, 33 bytes. */
  readonly cliqueId: string;
  restPort(): number;
  isSynced(): boolean;
  /** Empty where none are set. */
  minerAddresses(): readonly string[];
  /** @throws RangeError if they are not four addresses, of groups 0 to 3 in this order */
  setMinerAddresses(texts: readonly string[]): void;
  /** Extends the main chain of a chain by one block. @throws AbortError when the signal is aborted before */
  mineBlock(chain: ChainIndex, how: { readonly signal: AbortSignal }): Promise<unknown>;
  /** Starts or ends the node's own miner. */
  setCpuMining(mining: boolean): void;
}

/** A path with `*` for each value in it, and its answer, which goes out as JSON; undefined is an empty answer. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly answer: (context: RestContext, request: RestRequest) => unknown;
}

export function get(path: string, answer: Route['answer']): Route {
  return { method: 'GET', path, answer };
}

export function post(path: string, answer: Route['answer']): Route {
  return { method: 'POST', path, answer };
}

export function put(path: string, answer: Route['answer']): Route {
  return { method: 'PUT', path, answer };
}

/** A node finds what made an output only by an index that it does not keep by default. @throws RestFault */
export function refuseWithoutIndex(): never {
  throw RestFault.serverError(
    'Failed in IO: org.alephium.io.IOError$ConfigError: org.alephium.util.AppException: Please set `alephium.node.indexes.tx-output-ref-index = true` to query transaction id from transaction output reference',
  );
}
