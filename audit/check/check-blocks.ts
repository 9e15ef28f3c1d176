/**
 * Blocks of a pool's runs, held against what a full node says: does each bring what it is shared out as, is each shared out by the window
 * that its scheme gives, and is any left out that paid the pool.
 * @module
 */
import type { Run, RunTable, RunWindow } from '../audit-run.js';
import type { Fault, RunsTogether } from './check-run.js';

/** A block that is paid for. */
export interface WitnessedBlock {
  readonly hash: string;
  readonly address: string;
  /** Net of what was burnt for it, attoALPH. */
  readonly amount: bigint;
  /** ms since the epoch. */
  readonly timestampMs: number;
  /** When it can be spent, ms since the epoch. */
  readonly lockTimeMs: number;
  /** Of its target; undefined where it is not known. */
  readonly expectedHashes: bigint | undefined;
}

export type WitnessedEarning =
  | (WitnessedBlock & { readonly kind: 'main' | 'uncle' })
  | { readonly kind: 'none' | 'void' | 'unknown' };

/** A full node of the miner's choice. Each rejects if it can't be asked. */
export interface BlockWitness {
  /** For people. */
  readonly name: string;
  earning(hash: string): Promise<WitnessedEarning>;
  /** Blocks that main chains of a time pay for at some addresses. @param fromMs, toMs - ms since the epoch */
  paidBetween(
    fromMs: number,
    toMs: number,
    addresses: ReadonlySet<string>,
  ): Promise<readonly WitnessedBlock[]>;
}

/** A block that the miner itself found for the pool. */
export interface OwnBlock {
  readonly hash: string;
  /** When the pool said yes to its share, ms since the epoch. */
  readonly atMs: number;
}

export interface BlockTerms {
  readonly own: readonly OwnBlock[];
  /** Time after which a reward that can be spent must be in a run, ms. */
  readonly lateMs: number;
  /** ms since the epoch. */
  readonly nowMs: number;
  /** Longest time of the chains that is searched for hidden blocks, the newest, ms. */
  readonly searchMs: number;
  /** Whether a block is in a sealed run of before those that were looked at. */
  isSettled(hash: string): Promise<boolean>;
  readonly onProgress: (message: string) => void;
}

export interface BlockAudit {
  /** Of the runs, that were asked for. */
  readonly blocks: number;
  /** Windows whose size was compared with a target. */
  readonly windows: number;
  /** Time of the chains that was searched, ms. */
  readonly searchedMs: number;
  /** Blocks of the miner that must be in a run, and are. */
  readonly own: number;
  readonly faults: readonly Fault[];
}

/** Blocks that are asked for at a time. */
const AT_ONCE = 4;

/** Time of the chains that is asked for at a time, ms: some 2.5 MB of the main network. */
const SEARCHED_AT_ONCE_MS = 300_000;

/** Most hidden blocks that are named. */
const MAX_NAMED_BLOCKS = 20;

/** Expected hashes of a block's target that a PPLNS window holds, and what of it may lack: work of workers that are forgotten. */
const PPLNS_BLOCKS = 2n;
const LACKING = 100n;

/** @throws what the witness rejects with */
export async function auditBlocks(
  runs: readonly Run[],
  together: RunsTogether,
  witness: BlockWitness,
  terms: BlockTerms,
): Promise<BlockAudit> {
  const faults: Fault[] = [];
  const seen = new Map<string, WitnessedBlock>();
  const all = runs.flatMap((run) => run.blocks.map((block) => ({ run: run.facts.number, ...block })));
  for (let at = 0; at < all.length; at += AT_ONCE) {
    terms.onProgress(`blocks: ${at} of ${all.length}`);
    const some = all.slice(at, at + AT_ONCE);
    const earnings = await Promise.all(some.map(({ hash }) => witness.earning(hash)));
    for (const [i, earning] of earnings.entries()) {
      const { hash, reward, run } = some[i]!;
      if ('amount' in earning) seen.set(hash, earning);
      const message = faultOfReward(hash, reward, earning, witness.name);
      if (message !== undefined) faults.push({ kind: 'reward', run, block: hash, message });
    }
  }
  const sizes = checkSizes(runs, seen);
  const hidden = await findHidden([...seen.values()], together, witness, terms);
  const own = await checkOwn(together, witness, terms);
  const named = new Map([...hidden.faults, ...own.faults].map((fault) => [fault.block, fault]));
  return {
    blocks: all.length,
    windows: sizes.windows,
    searchedMs: hidden.searchedMs,
    own: own.settled,
    faults: [...faults, ...sizes.faults, ...shortened([...named.values()])],
  };
}

/** The first ones, and how many more there are. */
function shortened(hidden: readonly Fault[]): readonly Fault[] {
  const more = hidden.length - MAX_NAMED_BLOCKS;
  if (more <= 0) return hidden;
  const message = `${more} more blocks paid the pool, and are in no run`;
  return [...hidden.slice(0, MAX_NAMED_BLOCKS), { kind: 'hidden', message }];
}

