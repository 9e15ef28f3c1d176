/**
 * How many files, and so connections, this process may have open.
 * @module
 */
import { readFileSync } from 'node:fs';

/** Files that are no miners: the store, nodes, the journal, HTTP clients. */
export const RESERVED_FILES = 256;

/**
 * The limit in the text of Linux' /proc/self/limits.
 * @returns Infinity for unlimited; undefined if the text has none
 */
export function parseFileLimit(text: string): number | undefined {
  const limit = /^Max open files +(\d+|unlimited) /m.exec(text)?.[1];
  if (limit === undefined) return undefined;
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}

/** The limit of this process, as it is now: Node.js raises it to what it may at its start. Undefined but on Linux. */
export function readFileLimit(): number | undefined {
  try {
    return parseFileLimit(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return undefined;
  }
}

/** Connections that fit a limit of open files, beside all else. */
export function connectionsWithin(fileLimit: number): number {
  return Math.max(0, fileLimit - RESERVED_FILES);
}
