/**
 * Whether a full node may be used, by who it is and who the others are.
 * @module
 */
import { type ExpectedIdentity, identityDifference, type NodeIdentity } from './identity.js';
import type { IdentityAnswer } from './identity-watch.js';

/** Tries to ask a node that is in use, before it is one that can't be asked. */
const PATIENCE = 3;

/** What is known of a node. */
export interface Suspect {
  readonly index: number;
  /** For people. */
  readonly name: string;
  /** Whether it was heard of, or given up, since the start. */
  readonly tried: boolean;
  /** Who it says it is; undefined while it has not said. */
  readonly answer: IdentityAnswer | undefined;
  /** Who it said it was when it could last be asked, in whichever connection. */
  readonly told: NodeIdentity | undefined;
  /** Its session while it is in use: work that would end. */
  readonly session: object | undefined;
  /** Who it was when it was last accepted. */
  readonly accepted: NodeIdentity | undefined;
}

export type IdentityVerdict =
  | { readonly use: 'yes'; readonly identity: NodeIdentity }
  /** It could not be asked, but there is no other that it could differ from. */
  | { readonly use: 'yes'; readonly identity: undefined; readonly warning: string }
  | { readonly use: 'no'; readonly why: string }
  /** Nobody can tell yet. */
  | { readonly use: 'later' };

/**
 * Judges one node.
 * @param all - all nodes in order of preference, this one among them. The first that is accepted says what the others
 * are compared with: so at the start a node waits for those above it
 * @param hint - what to do where its miner addresses are others than expected, for people
 */
export function judgeIdentity(
  node: Suspect,
  all: readonly Suspect[],
  expected: ExpectedIdentity,
  hint?: string,
): IdentityVerdict {
  const { answer, told } = node;
  if (answer === undefined) return { use: 'later' };
  if (!answer.known) {
    if (node.session !== undefined && answer.failures < PATIENCE) return { use: 'later' };
    const why = `it can't be asked who it is: ${answer.detail}`;
    // Who is known to be another is not taken for one that nothing is known of.
    const before = told && differenceOf(told, node, all, expected, hint);
    if (before !== undefined) return { use: 'no', why: `${why}; when it could be, ${before}` };
    if (all.length > 1) return { use: 'no', why };
    const warning = `it can't be asked who it is, and is used all the same: ${answer.detail}`;
    return { use: 'yes', identity: undefined, warning };
  }
  const { identity } = answer;
  const why = differenceOf(identity, node, all, expected, hint);
  if (why !== undefined) return { use: 'no', why };
  const first = all.every(({ accepted }) => accepted === undefined);
  if (first && all.some(({ index, tried }) => index < node.index && !tried)) return { use: 'later' };
  return { use: 'yes', identity };
}

/** How an identity of a node differs from what is expected, or else from another node; undefined where it does not. */
function differenceOf(
  identity: NodeIdentity,
  node: Suspect,
  all: readonly Suspect[],
  expected: ExpectedIdentity,
  hint: string | undefined,
): string | undefined {
  let why = identityDifference(identity, expected, 'this pool');
  if (hint !== undefined && differsInAddress(identity, expected)) why += `; ${hint}`;
  for (const { index, name, accepted } of all) {
    // One that was accepted is no measure any more where something else is expected by now.
    if (index === node.index || accepted === undefined || differs(accepted, expected)) continue;
    why ??= identityDifference(identity, accepted, name);
  }
  return why;
}

function differs(identity: NodeIdentity, expected: ExpectedIdentity): boolean {
  return identityDifference(identity, expected, '') !== undefined;
}

/** Whether it is of the network that is expected, and pays others. */
function differsInAddress(identity: NodeIdentity, expected: ExpectedIdentity): boolean {
  return differs(identity, expected) && !differs(identity, { ...expected, minerAddresses: [] });
}
