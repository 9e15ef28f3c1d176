/**
 * What an audit has come to, in words and in JSON.
 * @module
 */
import type { MinerAudit } from '../audit/check/audit-miner.js';
import type { BlockAudit } from '../audit/check/check-blocks.js';
import type { Fault } from '../audit/check/check-run.js';
import { alphText } from '../protocol/alph-text.js';
import { counted, formatDuration } from '../protocol/quantity-text.js';

/** All that an audit looked at. */
export interface AuditResult {
  readonly address: string;
  readonly sinceMs: number;
  readonly miner: MinerAudit;
  /** Undefined without a node. */
  readonly blocks: BlockAudit | undefined;
  readonly node: string | undefined;
  /** Names of the pool in the log; undefined without one. */
  readonly logged: readonly string[] | undefined;
  /** Lines of the log that are damaged. */
  readonly damaged: number;
  readonly known: { readonly number: number } | undefined;
  /** File in which the head is remembered; undefined without one. */
  readonly headsFile: string | undefined;
  readonly notices: readonly string[];
}

export function faultsOf({ miner, blocks }: AuditResult): readonly Fault[] {
  return [...miner.faults, ...(blocks?.faults ?? [])];
}

/** Whether nothing was there to be looked at. */
export function isNothing(result: AuditResult): boolean {
  return result.miner.runs.length === 0 && faultsOf(result).length === 0;
}

/** Lines for people. */
export function* describeAudit(result: AuditResult): Generator<string> {
  const { miner, sinceMs, address, notices } = result;
  const { chain, runs, credit, days } = miner;
  const inRuns = runs.reduce((sum, { blocks }) => sum + blocks.length, 0);
  yield `pool ${chain.pool}: ${counted(runs.length, 'settlement run')} since ${new Date(sinceMs).toISOString()}, with ${counted(inRuns, 'block')}; ${chain.runs} in all, head ${chain.head}`;
  for (const notice of notices) yield `note: ${notice}`;
  yield workLine(result);
  yield `credit: ${alphText(credit)} ALPH by the work that counts${days > 0 ? `; what was booked on ${counted(days, 'day')} is that` : '; no whole day to compare with what was booked'}`;
  yield blocksLine(result);
  yield result.known === undefined
    ? result.headsFile === undefined
      ? 'past: not compared with an earlier audit (--heads)'
      : `past: ${result.headsFile} had no earlier audit of this pool to compare with`
    : `past: as it was when the head of run ${result.known.number} was seen`;
  const faults = faultsOf(result);
  for (const { kind, message } of faults) yield `WRONG  ${kind}: ${message}`;
  if (isNothing(result)) yield 'NOTHING TO TELL: no settlement run was made since then';
  else
    yield faults.length === 0
      ? `right, as far as this can tell, for ${address}`
      : `NOT RIGHT for ${address}: ${counted(faults.length, 'fault')}`;
}

function workLine({ miner: { work, claimed, runs }, logged }: AuditResult): string {
  const counts = `work: ${claimed} hashes count for you in the windows of these runs`;
  if (logged === undefined) return `${counts}; not compared with what was acknowledged (--log)`;
  if (runs.length === 0 || work === undefined) return 'work: nothing to compare';
  if (work.most === 0n) return `${counts}; the log has nothing of their time`;
  return `${counts}; by the log they must be ${work.least} at least, and ${work.most} at most with this log alone`;
}

function blocksLine({ blocks, node }: AuditResult): string {
  if (blocks === undefined)
    return 'blocks: what they brought is as the pool says; no node was asked (--node)';
  const { windows, searchedMs, own } = blocks;
  const found = own > 0 ? `; ${own} that you found are there` : '';
  return `blocks: ${counted(blocks.blocks, 'block')} and the size of ${counted(windows, 'window')} compared with ${node}; ${formatDuration(searchedMs)} of the chains searched for blocks that are left out${found}`;
}

/** One object. */
export function auditJson(result: AuditResult): object {
  const { address, sinceMs, miner, blocks, node, logged, damaged, known, notices } = result;
  const { chain, runs, credit, work, claimed, days } = miner;
  const faults = faultsOf(result);
  return {
    type: 'audit',
    right: isNothing(result) ? undefined : faults.length === 0,
    address,
    pool: chain.pool,
    since: sinceMs,
    runs: runs.length,
    runsInAll: chain.runs,
    head: chain.head,
    blocks: runs.reduce((sum, run) => sum + run.blocks.length, 0),
    credit: `${credit}`,
    daysCompared: days,
    work: {
      counted: `${claimed}`,
      ...(work && work.most > 0n && { atLeast: `${work.least}`, atMost: `${work.most}` }),
    },
    ...(logged && { log: { pools: logged, damagedLines: damaged } }),
    ...(blocks && {
      node: {
        name: node,
        blocks: blocks.blocks,
        windows: blocks.windows,
        searchedMs: blocks.searchedMs,
        ownBlocks: blocks.own,
      },
    }),
    ...(known && { knownRun: known.number }),
    notices,
    faults,
  };
}
