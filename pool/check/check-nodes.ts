/**
 * Full nodes: whether each hands out jobs, and whether all pay what the pool is to pay.
 * @module
 */
import type { CloseReason } from '../../node/connection.js';
import { describeClose, mayBeExplained } from '../../node/diagnosis.js';
import { endpointName } from '../../node/endpoint.js';
import { type ExpectedIdentity, identityDifference, type NodeIdentity } from '../../node/identity.js';
import { lackOf, type NodeProbe, probeNode, remedyForNoJobs } from '../../node/node-probe.js';
import type { NodeAddress } from '../../node/node-set-port.js';
import { fetchIdentity, RestError, restName } from '../../node/rest.js';
import { counted } from '../../protocol/quantity-text.js';
import { nodeAddressOf } from '../config/node-address-of.js';
import type { NodeConfig } from '../config/pool-config.js';
import { type Finding, failed, ok, warning } from './finding.js';

/** The answers of one node. */
export interface NodeFacts extends NodeProbe {
  readonly address: NodeAddress;
  readonly identity: NodeIdentity | RestError;
}

/** Asks all nodes at once. @param timeoutMs - of each of a few questions */
export function askNodes(nodes: readonly NodeConfig[], timeoutMs: number): Promise<NodeFacts[]> {
  return Promise.all(
    nodes.map(async (node) => {
      const address = nodeAddressOf(node);
      const { endpoint, apiKey } = address;
      const [probe, identity] = await Promise.all([
        probeNode(endpoint, { apiKey, timeoutMs }),
        fetchIdentity(endpoint, { apiKey, timeoutMs }).catch((error: unknown) => {
          if (error instanceof RestError) return error;
          throw error;
        }),
      ]);
      return { address, identity, ...probe };
    }),
  );
}

/**
 * @param noted - what the store says the nodes must be; undefined where it could not be read
 * @param networkRemedy - what to do about a node of another network than the store
 */
export function judgeNodes(
  nodes: readonly NodeFacts[],
  noted: ExpectedIdentity | undefined,
  networkRemedy: string,
): Finding[] {
  const told = nodes.flatMap(({ identity }) => (identity instanceof RestError ? [] : [identity]));
  const reference = referenceOf(nodes, told[0], noted, networkRemedy);
  return nodes.flatMap((facts, i) => [
    judgeJobs(facts, `nodes[${i}]`),
    ...(isAbsent(facts) ? [] : [judgeRest(facts, `nodes[${i}]`, nodes.length)]),
    ...judgeTemplates(facts, `nodes[${i}]`),
    ...judgeIdentity(facts.identity, `nodes[${i}]`, reference),
  ]);
}

/** Network of the first node that says it. */
export function networkOf(nodes: readonly NodeFacts[]): number | undefined {
  return identityOf(nodes)?.networkId;
}

/** The identity of the first node that has told it. */
export function identityOf(nodes: readonly NodeFacts[]): NodeIdentity | undefined {
  for (const { identity } of nodes) if (!(identity instanceof RestError)) return identity;
  return undefined;
}

interface Reference {
  readonly expected: ExpectedIdentity;
  readonly whose: string;
  /** What to do about a node that pays other addresses, and about a node of another network. */
  readonly remedies: { readonly addresses: string; readonly network: string };
}

/** What the store has noted, and else what the first node says. */
function referenceOf(
  nodes: readonly NodeFacts[],
  first: NodeIdentity | undefined,
  noted: ExpectedIdentity | undefined,
  networkRemedy: string,
): Reference {
  const remedy = 'set it as all others are (alephium.mining.miner-addresses)';
  const remedies = { addresses: remedy, network: 'all nodes of a pool must be of one network' };
  const name = nodes.find(({ identity }) => identity === first)?.address.endpoint;
  const own = { expected: first ?? {}, whose: name === undefined ? '' : endpointName(name), remedies };
  if (noted?.networkId === undefined && noted?.minerAddresses === undefined) return own;
  return {
    expected: { ...first, ...noted },
    whose: 'this pool',
    remedies: {
      addresses: `${remedy}; if all nodes were changed on purpose, tell the running pool: lesswork pool accept-addresses`,
      network: networkRemedy,
    },
  };
}

/** Whether neither of the node's ports can be reached: one finding is enough. */
function isAbsent({ jobs, rest }: NodeFacts): boolean {
  return jobs.chains === undefined && isUnreached(jobs.reason) && rest instanceof RestError;
}

function isUnreached({ kind }: CloseReason): boolean {
  return kind === 'refused' || kind === 'unreachable';
}

function judgeJobs({ address: { endpoint }, jobs, rest }: NodeFacts, setting: string): Finding {
  const name = endpointName(endpoint);
  if (jobs.chains !== undefined) {
    const second = jobs.tries > 1 ? ', on the second connection: it may just have started' : '';
    return ok(setting, `${name}: jobs for ${counted(jobs.chains, 'chain')}${second}`);
  }
  const { reason } = jobs;
  if (!mayBeExplained(reason)) {
    const remedy = isUnreached(reason)
      ? `start it, or set ${setting}.host and ${setting}.port as they are`
      : `${setting}.port must be that of its miner API (10973 by default)`;
    return failed(setting, `${name}: ${describeClose(endpoint, reason)}`, remedy);
  }
  const met = reason.kind === 'timeout' ? reason.detail : `${reason.detail}, before any job`;
  return failed(setting, `${name}: ${met}`, remedyForNoJobs(rest, `${setting}.restPort`));
}

/** Only what is wrong with them is worth a line. */
function judgeTemplates({ address: { endpoint }, templates }: NodeFacts, setting: string): Finding[] {
  if (templates === undefined || templates.outcome === 'ok') return [];
  const { outcome, detail, remedy } = templates;
  const met = `${endpointName(endpoint)}, templates: ${detail}`;
  return [outcome === 'failed' ? failed(setting, met, remedy) : warning(setting, met, remedy)];
}

function judgeRest({ address: { endpoint }, rest }: NodeFacts, setting: string, count: number): Finding {
  const place = `${setting}.restPort`;
  if (rest instanceof RestError) {
    const remedy = `set ${place} and ${setting}.apiKey as the node has them`;
    // The pool uses a node that can't tell its identity only if it has no other node.
    return count === 1
      ? warning(place, `${rest.message}: the node is used, without knowing whom it pays`, remedy)
      : failed(
          place,
          `${rest.message}: of several nodes one that does not say whom it pays is not used`,
          remedy,
        );
  }
  const found = `${restName(endpoint)}: ${rest.version ?? 'unknown version'}`;
  const lack = lackOf(rest);
  if (lack !== undefined) return failed(place, `${found}, ${lack.what}`, lack.remedy);
  return ok(place, `${found}, synced, miner addresses set`);
}

function judgeIdentity(
  identity: NodeIdentity | RestError,
  setting: string,
  { expected, whose, remedies }: Reference,
): Finding[] {
  // Why is said of its REST API.
  if (identity instanceof RestError) return [];
  const difference = identityDifference(identity, expected, whose);
  if (difference !== undefined) {
    const otherNetwork =
      identityDifference(identity, { ...expected, minerAddresses: [] }, whose) !== undefined;
    const remedy = otherNetwork ? remedies.network : remedies.addresses;
    return [failed(setting, `not used: ${difference}`, remedy)];
  }
  return [ok(setting, `network ${identity.networkId}, pays ${identity.minerAddresses.join(' ')}`)];
}
