/**
 * `lesswork audit`: asks a pool, a node and the work log, and says whether they fit together.
 * @module
 */

import { auditMiner, type KnownHead } from '../audit/check/audit-miner.js';
import {
  auditBlocks,
  type BlockAudit,
  type BlockWitness,
  type OwnBlock,
} from '../audit/check/check-blocks.js';
import type { AcknowledgedShares } from '../audit/work-log-text.js';
import { fetchEarning, fetchPaidBetween } from '../node/block-earning.js';
import { endpointName, type GivenEndpoint, type NodeEndpoint, withRestPort } from '../node/endpoint.js';
import { fetchSynced } from '../node/rest.js';
import { accountOf } from '../pool/domain/account.js';
import type { Address } from '../protocol/address.js';
import { loweredEmission } from '../protocol/emission.js';
import { parseUserName } from '../protocol/stratum/user-name.js';
import { PoolApi } from './audit-source.js';
import { type AuditResult, auditJson, describeAudit, faultsOf, isNothing } from './audit-text.js';
import { type KnownHeads, readHeads, writeHeads } from './known-heads.js';
import { readWorkLogs, workLogFiles } from './read-work-logs.js';

const DAY_MS = 86_400_000;

/** A node's answer, ms: five minutes of blocks take it some 200. */
const NODE_ANSWER_MS = 60_000;

/** Clocks that differ by less are told by an answer no better, ms. */
const DATE_STEP_MS = 1_500;

/** Time between two words about how far it is, ms. */
const PROGRESS_MS = 2_000;

/** The exit codes. */
const RIGHT = 0;
const NOT_RIGHT = 1;
const NOT_TOLD = 2;

/** What is audited, and by what. */
export interface AuditOptions {
  readonly pool: URL;
  readonly poolId?: string;
  readonly address: Address;
  readonly log?: readonly string[];
  readonly stratum?: readonly string[];
  readonly node?: GivenEndpoint;
  readonly restPort: number;
  readonly apiKey: string | undefined;
  /** ms since the epoch; a day ago if left out. */
  readonly since?: number;
  readonly clockTolerance: number;
  readonly late: number;
  readonly search: number;
  readonly heads?: string;
  readonly polwShift: number;
  readonly json: boolean;
}

/** @returns the exit code */
export async function runAudit(options: AuditOptions): Promise<number> {
  try {
    const result = await audit(options);
    const lines = options.json ? [JSON.stringify(auditJson(result))] : [...describeAudit(result)];
    process.stdout.write(`${lines.join('\n')}\n`);
    if (isNothing(result)) return NOT_TOLD;
    return faultsOf(result).length === 0 ? RIGHT : NOT_RIGHT;
  } catch (error) {
    process.stderr.write(`lesswork: ${error instanceof Error ? error.message : String(error)}\n`);
    return NOT_TOLD;
  }
}

async function audit(options: AuditOptions): Promise<AuditResult> {
  const { address, pool, poolId, heads: headsFile, late, search, node: given } = options;
  const account = accountOf(address).key;
  const sinceMs = options.since ?? Date.now() - DAY_MS;
  const heads: KnownHeads = headsFile === undefined ? new Map() : await readHeads(headsFile);
  if (options.log !== undefined) await workLogFiles(options.log);
  const witness = given && (await witnessOf(withRestPort(given, options.restPort), options));
  const api = new PoolApi(pool, address.text, poolId);
  const tell = progressTeller();
  // What was not in a run by then is missing; what came into one since then is not looked at.
  const nowMs = Date.now();
  const chain = await api.chain();
  const headName = `${pool} ${chain.pool}`;
  const known: KnownHead | undefined = heads.get(headName);
  const notices: string[] = [];
  const log = options.log && new AccountLog(options.log, account, options.stratum ?? [], pool.hostname);
  const miner = await auditMiner(api, {
    account,
    sinceMs,
    shares: log && ((fromMs) => log.shares(fromMs)),
    toleranceMs: options.clockTolerance + clocksApart(api.clocksMs, notices),
    known,
    onProgress: (number) => tell(`run ${number} of ${chain.runs}`),
  });
  if (log !== undefined) notices.push(...log.notices);
  if (log !== undefined && log.damaged > 0)
    notices.push(`${log.damaged} lines of the log are damaged, and left out`);
  const oldest = miner.runs.at(-1)?.facts.number ?? 1;
  let blocks: BlockAudit | undefined;
  if (witness !== undefined)
    blocks = await auditBlocks(miner.runs, miner.together, witness, {
      own: log === undefined ? [] : await log.blocks(sinceMs),
      lateMs: late,
      nowMs,
      searchMs: search,
      isSettled: (hash) => api.isSettled(hash, oldest),
      onProgress: tell,
    });
  const isChained = miner.faults.every(({ kind }) => kind !== 'chain');
  if (headsFile !== undefined && isChained)
    await writeHeads(
      headsFile,
      new Map([...heads, [headName, { number: miner.chain.runs, head: miner.chain.head }]]),
    );
  return {
    address: address.text,
    sinceMs,
    miner,
    blocks,
    node: witness?.name,
    logged: log?.names,
    damaged: log?.damaged ?? 0,
    known,
    headsFile,
    notices,
  };
}

