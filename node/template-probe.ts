/**
 * Whether a full node's templates are worth work: its chains may have gone on while the templates stayed.
 * @module
 */

import { bytesToHex } from '../protocol/bytes.js';
import { type ChainIndex, chainName, toGroupOf } from '../protocol/chain.js';
import { parentOf } from '../protocol/header.js';
import type { Job } from '../protocol/job.js';
import { NodeConnection } from './connection.js';
import type { NodeEndpoint } from './endpoint.js';
import { fetchChainHeight, fetchHasBlock, type RestOptions, restName } from './rest.js';
import { isNearLessWork } from './standstill-words.js';

/** Time that a node is given for the templates that are due, ms: its messages come every 250 ms at most, and may step back. */
const PATIENCE_MS = 5_000;

/** A chain that has passed its template. */
interface Passed {
  readonly chain: ChainIndex;
  /** Height of its last block. */
  readonly height: number;
}

/** Findings about a node's templates, in words. */
export type TemplateProbe =
  | { readonly outcome: 'ok'; readonly detail: string }
  /** `remedy`: what to do about it. */
  | { readonly outcome: 'warn' | 'failed'; readonly detail: string; readonly remedy: string };

/**
 * Compares a node's jobs with the heights that its REST API tells, within three times `timeoutMs`.
 * @param jobs - that the node has just sent
 * @returns undefined where REST does not tell; never rejects
 */
export async function probeTemplates(
  endpoint: NodeEndpoint,
  jobs: readonly Job[],
  options: RestOptions,
): Promise<TemplateProbe | undefined> {
  try {
    if (!(await isOwnRest(endpoint, jobs, options))) {
      const detail = `the REST API at ${restName(endpoint)} has no block that they build on: it is of another node`;
      return { outcome: 'warn', detail, remedy: 'name the REST port of this node' };
    }
    const passed = await passedBy(endpoint, jobs, options);
    const still = passed.length === 0 ? [] : await stillPassed(endpoint, passed, options);
    if (still.length > 0) return describeOld(still, jobs);
  } catch {
    return undefined;
  }
  const near = jobs.filter(({ target }) => isNearLessWork(target)).map(({ chain }) => chainName(chain));
  if (near.length === 0) return { outcome: 'ok', detail: 'as high as its chains' };
  return {
    outcome: 'warn',
    detail: `as high as its chains; ${near.join(', ')} near the threshold of Proof of Less Work`,
    remedy: 'beyond it a node that cannot build such blocks brings no template for these chains',
  };
}

async function isOwnRest(
  endpoint: NodeEndpoint,
  jobs: readonly Job[],
  options: RestOptions,
): Promise<boolean> {
  for (const { chain, headerBlob } of jobs.slice(0, 1)) {
    const parent = bytesToHex(parentOf(headerBlob, toGroupOf(chain)));
    if (!(await fetchHasBlock(endpoint, parent, options))) return false;
  }
  return true;
}

/** Chains that are as high as their job, or higher: one question at a time, and as many as there is time for. */
async function passedBy(
  endpoint: NodeEndpoint,
  jobs: readonly Job[],
  options: RestOptions,
): Promise<Passed[]> {
  const passed: Passed[] = [];
  const endMs = performance.now() + options.timeoutMs;
  for (const { chain, height: due } of jobs) {
    if (performance.now() > endMs) break;
    const height = await fetchChainHeight(endpoint, chain, options);
    if (height >= due) passed.push({ chain, height });
  }
  return passed;
}

/** The chains for which the node brings no template within some seconds. */
function stillPassed(
  endpoint: NodeEndpoint,
  passed: readonly Passed[],
  { timeoutMs }: RestOptions,
): Promise<readonly Passed[]> {
  return new Promise((resolve) => {
    let still = passed;
    const finish = (): void => {
      clearTimeout(timer);
      // Noted first: closing the connection reports an end, too.
      resolve(still);
      connection.close();
    };
    const timer = setTimeout(finish, Math.min(PATIENCE_MS, timeoutMs));
    const connection = new NodeConnection(
      endpoint,
      { connectTimeoutMs: timeoutMs },
      {
        onMessage: (message) => {
          if (message.type !== 'jobs') return;
          still = still.filter(({ chain, height }) =>
            message.jobs.some((job) => job.chain === chain && job.height <= height),
          );
          if (still.length === 0) finish();
        },
        onClose: finish,
      },
    );
  });
}

function describeOld(still: readonly Passed[], jobs: readonly Job[]): TemplateProbe {
  const chains = still.map(({ chain, height }) => {
    const job = jobs.find((one) => one.chain === chain)!;
    return `${chainName(chain)} is at height ${height}, its template for ${job.height}`;
  });
  const lessWork = jobs.some(
    (job) => isNearLessWork(job.target) && still.some(({ chain }) => chain === job.chain),
  );
  const remedy = lessWork
    ? 'the network is at the threshold of Proof of Less Work, and this node cannot build such blocks'
    : 'what is mined on them is worth nothing: restart the node, and look at its log';
  return { outcome: 'failed', detail: `old: chain ${chains.join('; ')}`, remedy };
}
