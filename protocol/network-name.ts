/**
 * Names of networks.
 * @module
 */

/** Names by network id. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'mainnet'],
  [1, 'testnet'],
  [4, 'devnet'],
]);

/** `mainnet`, or `network 7` where the id has no name. */
export function networkName(networkId: number): string {
  return NAMES.get(networkId) ?? `network ${networkId}`;
}

/** `network id 0 (mainnet)`, or `network id 7`. */
export function networkIdText(networkId: number): string {
  const name = NAMES.get(networkId);
  return `network id ${networkId}${name === undefined ? '' : ` (${name})`}`;
}

/** The id of a network; undefined for any other text. */
export function networkIdOf(name: string): number | undefined {
  return [...NAMES].find(([, known]) => known === name)?.[0];
}
