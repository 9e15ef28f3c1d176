/**
 * The operator has changed the miner addresses in the nodes: the store takes the new ones, and so they become what
 * all front ends expect of their nodes.
 * @module
 */
import { endpointName } from '../../node/endpoint.js';
import { identityDifference, type NodeIdentity } from '../../node/identity.js';
import type { NodeAddress } from '../../node/node-set-port.js';
import { fetchIdentity } from '../../node/rest.js';
import type { AcceptedAddresses } from '../http/admin/admin.js';
import type { Store } from '../ports/store.js';

/** Limit for a node's answer, ms. */
const ASK_TIMEOUT_MS = 5_000;

/**
 * Asks all nodes. At least one must answer, and those that answer must agree and be on the store's network.
 * @throws StoreUnavailableError
 */
export async function acceptAddresses(
  nodes: readonly NodeAddress[],
  store: Pick<Store, 'nodeIdentity' | 'claimNodeIdentity' | 'publish'>,
): Promise<AcceptedAddresses> {
  const asked = await Promise.all(
    nodes.map(async ({ endpoint, apiKey }) => {
      const name = endpointName(endpoint);
      return fetchIdentity(endpoint, { apiKey, timeoutMs: ASK_TIMEOUT_MS }).then(
        (identity) => ({ name, identity, problem: undefined }),
        (error: Error) => ({ name, identity: undefined, problem: `${name}: ${error.message}` }),
      );
    }),
  );
  const told = asked.flatMap(({ name, identity }) => (identity === undefined ? [] : [{ name, identity }]));
  const first = told[0];
  if (first === undefined)
    return refuse(`no node can be asked who it is: ${asked.map(({ problem }) => problem).join('; ')}`);
  for (const { name, identity } of told) {
    const why = identityDifference(identity, first.identity, first.name);
    if (why !== undefined) return refuse(`the nodes differ: of ${name} ${why}`);
  }
  return replace(first.identity, store);
}

async function replace(
  identity: NodeIdentity,
  store: Pick<Store, 'nodeIdentity' | 'claimNodeIdentity' | 'publish'>,
): Promise<AcceptedAddresses> {
  const before = await store.nodeIdentity();
  const noted = await store.claimNodeIdentity(identity, true);
  const why = identityDifference(identity, noted, 'this pool');
  if (why !== undefined) return refuse(`of the nodes ${why}`);
  // A front end that does not hear of it reads it within a minute.
  await store.publish({ type: 'nodeIdentity' }).catch(() => {});
  return { type: 'accepted', identity, before };
}

function refuse(why: string): AcceptedAddresses {
  return { type: 'refused', why };
}
