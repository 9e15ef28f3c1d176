/**
 * What a block brought an account, as a pool tells it, and whether it is shown: that block, table of work and row belong to the run
 * whose head the pool is bound to, and that the credit follows from them.
 * @module
 */
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { amountOf, countOf, hashOf, objectOf, textOf } from './answer-fields.js';
import {
  ACCOUNT,
  blockOf,
  branchOf,
  factsOf,
  type ProvenRow,
  provenRowOf,
  tableOf,
} from './audit-answers.js';
import {
  blockText,
  headOfRun,
  isInTable,
  type RunBlock,
  type RunFacts,
  type RunTable,
  runText,
  tableText,
} from './audit-run.js';
import { type Branch, leafOf, rootByBranch } from './audit-tree.js';
import { creditOf } from './credit.js';

export interface BlockCreditAnswer {
  readonly facts: RunFacts;
  /** Tables and blocks of the run: how many. */
  readonly tables: number;
  readonly blocks: number;
  /** 64 hex digits each. */
  readonly root: string;
  readonly before: string;
  readonly head: string;
  readonly block: RunBlock;
  /** By which it is shared out; undefined where it is its finder's. */
  readonly table: RunTable | undefined;
  readonly account: string;
  /** attoALPH. */
  readonly credit: bigint;
  /** Undefined where the account has no work in the table. */
  readonly row: ProvenRow | undefined;
  readonly branches: { readonly run: Branch; readonly table: Branch | undefined; readonly block: Branch };
}

/** What was asked for. */
export interface AskedCredit {
  readonly pool: string;
  /** `Account.key`. */
  readonly account: string;
  readonly hash: string;
}

/** @throws AuditAnswerError */
export function parseBlockCredit(value: unknown): BlockCreditAnswer {
  const json = objectOf(value, 'the credit of a block');
  const run = objectOf(json.run, 'its run');
  const branches = objectOf(json.branches, 'its branches');
  const account = textOf(json.account, ACCOUNT, 'account');
  return {
    facts: factsOf(run),
    tables: countOf(run.tables, 'tables'),
    blocks: countOf(run.blocks, 'blocks'),
    root: hashOf(json.root, 'root'),
    before: hashOf(json.before, 'before'),
    head: hashOf(json.head, 'head'),
    block: blockOf(json.block),
    table: json.table === undefined ? undefined : tableOf(json.table),
    account,
    credit: amountOf(json.credit, 'credit'),
    row: json.row === undefined ? undefined : provenRowOf(json.row, account),
    branches: {
      run: branchOf(branches.run),
      table: branches.table === undefined ? undefined : branchOf(branches.table),
      block: branchOf(branches.block),
    },
  };
}

/**
 * Whether the answer shows its credit.
 * @returns what is wrong, in words; undefined if all of it holds
 */
export function faultOfCredit(answer: BlockCreditAnswer, asked: AskedCredit): string | undefined {
  const { facts, tables, blocks, root, before, head, block, table, account, credit, row, branches } = answer;
  if (facts.pool !== asked.pool || account !== asked.account || block.hash !== asked.hash)
    return 'it is about another pool, address or block';
  const leaves = 1 + tables + blocks;
  const holds = (text: string, branch: Branch | undefined, from: number, to: number): boolean => {
    if (branch === undefined || branch.count !== leaves || branch.index < from || branch.index >= to)
      return false;
    const found = rootByBranch(leafOf(text), branch);
    return found !== undefined && bytesToHex(found) === root;
  };
  if (!holds(runText(facts, tables, blocks), branches.run, 0, 1))
    return 'its run does not belong to the root';
  if (!holds(blockText(block), branches.block, 1 + tables, leaves)) return 'its block is not in the run';
  if (bytesToHex(headOfRun(hexToBytes(before), facts.number, hexToBytes(root))) !== head)
    return 'the head does not follow from the root';
  if ('table' in block.by) {
    if (table === undefined || table.key !== block.by.table)
      return 'the work that it is shared out by is missing';
    if (!holds(tableText(table), branches.table, 1, 1 + tables)) return 'its table of work is not in the run';
    if (table.windows[block.by.window] === undefined) return 'its window of work is not in the table';
    if (row !== undefined) {
      if (row.table !== table.key || row.row.work.length !== table.windows.length)
        return 'the work of the address is of another table';
      if (!isInTable(row.row, row.proof, table)) return 'the work of the address is not in the table';
    }
  }
  const rows = new Map(row === undefined ? [] : [[row.table, row.row] as const]);
  const due = creditOf({ facts, tables: table === undefined ? [] : [table], blocks: [block] }, account, rows);
  return due === credit ? undefined : `the credit is ${credit}, and should be ${due}`;
}
