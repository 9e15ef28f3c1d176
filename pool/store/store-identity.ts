/**
 * The identity of a store, and whether it is the store of the pool that opens it.
 * @module
 */
import { GROUPS } from '../../protocol/chain.js';
import { type NotedNodeIdentity, type StoreIdentity, StoreMismatchError } from '../ports/store.js';
import type { UpstreamIdentity } from '../ports/upstream.js';

/** Version of the schema of both stores. */
export const SCHEMA_VERSION = 1;

/** Extranonces in a leased block. */
const BLOCK_VALUES = 256;

/** Number of extranonce blocks that there are: 2 bytes give 256. */
export function extranonceBlocks(extranonceBytes: number): number {
  return 256 ** extranonceBytes / BLOCK_VALUES;
}

/** @throws RangeError unless the identity is in the ranges of its type */
export function checkIdentity({ poolId, networkId, extranonceBytes }: StoreIdentity): void {
  if (!/^[a-z0-9-]{1,32}$/.test(poolId))
    throw new RangeError(`"poolId" expected 1 to 32 of a-z 0-9 -, got ${JSON.stringify(poolId)}`);
  if (networkId !== undefined) checkNetworkId(networkId);
  if (!(Number.isInteger(extranonceBytes) && extranonceBytes >= 2 && extranonceBytes <= 4))
    throw new RangeError(`"extranonceBytes" expected 2 to 4, got ${extranonceBytes}`);
}

/** @throws RangeError unless the node identity can be stored */
export function checkNodeIdentity({ networkId, minerAddresses }: UpstreamIdentity): void {
  checkNetworkId(networkId);
  if (minerAddresses.length !== GROUPS || !minerAddresses.every((address) => /^\S+$/.test(address)))
    throw new RangeError(
      `"minerAddresses" expected ${GROUPS} without blanks, got ${JSON.stringify(minerAddresses)}`,
    );
}

/** Miner addresses as both stores keep them: one text, in the order of the groups. */
export function formatMinerAddresses(addresses: readonly string[]): string {
  return addresses.join(' ');
}

/** Reads a node identity from a store's texts. @param network, addresses - undefined or empty if the store holds none */
export function notedNodeIdentity(
  network: string | undefined,
  addresses: string | undefined,
): NotedNodeIdentity {
  return {
    ...(network ? { networkId: Number(network) } : {}),
    ...(addresses ? { minerAddresses: addresses.split(' ') } : {}),
  };
}

function checkNetworkId(networkId: number): void {
  if (!(Number.isInteger(networkId) && networkId >= 0 && networkId <= 255))
    throw new RangeError(`"networkId" expected 0 to 255, got ${networkId}`);
}

/** The identity that a store holds. */
export interface NotedIdentity {
  readonly poolId: string;
  readonly networkId: number | undefined;
  readonly extranonceBytes: number;
}

/** @throws StoreMismatchError if the store is another pool's */
export function matchIdentity(noted: NotedIdentity, wanted: StoreIdentity): void {
  matchPool(noted.poolId, wanted.poolId);
  if (noted.extranonceBytes !== wanted.extranonceBytes)
    throw new StoreMismatchError(
      `the store's extranonces have ${noted.extranonceBytes} bytes, not ${wanted.extranonceBytes}: one length a pool`,
    );
  if (wanted.networkId !== undefined) matchNetwork(noted.networkId, wanted.networkId);
}

/** @throws StoreMismatchError if another pool is noted */
export function matchPool(noted: string, wanted: string): void {
  if (noted !== wanted)
    throw new StoreMismatchError(`the store belongs to the pool "${noted}", not to "${wanted}"`);
}

/** @throws StoreMismatchError if another network is noted */
export function matchNetwork(noted: number | undefined, wanted: number): void {
  if (noted !== undefined && noted !== wanted)
    throw new StoreMismatchError(`the store belongs to network ${noted}, not to ${wanted}`);
}

/** @throws StoreMismatchError if the store was written by a later program */
export function matchSchema(noted: number, known: number): void {
  if (noted > known)
    throw new StoreMismatchError(
      `the store has schema ${noted}, and this program knows up to ${known}: it is too old for it`,
    );
}
