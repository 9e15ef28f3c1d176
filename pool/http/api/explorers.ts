/**
 * Pages of block explorers.
 * @module
 */

/** Explorers by network id. */
const EXPLORERS: Readonly<Record<number, string>> = {
  0: 'https://explorer.alephium.org',
  1: 'https://testnet.alephium.org',
};

/** @returns undefined where the network has no explorer, or is not known yet */
export function blockLink(networkId: number | undefined, hash: string): string | undefined {
  return linkOf(networkId, `blocks/${hash}`);
}

/** @returns undefined where the network has no explorer, or is not known yet */
export function addressLink(networkId: number | undefined, address: string): string | undefined {
  return linkOf(networkId, `addresses/${encodeURIComponent(address)}`);
}

/** @returns undefined where the network has no explorer, or is not known yet */
export function transactionLink(networkId: number | undefined, txId: string): string | undefined {
  return linkOf(networkId, `transactions/${txId}`);
}

function linkOf(networkId: number | undefined, path: string): string | undefined {
  const explorer = networkId === undefined ? undefined : EXPLORERS[networkId];
  return explorer === undefined ? undefined : `${explorer}/${path}`;
}
