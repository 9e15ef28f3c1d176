/**
 * Whose blocks a full node makes: the network, and the four addresses that its templates pay. Nodes that differ in
 * them must not stand in for each other, or rewards end up where nobody expects them.
 * @module
 */

export interface NodeIdentity {
  /** 0 main, 1 test, 4 development. */
  readonly networkId: number;
  /** Reward addresses of groups 0 to 3, as the node writes them. */
  readonly minerAddresses: readonly string[];
}

/** What is expected of a node; what is left out is not looked at. */
export type ExpectedIdentity = Partial<NodeIdentity>;

/**
 * In what a node differs from what is expected.
 * @param whose - who expects it, for people
 * @returns words for people, or undefined where nothing differs
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

/** Whether two are the same; the second may be missing. */
export function sameIdentity(one: NodeIdentity, other: NodeIdentity | undefined): boolean {
  return other !== undefined && identityDifference(one, other, '') === undefined;
}
