/**
 * An audit of a pool for one account: run by run, newest first, then what they come to together.
 * @module
 */

import { bytesToHex } from '../../protocol/bytes.js';
import { boundsOf, type ClaimedWindow, isShort, type WorkBounds } from '../acknowledged-work.js';
import type { ChainAnswer, MinerRunAnswer, RunAnswer } from '../audit-answers.js';
import type { Run } from '../audit-run.js';
import { NO_HEAD } from '../audit-tree.js';
import type { AcknowledgedShares } from '../work-log-text.js';
import { checkPart, checkRun, creditOfPart, type Fault, RunsTogether, rowsOf } from './check-run.js';

/** Whom a pool is asked. Each rejects if it can't be, or answers what is none; undefined where it has no such run. */
export interface AuditSource {
  chain(): Promise<ChainAnswer>;
  run(number: number): Promise<RunAnswer | undefined>;
  minerRun(number: number): Promise<MinerRunAnswer | undefined>;
}

export interface AuditTerms {
  /** Hex of the account's lockup script. */
  readonly account: string;
  /** Runs that were made before are left out, ms since the epoch. */
  readonly sinceMs: number;
  /**
   * What the pool has acknowledged in a time; undefined if that is not known.
   * @param fromMs, toMs - ms since the epoch; more than that does no harm
   */
  readonly shares: ((fromMs: number, toMs: number) => Promise<readonly AcknowledgedShares[]>) | undefined;
  /** Most by which the clocks of miner and pool may differ, ms. */
  readonly toleranceMs: number;
  /** A head that was seen before. */
  readonly known: KnownHead | undefined;
  /** A run was looked at; so many are left at most. */
  readonly onProgress: (number: number, left: number) => void;
}

export interface KnownHead {
  readonly number: number;
  readonly head: string;
}

/** Runs that are asked for at a time. */
const AT_ONCE = 8;

/** Most runs of an audit. */
const MAX_RUNS_IN_AUDIT = 5_000;

/** Shares of so long around the windows matter, too: their answers may have come late, ms. */
const AROUND_MS = 120_000;

/** What an audit has come to. */
export interface MinerAudit {
  readonly chain: ChainAnswer;
  /** Those that were looked at, newest first. */
  readonly runs: readonly Run[];
  /** What they owe the account, attoALPH. */
  readonly credit: bigint;
  /** Compared with the log; undefined without one or without windows. Its most is 0 where none of it is of the time of these runs. */
  readonly work: WorkBounds | undefined;
  /** What all its windows count of the account, expected hashes: work in two windows counts twice. */
  readonly claimed: bigint;
  /** Days (UTC) whose credits were compared with what was booked. */
  readonly days: number;
  /** Which blocks are in which run. */
  readonly together: RunsTogether;
  readonly faults: readonly Fault[];
}

/** @throws what `source` rejects with */
export async function auditMiner(source: AuditSource, terms: AuditTerms): Promise<MinerAudit> {
  const chain = await source.chain();
  const faults: Fault[] = [];
  const { runs, parts } = await readRuns(source, chain, terms, faults);
  const together = new RunsTogether();
  for (const run of runs.toReversed()) faults.push(...together.add(run));
  const windows = windowsOf(runs, parts);
  const work = await workOf(windows, terms);
  if (work !== undefined && isShort(work, windows.length)) faults.push(shortWork(work));
  const { days, wrong } = compareDays(runs, parts, chain.runs, terms.sinceMs);
  return {
    chain,
    runs,
    credit: [...parts].reduce((sum, [run, part]) => sum + creditOfPart(run, part), 0n),
    work,
    claimed: windows.reduce((sum, { work }) => sum + work, 0n),
    days,
    together,
    faults: [...faults, ...wrong],
  };
}

async function workOf(
  windows: readonly ClaimedWindow[],
  { shares, toleranceMs }: AuditTerms,
): Promise<WorkBounds | undefined> {
  if (shares === undefined || windows.length === 0) return undefined;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = 0;
  for (const { window } of windows) {
    fromMs = Math.min(fromMs, window.fromMs);
    toMs = Math.max(toMs, window.toMs);
  }
  const logged = await shares(fromMs - toleranceMs - AROUND_MS, toMs + toleranceMs + AROUND_MS);
  return boundsOf(windows, logged, toleranceMs);
}

interface ReadRuns {
  /** Newest first. */
  readonly runs: readonly Run[];
  readonly parts: ReadonlyMap<Run, MinerRunAnswer>;
}

