/**
 * Whether the full nodes pay the wallet that payouts come from: before anything is paid, and whenever a node tells who it is.
 * @module
 */
import { identityDifference, type NodeIdentity } from './identity.js';

/** A node, and what it told last. */
export interface AskedNode {
  /** For people. */
  readonly name: string;
  /** What it told; undefined if it could not be asked. */
  readonly identity: NodeIdentity | undefined;
}

/** `unknown`: no node differs, and some could not be asked. Words for people, one for each node. */
export type WalletFit =
  | { readonly kind: 'fits' }
  | { readonly kind: 'differs'; readonly why: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: readonly string[] };

/**
 * Judges: every node must be on the wallet's network, and pay its four addresses.
 * @param wallet - its network, and its addresses by group
 * @param nodes - all of them; without one nothing is known
 */
export function judgeWallet(wallet: NodeIdentity, nodes: readonly AskedNode[]): WalletFit {
  const differing = nodes.flatMap(({ name, identity }) => {
    const why = identity && identityDifference(identity, wallet, 'the wallet');
    return why === undefined ? [] : [`${name}: ${why}`];
  });
  if (differing.length > 0) return { kind: 'differs', why: differing };
  if (nodes.length === 0) return { kind: 'unknown', why: ['there is no full node'] };
  const silent = nodes.filter(({ identity }) => identity === undefined);
  if (silent.length > 0)
    return { kind: 'unknown', why: silent.map(({ name }) => `${name}: it can't be asked who it is`) };
  return { kind: 'fits' };
}