function faultOfReward(
  hash: string,
  reward: bigint,
  earning: WitnessedEarning,
  name: string,
): string | undefined {
  if (earning.kind === 'unknown') return `block ${hash} is shared out, and ${name} does not have it`;
  if (!('amount' in earning))
    return `block ${hash} is shared out as ${reward} attoALPH; ${name} says that it brought nothing`;
  if (earning.amount === reward) return undefined;
  return `block ${hash} is shared out as ${reward} attoALPH; ${name} says that it brought ${earning.amount}`;
}

/** A PPLNS window holds twice the expected hashes of the first of its finds by hash. */
function checkSizes(
  runs: readonly Run[],
  seen: ReadonlyMap<string, WitnessedBlock>,
): { readonly windows: number; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const checked = new Set<string>();
  for (const { facts, tables } of runs) {
    if (facts.scheme !== 'pplns') continue;
    for (const table of tables)
      for (const [at, window] of table.windows.entries()) {
        const expected = seen.get(firstFind(table, at))?.expectedHashes;
        const key = `${table.key} ${at}`;
        if (expected === undefined || checked.has(key)) continue;
        checked.add(key);
        const message = faultOfSize(window, PPLNS_BLOCKS * expected);
        if (message !== undefined)
          faults.push({
            kind: 'window',
            run: facts.number,
            message: `run ${facts.number}: window ${at} of table ${table.key} ${message}`,
          });
      }
  }
  return { windows: checked.size, faults };
}

function firstFind({ finds }: RunTable, window: number): string {
  const hashes = finds.flatMap(([hash, its]) => (its === window ? [hash] : []));
  return hashes.sort()[0] ?? '';
}

/** A pool that is younger than its window has less: then all of the oldest slice counts. */
function faultOfSize({ part, of, total }: RunWindow, wanted: bigint): string | undefined {
  const isLess = part !== of && total < wanted - wanted / LACKING;
  if (total <= wanted && !isLess) return undefined;
  return `holds ${total} hashes, by its block's target ${wanted}`;
}

/** Looks for blocks that pay the addresses which the runs' blocks pay, and are in no run. */
async function findHidden(
  seen: readonly WitnessedBlock[],
  together: RunsTogether,
  witness: BlockWitness,
  { lateMs, nowMs, searchMs, isSettled, onProgress }: BlockTerms,
): Promise<{ readonly searchedMs: number; readonly faults: readonly Fault[] }> {
  if (seen.length === 0) return { searchedMs: 0, faults: [] };
  const addresses = new Set(seen.map(({ address }) => address));
  const lockMs = seen.reduce(
    (least, { lockTimeMs, timestampMs }) => Math.min(least, lockTimeMs - timestampMs),
    Number.POSITIVE_INFINITY,
  );
  const toMs = nowMs - lateMs - Math.max(0, lockMs);
  const oldestMs = seen.reduce((least, { timestampMs }) => Math.min(least, timestampMs), toMs);
  const fromMs = Math.max(oldestMs, toMs - searchMs);
  const faults: Fault[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += SEARCHED_AT_ONCE_MS) {
    onProgress(
      `search: ${Math.round((atMs - fromMs) / 60_000)} of ${Math.round((toMs - fromMs) / 60_000)} min`,
    );
    const endMs = Math.min(toMs, atMs + SEARCHED_AT_ONCE_MS) - 1;
    for (const block of await witness.paidBetween(atMs, endMs, addresses)) {
      if (!isDue(block, lateMs, nowMs) || together.runOf(block.hash) !== undefined) continue;
      if (!(await isSettled(block.hash))) faults.push(hiddenFault(block, ''));
    }
  }
  return { searchedMs: Math.max(0, toMs - fromMs), faults };
}

/** The miner's own finds, wherever they pay. */
async function checkOwn(
  together: RunsTogether,
  witness: BlockWitness,
  { own, lateMs, nowMs, isSettled }: BlockTerms,
): Promise<{ readonly settled: number; readonly faults: readonly Fault[] }> {
  let settled = 0;
  const faults: Fault[] = [];
  for (const { hash } of own) {
    if (together.runOf(hash) !== undefined) {
      settled++;
      continue;
    }
    const earning = await witness.earning(hash);
    if (!('amount' in earning) || !isDue(earning, lateMs, nowMs)) continue;
    if (await isSettled(hash)) settled++;
    else faults.push(hiddenFault(earning, ', which this miner found,'));
  }
  return { settled, faults };
}

function isDue({ lockTimeMs, amount }: WitnessedBlock, lateMs: number, nowMs: number): boolean {
  return amount > 0n && lockTimeMs + lateMs < nowMs;
}

function hiddenFault({ hash, address, amount, lockTimeMs }: WitnessedBlock, whose: string): Fault {
  const since = new Date(lockTimeMs).toISOString();
  const message = `block ${hash}${whose} paid ${amount} attoALPH to ${address}, which can be spent since ${since}: it is in no run`;
  return { kind: 'hidden', block: hash, message };
}
