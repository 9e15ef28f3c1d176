/**
 * What the pool's nodes must be, as Redis has it noted.
 * @module
 */
import type { NotedNodeIdentity } from '../../ports/store.js';
import type { UpstreamIdentity } from '../../ports/upstream.js';
import { checkNodeIdentity, formatMinerAddresses, notedNodeIdentity } from '../store-identity.js';
import type { StoreKeys } from './keys.js';
import type { RedisLink } from './redis-link.js';

/** What `Store.claimNodeIdentity` says. */
export async function claimNodeIdentity(
  link: RedisLink,
  { meta }: StoreKeys,
  identity: UpstreamIdentity,
  replace: boolean,
): Promise<NotedNodeIdentity> {
  checkNodeIdentity(identity);
  const addresses = formatMinerAddresses(identity.minerAddresses);
  const noted = await link.script(
    'claim-node-identity-1',
    [meta],
    [identity.networkId, addresses, replace ? 1 : 0],
  );
  return notedNodeIdentity(...(noted as [string, string]));
}

export async function readNodeIdentity(link: RedisLink, { meta }: StoreKeys): Promise<NotedNodeIdentity> {
  const [network, addresses] = await link.run((client) => client.hmget(meta, 'networkId', 'minerAddresses'));
  return notedNodeIdentity(network ?? undefined, addresses ?? undefined);
}
