/**
 * The test that a device must pass before it mines: a short range in which the oracle knows exactly one find.
 * Made by create-self-test.ts, with the oracle; judged here, without it.
 * @module
 */
import type { NonceRange, SearchResult } from './search.js';

/** A range, and its only find. */
export interface SelfTest {
  readonly range: NonceRange;
  readonly find: bigint;
}

/**
 * What is wrong with a kernel's answer to a self-test.
 * @returns undefined if nothing is
 */
export function selfTestFault(selfTest: SelfTest, result: SearchResult): string | undefined {
  const { finds, overflow } = result;
  if (finds.length === 1 && finds[0] === selfTest.find && overflow === 0) return undefined;
  return `self-test: expected to find ${selfTest.find}, got ${finds.join(', ') || 'nothing'}${overflow > 0 ? ` and ${overflow} more` : ''}`;
}
