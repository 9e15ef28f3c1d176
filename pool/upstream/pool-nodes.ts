/**
 * The set of nodes of a pool: one network, and miner addresses that the store holds.
 * @module
 */
import { NodeSet } from '../../node/node-set.js';
import type { NodeSetOptions } from '../../node/node-set-port.js';
import type { UpstreamIdentity } from '../ports/upstream.js';

export interface PoolNodesOptions extends Omit<NodeSetOptions, 'identity'> {
  /** The expected identity of the nodes, as far as the configuration gives it. */
  readonly expected?: Partial<UpstreamIdentity>;
  /** Tells the store the identity of a node that is about to be used. @returns the identity that the store holds; rejects if it is away */
  readonly claim?: (identity: UpstreamIdentity) => Promise<Partial<UpstreamIdentity>>;
  /** Words for people: what to do if a node is on another network than the store. */
  readonly networkHint?: string;
}

/** Words for people: what to do if a node pays other addresses than the store holds. */
const ADDRESSES_HINT = 'if you have changed them in all nodes, tell the pool: lesswork pool accept-addresses';

/** A set of nodes that is not open yet. */
export function createPoolNodes(options: PoolNodesOptions): NodeSet {
  return new NodeSet(nodeSetOptionsOf(options));
}

/** The settings of such a set. */
export function nodeSetOptionsOf({
  expected = {},
  claim,
  networkHint,
  ...options
}: PoolNodesOptions): NodeSetOptions {
  return {
    ...options,
    identity: { expected, claim, hints: { addresses: ADDRESSES_HINT, network: networkHint } },
  };
}