/** Reads back to the time that is asked for, and to the head that is known, which may lie before it. */
async function readRuns(
  source: AuditSource,
  chain: ChainAnswer,
  { account, sinceMs, known, onProgress }: AuditTerms,
  faults: Fault[],
): Promise<ReadRuns> {
  const runs: Run[] = [];
  const parts = new Map<Run, MinerRunAnswer>();
  let head = chain.head;
  const gone = (number: number): void => {
    faults.push({
      kind: 'chain',
      run: number,
      message: `run ${number} is in the chain, and the pool does not tell of it`,
    });
  };
  if (known !== undefined && known.number > chain.runs)
    faults.push({
      kind: 'chain',
      message: `the pool tells of ${chain.runs} runs; there were ${known.number} before`,
    });
  let isPast = false;
  let next = chain.runs;
  while (next >= 1 && !(isPast && next < (known?.number ?? Number.POSITIVE_INFINITY))) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, next) }, (_, i) => next - i);
    const answers = await Promise.all(numbers.map((number) => source.run(number)));
    const inTime = answers.filter((answer) => answer !== undefined && answer.run.facts.timeMs >= sinceMs);
    const rows = new Map<number, MinerRunAnswer | undefined>(
      await Promise.all(
        inTime.map(async (answer) => {
          const { number } = answer!.run.facts;
          return [number, await source.minerRun(number)] as const;
        }),
      ),
    );
    for (const [i, answer] of answers.entries()) {
      const number = numbers[i]!;
      if (isPast && number < (known?.number ?? Number.POSITIVE_INFINITY)) break;
      next = number - 1;
      if (answer === undefined) {
        gone(number);
        return { runs, parts };
      }
      if (answer.head !== head)
        faults.push({
          kind: 'chain',
          run: number,
          message: `run ${number} is not the one that the chain has there`,
        });
      if (known?.number === number && known.head !== answer.head)
        faults.push({
          kind: 'chain',
          run: number,
          message: `run ${number} or one before it is told otherwise than before: its head was ${known.head}, and is ${answer.head}`,
        });
      head = answer.before;
      const { run } = answer;
      isPast ||= run.facts.timeMs < sinceMs || runs.length >= MAX_RUNS_IN_AUDIT;
      faults.push(...checkRun(answer, number));
      if (run.facts.pool !== chain.pool)
        faults.push({ kind: 'chain', run: number, message: `run ${number} is of pool ${run.facts.pool}` });
      onProgress(number, next);
      if (isPast) continue;
      runs.push(run);
      const part = rows.get(number);
      if (part === undefined) gone(number);
      else {
        parts.set(run, part);
        faults.push(...checkPart(run, part, account));
      }
    }
  }
  if (next === 0 && head !== bytesToHex(NO_HEAD))
    faults.push({ kind: 'chain', message: 'there must be a run before the first one' });
  return { runs, parts };
}

/** Each window once, also where several runs share its table. */
function windowsOf(runs: readonly Run[], parts: ReadonlyMap<Run, MinerRunAnswer>): ClaimedWindow[] {
  const windows = new Map<string, ClaimedWindow>();
  for (const run of runs) {
    const part = parts.get(run);
    if (part === undefined) continue;
    const rows = rowsOf(part);
    for (const { key, windows: all } of run.tables)
      for (const [i, window] of all.entries())
        windows.set(`${key} ${i}`, { window, work: rows.get(key)?.work[i] ?? 0n });
  }
  return [...windows.values()];
}

function shortWork({ least, claimed }: WorkBounds): Fault {
  const percent = Number(((least - claimed) * 10_000n) / least) / 100;
  return {
    kind: 'work',
    message: `the windows count ${claimed} hashes of work; what the pool acknowledged comes to at least ${least}: ${percent} % more`,
  };
}

/** Compares the credits of whole days with what was booked on them. */
function compareDays(
  runs: readonly Run[],
  parts: ReadonlyMap<Run, MinerRunAnswer>,
  last: number,
  sinceMs: number,
): { readonly days: number; readonly wrong: readonly Fault[] } {
  const byDay = new Map<string, { credit: bigint; part: MinerRunAnswer }>();
  for (const run of runs.toReversed()) {
    const part = parts.get(run);
    if (part === undefined) continue;
    const day = new Date(run.facts.timeMs).toISOString().slice(0, 10);
    const before = byDay.get(day)?.credit ?? 0n;
    // Told with the newest run, it is all of the day so far.
    byDay.set(day, { credit: before + creditOfPart(run, part), part });
  }
  const firstDay = new Date(sinceMs).toISOString().slice(0, 10);
  const isWhole = sinceMs % 86_400_000 === 0;
  const wrong: Fault[] = [];
  let days = 0;
  for (const [day, { credit, part }] of byDay) {
    const { earned, number, through } = part;
    // A run that was made since then is of the same day as the newest.
    if (earned === undefined || (number === last && through !== last)) continue;
    if (day === firstDay && !isWhole) continue;
    days++;
    if (credit !== earned)
      wrong.push({
        kind: 'credit',
        run: number,
        message: `${day}: ${earned} attoALPH were credited, by work they are ${credit}`,
      });
  }
  return { days, wrong };
}
