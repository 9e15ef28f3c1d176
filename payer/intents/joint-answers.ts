/**
 * What several nodes say together, each of which is believed. Whatever money is moved for, all of them must have said.
 * @module
 */
import type { AddressOutputs } from '../../node/rest-outputs.js';
import type { BlockStanding, TransactionStatus } from '../../node/rest-transactions.js';

/**
 * The standing of a transaction. In a block it is where one node says so, with as few confirmations as any node has: none where another does
 * not have it. Unknown it is where no node knows it.
 * @param answers - at least one
 * @returns undefined if they contradict each other: one says that it counts, another that it has lost
 */
export function jointStatus(answers: readonly TransactionStatus[]): TransactionStatus | undefined {
  const kinds = new Set(answers.map(({ kind }) => kind));
  if (kinds.has('confirmed') && kinds.has('conflicted')) return undefined;
  const first = answers.find((answer) => 'blockHash' in answer);
  if (first !== undefined) return { ...first, ...leastOf(answers) };
  return { kind: kinds.has('pooled') ? 'pooled' : 'unknown' };
}

function leastOf(answers: readonly TransactionStatus[]): Omit<BlockStanding, 'blockHash'> {
  const least = (of: (standing: BlockStanding) => number): number =>
    Math.min(...answers.map((answer) => ('blockHash' in answer ? of(answer) : 0)));
  return {
    chainConfirmations: least(({ chainConfirmations }) => chainConfirmations),
    fromGroupConfirmations: least(({ fromGroupConfirmations }) => fromGroupConfirmations),
    toGroupConfirmations: least(({ toGroupConfirmations }) => toGroupConfirmations),
  };
}

/** What nodes have of some outputs of an address. */
export interface JointOutputs {
  /** Those that every node has. */
  readonly there: ReadonlySet<string>;
  /** Whether no node has any of them, and no transaction that waits is the reason. */
  readonly allGone: boolean;
  /** Whether no node has any of them. */
  readonly noneSeen: boolean;
}

/** @param keys - of the outputs in question @param answers - at least one, all complete */
export function jointOutputs(keys: readonly string[], answers: readonly AddressOutputs[]): JointOutputs {
  const lists = answers.map(({ outputs }) => new Set(outputs.map(({ key }) => key)));
  const noneSeen = !keys.some((key) => lists.some((list) => list.has(key)));
  return {
    there: new Set(keys.filter((key) => lists.every((list) => list.has(key)))),
    allGone: noneSeen && answers.every(({ onChain }) => onChain),
    noneSeen,
  };
}
