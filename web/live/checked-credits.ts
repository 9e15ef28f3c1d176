/**
 * Credits of blocks, asked of the pool and checked here. What is sealed never changes: each is asked for once.
 * @module
 */
import { AuditAnswerError } from '../../audit/answer-fields.js';
import { type AskedCredit, faultOfCredit, parseBlockCredit } from '../../audit/credit-proof.js';
import { ask } from './ask.js';
import type { PoolLink } from './pool-link.js';

export type CheckedCredit = {
  /** attoALPH. */
  readonly amount?: bigint;
  /** Part of the work of all in its window. */
  readonly part?: number;
} & (
  | {
      readonly kind: 'proven';
      readonly run: number;
      /** Of the chain of runs, 64 hex digits. */
      readonly head: string;
    }
  /** Without work there is nothing to be shown, and nothing credited. */
  | { readonly kind: 'nothing' | 'notSettled' | 'unknown' }
  | { readonly kind: 'wrong'; readonly fault: string }
);

/** Credits that are remembered; beyond, the oldest is forgotten. */
const MOST_KEPT = 500;

/** Requests at a time: a page of them comes one after the other, as one reads. */
const AT_ONCE = 2;

const kept = new Map<string, CheckedCredit>();
const waiting: (() => void)[] = [];
let running = 0;

/** Never rejects. @param path - in the API */
export async function checkedCredit(
  link: PoolLink,
  path: string,
  asked: AskedCredit,
): Promise<CheckedCredit> {
  const known = kept.get(path);
  if (known !== undefined) return known;
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    const checked = await check(link.urlOf(path), asked);
    if (checked.kind !== 'notSettled' && checked.kind !== 'unknown') {
      kept.set(path, checked);
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    }
    return checked;
  } finally {
    running--;
    waiting.shift()?.();
  }
}

async function check(url: URL, asked: AskedCredit): Promise<CheckedCredit> {
  const { value, trouble } = await ask<unknown>(url);
  if (trouble !== undefined)
    return {
      kind: trouble.kind === 'refused' && trouble.code === 'notSettled' ? 'notSettled' : 'unknown',
    };
  return checkAnswer(value, asked);
}

/** @param value - what the pool said */
export function checkAnswer(value: unknown, asked: AskedCredit): CheckedCredit {
  try {
    const answer = parseBlockCredit(value);
    const fault = faultOfCredit(answer, asked);
    if (fault !== undefined) return { kind: 'wrong', fault };
    const { credit: amount, row, table, block, facts, head } = answer;
    if (row === undefined && 'table' in block.by) return { kind: 'nothing', amount };
    const at = 'table' in block.by ? block.by.window : 0;
    const total = table?.windows[at]?.total ?? 0n;
    return {
      kind: 'proven',
      amount,
      ...(total > 0n && row && { part: Number(row.row.work[at]) / Number(total) }),
      run: facts.number,
      head,
    };
  } catch (error) {
    if (error instanceof AuditAnswerError) return { kind: 'wrong', fault: error.message };
    throw error;
  }
}
