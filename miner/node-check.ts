/**
 * Whether a full node hands out jobs, and why not.
 * @module
 */
import { describeClose, mayBeExplained } from '../node/diagnosis.js';
import { endpointName, type NodeEndpoint } from '../node/endpoint.js';
import { type JobsTried, lackOf, probeNode, remedyForNoJobs } from '../node/node-probe.js';
import { type NodeReadiness, RestError, restName } from '../node/rest.js';
import { counted } from '../protocol/quantity-text.js';
import type { Check } from './check.js';

export interface NodeCheckOptions {
  readonly endpoint: NodeEndpoint;
  readonly apiKey?: string | undefined;
  readonly timeoutMs: number;
  /** Whether mining depends on this node: a node that the user did not name may be missing. */
  readonly needed: boolean;
}

/** Checks the miner API and the REST API together: each tells facts that the other can't. Never throws for its findings. */
export async function checkFullNode(options: NodeCheckOptions): Promise<Check[]> {
  const { endpoint, apiKey, timeoutMs } = options;
  const { jobs, rest, templates } = await probeNode(endpoint, { apiKey, timeoutMs });
  const minerApi = minerApiCheck(options, jobs, rest);
  // Where no node is looked for, and none is there, its REST API is no news.
  if (minerApi.outcome === 'warn' && rest instanceof RestError) return [minerApi];
  const checks = [minerApi, restCheck(endpoint, rest)];
  if (templates === undefined) return checks;
  return [...checks, { name: `full node's templates ${endpointName(endpoint)}`, ...templates }];
}

function minerApiCheck(
  { endpoint, needed }: NodeCheckOptions,
  jobs: JobsTried,
  rest: NodeReadiness | RestError,
): Check {
  const name = `full node's miner API ${endpointName(endpoint)}`;
  if (jobs.chains !== undefined) {
    const second = jobs.tries > 1 ? ', on the second connection: it may just have started' : '';
    return { name, outcome: 'ok', detail: `jobs for ${counted(jobs.chains, 'chain')}${second}` };
  }
  const { reason } = jobs;
  if (!mayBeExplained(reason)) {
    const absent = reason.kind === 'refused' || reason.kind === 'unreachable';
    if (absent && !needed)
      return {
        name,
        outcome: 'warn',
        detail: 'no full node on this machine',
        remedy:
          'none is needed to mine for a pool (--pool URL --user ADDRESS tries one), or on a node elsewhere (--node HOST)',
      };
    const remedy = absent
      ? 'start a full node, or say --node HOST[:PORT]'
      : reason.kind === 'other'
        ? 'say --node HOST:PORT with the port of its miner API, or --pool for a pool'
        : 'is it a full node of v3.6 or newer?';
    return { name, outcome: 'failed', detail: describeClose(endpoint, reason), remedy };
  }
  const detail = reason.kind === 'timeout' ? reason.detail : `${reason.detail}, before any job`;
  return { name, outcome: 'failed', detail, remedy: remedyForNoJobs(rest, 'its REST API below') };
}

function restCheck(endpoint: NodeEndpoint, rest: NodeReadiness | RestError): Check {
  const name = `full node's REST API ${restName(endpoint)}`;
  if (rest instanceof RestError) {
    const remedy = 'it is asked only why there are no jobs; --rest-port and --api-key say where';
    // Its address is in the name.
    return { name, outcome: 'warn', detail: rest.message.replace(restName(endpoint), ''), remedy };
  }
  const found = rest.version ?? 'unknown version';
  const lack = lackOf(rest);
  if (lack !== undefined)
    return { name, outcome: 'failed', detail: `${found}, ${lack.what}`, remedy: lack.remedy };
  return { name, outcome: 'ok', detail: `${found}, synced, miner addresses set` };
}
