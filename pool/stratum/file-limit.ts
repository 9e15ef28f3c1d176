/**
 * How many files, and so connections, this process may have open.
 * @module
 */
import { readFileSync } from 'node:fs';
import { counted } from '../../protocol/quantity-text.js';

/** Open files that are not miners' connections: the store, nodes, the journal, HTTP clients. */
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

/** The present limit of this process: Node.js raises it as far as it may at its start. Undefined on all systems except Linux. */
export function readFileLimit(): number | undefined {
  try {
    return parseFileLimit(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return undefined;
  }
}

/** Connections that fit into a limit of open files, beside the other files. */
export function connectionsWithin(fileLimit: number): number {
  return Math.max(0, fileLimit - RESERVED_FILES);
}

/** What is to be said where a limit of open files allows fewer connections than may be made; undefined where it does not. */
export function fileLimitWarning(fileLimit: number, maxConnections: number): string | undefined {
  const possible = connectionsWithin(fileLimit);
  if (possible >= maxConnections) return undefined;
  return `the limit of open files is ${fileLimit}: ${counted(Math.max(1, possible), 'miner')} may connect, not ${maxConnections} (ulimit -n ${maxConnections + RESERVED_FILES} allows them)`;
}