/** @returns by how much the tolerance is to grow, ms */
function clocksApart(clocksMs: number, notices: string[]): number {
  const apartMs = Math.abs(clocksMs);
  if (apartMs <= DATE_STEP_MS) return 0;
  notices.push(
    `the clock here and that of the pool differ by some ${Math.round(apartMs / 1_000)} s: the log is compared less sharply`,
  );
  return apartMs;
}

/** @throws Error if the node is not synced, or can't be asked */
async function witnessOf(endpoint: NodeEndpoint, { apiKey, polwShift }: AuditOptions): Promise<BlockWitness> {
  const emission = loweredEmission(polwShift);
  const rest = { apiKey, timeoutMs: NODE_ANSWER_MS };
  const name = endpointName({ host: endpoint.host, port: endpoint.restPort });
  if (!(await fetchSynced(endpoint, rest))) throw new Error(`${name}: the node is not synced`);
  return {
    name: `node ${name}`,
    earning: (hash) => fetchEarning(endpoint, hash, emission, rest),
    paidBetween: (fromMs, toMs, addresses) =>
      fetchPaidBetween(endpoint, fromMs, toMs, emission, (address) => addresses.has(address), rest),
  };
}

/** What the logs have of the account at this pool. */
class AccountLog {
  readonly #paths: readonly string[];
  readonly #account: string;
  readonly #wanted: readonly string[];
  readonly #host: string;
  names: readonly string[] = [];
  readonly notices: string[] = [];
  damaged = 0;
  #blocks: readonly OwnBlock[] | undefined;

  /** @param wanted - names of the pool in the log; may be none @param host - of the pool's API */
  constructor(paths: readonly string[], account: string, wanted: readonly string[], host: string) {
    this.#paths = paths;
    this.#account = account;
    this.#wanted = wanted;
    this.#host = host;
  }

  async shares(fromMs: number): Promise<readonly AcknowledgedShares[]> {
    const { byPool, damaged } = await readWorkLogs(this.#paths, (user) => this.#isOurs(user), fromMs);
    this.damaged = damaged;
    this.names = this.#namesOf([...byPool.keys()]);
    const logged = this.names.flatMap((name) => byPool.get(name) ?? []);
    this.#blocks = logged.flatMap(({ blocks }) => blocks);
    return logged.flatMap(({ shares }) => shares);
  }

  async blocks(sinceMs: number): Promise<readonly OwnBlock[]> {
    if (this.#blocks === undefined) await this.shares(sinceMs - DAY_MS);
    return this.#blocks!;
  }

  #isOurs(user: string): boolean {
    const named = parseUserName(user);
    return named !== undefined && accountOf(named.address).key === this.#account;
  }

  /** @throws Error if it can't be known which pool of the log is this one */
  #namesOf(there: readonly string[]): readonly string[] {
    const missing = this.#wanted.find((name) => !there.includes(name));
    if (missing !== undefined)
      throw new Error(
        `--stratum: the log has nothing of ${missing}; it has: ${there.join(', ') || 'nothing'}`,
      );
    if (this.#wanted.length > 0) return this.#wanted;
    const sameHost = there.filter((name) => hostOf(name) === this.#host);
    if (sameHost.length > 0) return sameHost;
    if (there.length <= 1) {
      for (const name of there) this.notices.push(`what the log has of ${name} is taken for this pool's`);
      return there;
    }
    throw new Error(
      `the log has work for several pools: ${there.join(', ')}; name those that are this one with --stratum`,
    );
  }
}

/** Host of a pool's name: it may be `HOST:PORT` or a URL. */
function hostOf(name: string): string {
  return name
    .replace(/^[a-z+]+:\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/:\d+$/, '');
}

/** Tells how far it is on stderr, where people look at it, now and then. */
function progressTeller(): (message: string) => void {
  let toldMs = performance.now();
  return (message) => {
    if (!process.stderr.isTTY || performance.now() - toldMs < PROGRESS_MS) return;
    toldMs = performance.now();
    process.stderr.write(`${message}\n`);
  };
}
