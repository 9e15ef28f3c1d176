/**
 * Whether a full node's templates are of use: they may be there, and their chains have gone on without them.
 * @module
 */
import { NodeConnection } from '../node/connection.js';
import { endpointName, type NodeEndpoint } from '../node/endpoint.js';
import { fetchChainHeight, fetchHasBlock, type RestOptions, restName } from '../node/rest.js';
import { isNearLessWork } from '../node/standstill-words.js';
import { bytesToHex } from '../protocol/bytes.js';
import { type ChainIndex, chainName, toGroupOf } from '../protocol/chain.js';
import { parentOf } from '../protocol/header.js';
import type { Job } from '../protocol/job.js';
import type { Check } from './check.js';

/** Time that a node is given for the templates that are due, ms: its messages come every 250 ms at most, and may step back. */
const PATIENCE_MS = 5_000;

/** A chain that has passed its template. */
interface Passed {
  readonly chain: ChainIndex;
  /** Of its last block. */
  readonly height: number;
}

/**
 * Compares a node's jobs with the heights that its REST API tells.
 * @param jobs - that it has just sent
 * @returns undefined where REST does not tell
 */
export async function checkTemplates(
  endpoint: NodeEndpoint,
  jobs: readonly Job[],
  options: RestOptions,
): Promise<Check | undefined> {
  const name = `full node's templates ${endpointName(endpoint)}`;
  try {
    if (!(await isOwnRest(endpoint, jobs, options))) {
      const detail = `the REST API at ${restName(endpoint)} has no block that they build on: it is of another node`;
      return { name, outcome: 'warn', detail, remedy: "say which is this node's: --rest-port" };
    }
    const passed = await passedBy(endpoint, jobs, options);
    const still = passed.length === 0 ? [] : await stillPassed(endpoint, passed, options);
    if (still.length > 0) return standing(name, still, jobs);
  } catch {
    return undefined;
  }
  const near = jobs.filter(({ target }) => isNearLessWork(target)).map(({ chain }) => chainName(chain));
  if (near.length === 0) return { name, outcome: 'ok', detail: 'as high as its chains' };
  return {
    name,
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

/** Chains that are as high as their job, or higher: one question at a time. */
async function passedBy(
  endpoint: NodeEndpoint,
  jobs: readonly Job[],
  options: RestOptions,
): Promise<Passed[]> {
  const passed: Passed[] = [];
  for (const { chain, height: due } of jobs) {
    const height = await fetchChainHeight(endpoint, chain, options);
    if (height >= due) passed.push({ chain, height });
  }
  return passed;
}

/** Those for which the node brings no template within some seconds. */
function stillPassed(
  endpoint: NodeEndpoint,
  passed: readonly Passed[],
  { timeoutMs }: RestOptions,
): Promise<readonly Passed[]> {
  return new Promise((resolve) => {
    let still = passed;
    const finish = (): void => {
      clearTimeout(timer);
      // First: its close is told, too.
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

function standing(name: string, still: readonly Passed[], jobs: readonly Job[]): Check {
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
  return { name, outcome: 'failed', detail: `old: chain ${chains.join('; ')}`, remedy };
}
