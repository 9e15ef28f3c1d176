/**
 * Whether a full node hands out jobs, and why not.
 * @module
 */
import { type CloseReason, NodeConnection } from '../node/connection.js';
import { describeClose, mayBeExplained } from '../node/diagnosis.js';
import { endpointName, type NodeEndpoint } from '../node/endpoint.js';
import { fetchReadiness, type NodeReadiness, RestError, restName } from '../node/rest.js';
import type { Job } from '../protocol/job.js';
import type { Check } from './check.js';
import { checkTemplates } from './template-check.js';

export interface NodeCheckOptions {
  readonly endpoint: NodeEndpoint;
  readonly apiKey?: string | undefined;
  readonly timeoutMs: number;
  /** Whether mining depends on it: one that nobody asked for may be missing. */
  readonly needed: boolean;
}

/** Connections that are tried: a node that was just started may answer the second one only. */
const TRIES = 2;

/** Checks the miner API and the REST API together: each says what the other can't. Never throws for what it finds. */
export async function checkFullNode(options: NodeCheckOptions): Promise<Check[]> {
  const { endpoint, apiKey, timeoutMs } = options;
  const [jobs, rest] = await Promise.all([
    tryJobs(endpoint, timeoutMs),
    fetchReadiness(endpoint, { apiKey, timeoutMs }).catch((error: unknown) => {
      if (error instanceof RestError) return error;
      throw error;
    }),
  ]);
  const checks = [minerApiCheck(options, jobs, rest), restCheck(endpoint, rest)];
  if (jobs.jobs === undefined || rest instanceof RestError) return checks;
  const templates = await checkTemplates(endpoint, jobs.jobs, { apiKey, timeoutMs });
  return templates === undefined ? checks : [...checks, templates];
}

type JobsTried =
  | { readonly jobs: readonly Job[]; readonly tries: number }
  | { readonly jobs: undefined; readonly reason: CloseReason };

/** A single connection that brings nothing says little: another is tried, unless nobody listens. */
async function tryJobs(endpoint: NodeEndpoint, timeoutMs: number): Promise<JobsTried> {
  for (let tries = 1; ; tries++) {
    const outcome = await firstJobs(endpoint, timeoutMs);
    if (!('kind' in outcome)) return { jobs: outcome, tries };
    if (tries === TRIES || !mayBeExplained(outcome)) return { jobs: undefined, reason: outcome };
  }
}

/** @returns the first jobs, or why there were none */
function firstJobs(endpoint: NodeEndpoint, timeoutMs: number): Promise<readonly Job[] | CloseReason> {
  return new Promise((resolve) => {
    const finish = (outcome: readonly Job[] | CloseReason): void => {
      clearTimeout(timer);
      // First: its close is told, too.
      resolve(outcome);
      connection.close();
    };
    const timer = setTimeout(
      () => finish({ kind: 'timeout', detail: `no jobs within ${timeoutMs} ms` }),
      timeoutMs,
    );
    const connection = new NodeConnection(
      endpoint,
      { connectTimeoutMs: timeoutMs },
      {
        onMessage: (message) => {
          if (message.type === 'jobs') finish(message.jobs);
        },
        onClose: finish,
      },
    );
  });
}

function minerApiCheck(
  { endpoint, needed }: NodeCheckOptions,
  jobs: JobsTried,
  rest: NodeReadiness | RestError,
): Check {
  const name = `full node's miner API ${endpointName(endpoint)}`;
  if (jobs.jobs !== undefined) {
    const second = jobs.tries > 1 ? ', on the second connection: it may just have started' : '';
    return { name, outcome: 'ok', detail: `jobs for ${jobs.jobs.length} chains${second}` };
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
      : 'is it a full node of v3.6 or newer?';
    return { name, outcome: 'failed', detail: describeClose(endpoint, reason), remedy };
  }
  const detail = reason.kind === 'timeout' ? reason.detail : `${reason.detail}, before any job`;
  return { name, outcome: 'failed', detail, remedy: remedyOf(rest) };
}

/** What to do about a node that was reached and gave no jobs. */
function remedyOf(rest: NodeReadiness | RestError): string {
  if (rest instanceof RestError)
    return 'it is not synced or has no miner addresses, or it is no full node of v3.6 or newer';
  if (!rest.synced || !rest.hasMinerAddresses) return 'see its REST API below';
  return 'it is synced and has miner addresses: look again in a minute, and restart it if that does not help; at the threshold of Proof of Less Work a node that cannot build such blocks gives none';
}

function restCheck(endpoint: NodeEndpoint, rest: NodeReadiness | RestError): Check {
  const name = `full node's REST API ${restName(endpoint)}`;
  if (rest instanceof RestError) {
    const remedy = 'it is asked only why there are no jobs; --rest-port and --api-key say where';
    return { name, outcome: 'warn', detail: rest.message, remedy };
  }
  const found = rest.version ?? 'unknown version';
  if (!rest.synced) {
    const remedy = 'wait until it is; it hands out no jobs before';
    return { name, outcome: 'failed', detail: `${found}, not synced yet`, remedy };
  }
  if (!rest.hasMinerAddresses) {
    const remedy = 'set alephium.mining.miner-addresses in its user.conf: four addresses, one a group';
    return { name, outcome: 'failed', detail: `${found}, no miner addresses`, remedy };
  }
  return { name, outcome: 'ok', detail: `${found}, synced, miner addresses set` };
}
