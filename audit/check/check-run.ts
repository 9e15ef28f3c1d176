/**
 * What can be told of a run, and of an account's part of it, from what the pool says of them: nothing else is asked here.
 * @module
 */
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import type { MinerRunAnswer, RunAnswer } from '../audit-answers.js';
import { isInTable, type Row, type Run, type RunTable, runRoot, tableText } from '../audit-run.js';
import { headOf } from '../audit-tree.js';
import { creditOf, mostRemainder, sumsOf } from '../credit.js';

/**
 * Where a pool is not right. `chain`: runs are not chained, or told otherwise than before. `root`: a run or a row does not belong to its
 * root. `sums`: credits, fee and remainder are not the rewards. `window`: a block is shared out by no window, or one that its scheme does not
 * give. `twice`: a block is in two runs. `work`: less work counts than was acknowledged. `credit`: the account was credited something else.
 * `reward`: a block brought something else. `hidden`: a block brought something, and is in no run.
 */
export type FaultKind =
  | 'chain'
  | 'root'
  | 'sums'
  | 'window'
  | 'twice'
  | 'work'
  | 'credit'
  | 'reward'
  | 'hidden';

export interface Fault {
  readonly kind: FaultKind;
  /** Number of the run, where it is of one. */
  readonly run?: number;
  /** Hash of the block, where it is of one. */
  readonly block?: string;
  /** For people. */
  readonly message: string;
}

/** A run by itself. @param asked - its number */
export function checkRun(answer: RunAnswer, asked: number): Fault[] {
  const { run, root, before, head } = answer;
  const { number } = run.facts;
  if (number !== asked)
    return [
      { kind: 'chain', run: asked, message: `run ${asked} is asked for, and the pool tells run ${number}` },
    ];
  const computed = runRoot(run);
  const faults: Fault[] = [];
  const add = (kind: FaultKind, message: string): void => {
    faults.push({ kind, run: number, message });
  };
  if (bytesToHex(computed) !== root) add('root', `run ${number}: what it says does not have its root`);
  if (bytesToHex(headOf(hexToBytes(before), number, hexToBytes(root))) !== head)
    add('chain', `run ${number}: its head does not follow from its root and the head before it`);
  for (const message of faultsOfSums(run)) add('sums', message);
  return [...faults, ...faultsOfWindows(run)];
}

function* faultsOfSums(run: Run): Generator<string> {
  const { number, credits, fee, remainder } = run.facts;
  const sums = sumsOf(run);
  if (fee !== sums.fee) yield `run ${number}: its fee is ${fee}, by its blocks ${sums.fee} attoALPH`;
  if (credits + fee + remainder !== sums.rewards)
    yield `run ${number}: credits, fee and remainder are ${credits + fee + remainder}, its blocks brought ${sums.rewards} attoALPH`;
  const most = mostRemainder(run);
  if (remainder > most)
    yield `run ${number}: ${remainder} attoALPH are left over, rounding explains at most ${most}`;
}

function faultsOfWindows({ facts: { number, scheme }, tables, blocks }: Run): Fault[] {
  const byKey = new Map(tables.map((table) => [table.key, table]));
  return blocks.flatMap(({ hash, by }): Fault[] => {
    const isFinders = 'finder' in by;
    if (isFinders === (scheme === 'solo')) {
      if (isFinders) return [];
      const finds = byKey.get(by.table)?.finds ?? [];
      if (finds.some(([find, window]) => find === hash && window === by.window)) return [];
    }
    const message = `run ${number}: block ${hash} is shared out by a window that is not its own`;
    return [{ kind: 'window', run: number, block: hash, message }];
  });
}

/** An account's part of a run. @param run - checked */
export function checkPart({ facts, tables }: Run, part: MinerRunAnswer, account: string): Fault[] {
  const { number } = facts;
  const fault = (message: string): Fault[] => [{ kind: 'root', run: number, message }];
  if (part.number !== number || part.account !== account)
    return fault(`run ${number}: the pool tells of another account or run`);
  const byKey = new Map(tables.map((table) => [table.key, table]));
  const seen = new Set<string>();
  return part.rows.flatMap(({ table: key, row, proof }) => {
    const table = byKey.get(key);
    if (table === undefined || seen.has(key))
      return fault(`run ${number}: a row is of table ${key}, which the run does not have, or twice`);
    seen.add(key);
    if (row.work.length !== table.windows.length || !isInTable(row, proof, table))
      return fault(`run ${number}: the row of table ${key} does not belong to the table's root`);
    const over = row.work.findIndex((work, window) => work > table.windows[window]!.total);
    if (over >= 0)
      return fault(`run ${number}: table ${key}: more work than all accounts have in window ${over}`);
    return [];
  });
}

/** Rows of a part, by key of their table. */
export function rowsOf({ rows }: MinerRunAnswer): ReadonlyMap<string, Row> {
  return new Map(rows.map(({ table, row }) => [table, row]));
}

/** What a run owes an account by its part, attoALPH. */
export function creditOfPart(run: Run, part: MinerRunAnswer): bigint {
  return creditOf(run, part.account, rowsOf(part));
}

/** Whether runs tell the same of what they have in common. */
export class RunsTogether {
  readonly #tables = new Map<string, string>();
  readonly #blocks = new Map<string, number>();

  /** @param run - that was not added before */
  add({ facts: { number }, tables, blocks }: Run): Fault[] {
    const faults = tables.flatMap((table) => this.#addTable(table, number));
    for (const { hash } of blocks) {
      const before = this.#blocks.get(hash);
      if (before !== undefined)
        faults.push({
          kind: 'twice',
          run: number,
          block: hash,
          message: `block ${hash} is in run ${before} and in run ${number}`,
        });
      this.#blocks.set(hash, number);
    }
    return faults;
  }

  /** Number of the run that a block is in. */
  runOf(hash: string): number | undefined {
    return this.#blocks.get(hash);
  }

  #addTable(table: RunTable, number: number): Fault[] {
    const text = tableText(table);
    const before = this.#tables.get(table.key);
    this.#tables.set(table.key, text);
    if (before === undefined || before === text) return [];
    return [
      {
        kind: 'root',
        run: number,
        message: `run ${number}: table ${table.key} is another one than in a run before`,
      },
    ];
  }
}
