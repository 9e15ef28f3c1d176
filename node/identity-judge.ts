/**
 * Decides whether a full node may be used, by its own identity and those of the other nodes.
 * @module
 */
import {
  type ExpectedIdentity,
  type IdentityHints,
  identityDifference,
  type NodeIdentity,
} from './identity.js';
import type { IdentityAnswer } from './identity-watch.js';

/** Failed questions to a node in use before it counts as one that can't be asked. */
const PATIENCE = 3;

/** The facts of a node. */
export interface Suspect {
  readonly index: number;
  /** For people. */
  readonly name: string;
  /** Whether the node has connected, or was given up, since the start. */
  readonly tried: boolean;
  /** The identity that the node told in this connection; undefined until it did. */
  readonly answer: IdentityAnswer | undefined;
  /** The identity that the node told last, in any connection. */
  readonly told: NodeIdentity | undefined;
  /** The node's session while it is in use: its work would end if the node were refused. */
  readonly session: object | undefined;
  /** The node's identity when it was last accepted. */
  readonly accepted: NodeIdentity | undefined;
}

export type IdentityVerdict =
  | { readonly use: 'yes'; readonly identity: NodeIdentity }
  /** The node could not be asked, but there is no identity that it could differ from. */
  | { readonly use: 'yes'; readonly identity: undefined; readonly warning: string }
  | { readonly use: 'no'; readonly why: string }
  /** Not decided yet. */
  | { readonly use: 'later' };

/**
 * Judges one node.
 * @param all - all nodes in order of preference, this one among them. The first accepted node sets what the others
 * are compared with, so at the start a node waits for those above it
 * @param hints - what to do about a node that is not as expected
 */
export function judgeIdentity(
  node: Suspect,
  all: readonly Suspect[],
  expected: ExpectedIdentity,
  hints: IdentityHints = {},
): IdentityVerdict {
  const { answer, told } = node;
  if (answer === undefined) return { use: 'later' };
  if (!answer.known) {
    if (node.session !== undefined && answer.failures < PATIENCE) return { use: 'later' };
    const why = `it can't be asked who it is: ${answer.detail}`;
    // A node that once named other addresses is not treated as unknown just because it is silent now.
    const before = told && differenceOf(told, node, all, expected, hints);
    if (before !== undefined) return { use: 'no', why: `${why}; when it could be, ${before}` };
    if (all.length > 1) return { use: 'no', why };
    const warning = `it can't be asked who it is, and is used all the same: ${answer.detail}`;
    return { use: 'yes', identity: undefined, warning };
  }
  const { identity } = answer;
  const why = differenceOf(identity, node, all, expected, hints);
  if (why !== undefined) return { use: 'no', why };
  const first = all.every(({ accepted }) => accepted === undefined);
  if (first && all.some(({ index, tried }) => index < node.index && !tried)) return { use: 'later' };
  return { use: 'yes', identity };
}

/** How a node's identity differs from the expected one, or else from another node's; undefined if it does not. */
function differenceOf(
  identity: NodeIdentity,
  node: Suspect,
  all: readonly Suspect[],
  expected: ExpectedIdentity,
  hints: IdentityHints,
): string | undefined {
  let why = identityDifference(identity, expected, 'this pool');
  const hint = hintOf(identity, expected, hints);
  if (why !== undefined && hint !== undefined) why += `; ${hint}`;
  for (const { index, name, accepted } of all) {
    // An accepted node is no longer a measure for others if another identity is expected by now.
    if (index === node.index || accepted === undefined || differs(accepted, expected)) continue;
    why ??= identityDifference(identity, accepted, name);
  }
  return why;
}

function differs(identity: NodeIdentity, expected: ExpectedIdentity): boolean {
  return identityDifference(identity, expected, '') !== undefined;
}

/** What to do about a difference; a difference of the network comes first. */
function hintOf(
  identity: NodeIdentity,
  expected: ExpectedIdentity,
  hints: IdentityHints,
): string | undefined {
  return differs(identity, { ...expected, minerAddresses: [] }) ? hints.network : hints.addresses;
}
