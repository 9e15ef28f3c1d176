/**
 * What a full node answers when it is tried once: its miner API and its REST API together, since each tells facts that
 * the other can't. The caller judges the answers.
 * @module
 */
import type { Job } from '../protocol/job.js';
import { type CloseReason, NodeConnection } from './connection.js';
import { closeReasonOf, mayBeExplained } from './diagnosis.js';
import type { NodeEndpoint } from './endpoint.js';
import { fetchReadiness, type NodeReadiness, RestError, type RestOptions } from './rest.js';
import { probeTemplates, type TemplateProbe } from './template-probe.js';

/** Connections that are tried: a node that was just started may answer the second one only. */
const TRIES = 2;

/** The jobs, how many chains have one, and which connection brought them, from 1; or why there were no jobs. */
export type JobsTried =
  | { readonly chains: number; readonly jobs: readonly Job[]; readonly tries: number }
  | { readonly chains: undefined; readonly reason: CloseReason };

export interface NodeProbe {
  readonly jobs: JobsTried;
  readonly rest: NodeReadiness | RestError;
  /** Undefined where there are none, or REST tells nothing of them. */
  readonly templates: TemplateProbe | undefined;
}

/** Tries a node, within seven times `timeoutMs`. Never rejects for what it finds. */
export async function probeNode(endpoint: NodeEndpoint, options: RestOptions): Promise<NodeProbe> {
  const [jobs, rest] = await Promise.all([
    tryJobs(endpoint, options.timeoutMs),
    fetchReadiness(endpoint, options).catch((error: unknown) => {
      if (error instanceof RestError) return error;
      throw error;
    }),
  ]);
  const comparable = jobs.chains !== undefined && !(rest instanceof RestError);
  return {
    jobs,
    rest,
    templates: comparable ? await probeTemplates(endpoint, jobs.jobs, options) : undefined,
  };
}

/** A single connection that brings nothing says little: another is tried, unless nobody listens. */
async function tryJobs(endpoint: NodeEndpoint, timeoutMs: number): Promise<JobsTried> {
  for (let tries = 1; ; tries++) {
    const outcome = await firstJobs(endpoint, timeoutMs);
    if (!('kind' in outcome)) return { chains: outcome.length, jobs: outcome, tries };
    const reason = await closeReasonOf(endpoint, outcome, timeoutMs);
    if (tries === TRIES || !mayBeExplained(reason)) return { chains: undefined, reason };
  }
}

/** @returns the first jobs, or why there were none */
function firstJobs(endpoint: NodeEndpoint, timeoutMs: number): Promise<readonly Job[] | CloseReason> {
  return new Promise((resolve) => {
    const finish = (outcome: readonly Job[] | CloseReason): void => {
      clearTimeout(timer);
      // Noted first: closing the connection reports an end, too.
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

/** What to do about a node that was reached and gave no jobs. @param restPlace - names the place of its REST API's answer */
export function remedyForNoJobs(rest: NodeReadiness | RestError, restPlace: string): string {
  if (rest instanceof RestError)
    return 'it is not synced or has no miner addresses, or it is no full node of v3.6 or newer';
  if (!rest.synced || !rest.hasMinerAddresses) return `see ${restPlace}`;
  return 'it is synced and has miner addresses: look again in a minute, and restart it if that does not help; at the threshold of Proof of Less Work a node that cannot build such blocks gives none';
}

/** What a node that answers on REST lacks for handing out jobs; undefined if nothing. */
export function lackOf(rest: NodeReadiness): { readonly what: string; readonly remedy: string } | undefined {
  if (!rest.synced)
    return { what: 'not synced yet', remedy: 'wait until it is; it hands out no jobs before' };
  if (!rest.hasMinerAddresses) {
    const remedy = 'set alephium.mining.miner-addresses in its user.conf: four addresses, one a group';
    return { what: 'no miner addresses', remedy };
  }
  return undefined;
}
