/**
 * A node's identity: its network, and the four addresses that its templates pay. Nodes that differ in
 * either must not stand in for each other, or rewards go where nobody expects them.
 * @module
 */

export interface NodeIdentity {
  /** 0 main, 1 test, 4 development. */
  readonly networkId: number;
  /** Reward addresses of groups 0 to 3, as the node writes them. */
  readonly minerAddresses: readonly string[];
}

/** Words for people: what to do about a node that is not as expected. */
export interface IdentityHints {
  /** The node is on another network. */
  readonly network?: string | undefined;
  /** The node's templates pay other addresses. */
  readonly addresses?: string | undefined;
}

/** The expected identity of a node; a field that is left out is not compared. */
export type ExpectedIdentity = Partial<NodeIdentity>;

/**
 * How a node's identity differs from the expected one, in words.
 * @param whose - who expects that identity, for people
 * @returns words for people; undefined if nothing differs
 */
export function identityDifference(
  found: NodeIdentity,
  expected: ExpectedIdentity,
  whose: string,
): string | undefined {
  if (expected.networkId !== undefined && expected.networkId !== found.networkId)
    return `its network id is ${found.networkId}, that of ${whose} ${expected.networkId}`;
  for (const [group, address] of (expected.minerAddresses ?? []).entries()) {
    const own = found.minerAddresses[group];
    if (own !== address) return `its miner address of group ${group} is ${own}, that of ${whose} ${address}`;
  }
  return undefined;
}

/** Whether two identities are the same; the second may be missing. */
export function sameIdentity(one: NodeIdentity, other: NodeIdentity | undefined): boolean {
  return other !== undefined && identityDifference(one, other, '') === undefined;
}
