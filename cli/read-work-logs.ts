/**
 * Work logs of `lesswork mine --work-log`, as far as they are of one address.
 * @module
 */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnBlock } from '../audit/check/check-blocks.js';
import { type AcknowledgedShares, decodeWorkLogLine, type WorkLogEntry } from '../audit/work-log-text.js';
import { systemErrorText } from '../protocol/system-error-text.js';

/** Bytes that are read at a time. */
const PIECE_BYTES = 65_536;

/** Most shares that are held. */
const MAX_SHARES = 5_000_000;

const FILE_NAME = /^work-\d{4}-\d{2}-\d{2}\.log$/;

/** What logs have of an address at one pool. */
export interface LoggedWork {
  readonly shares: AcknowledgedShares[];
  readonly blocks: OwnBlock[];
}

export interface WorkLogs {
  /** By the pool's name, as the miner was told it. */
  readonly byPool: ReadonlyMap<string, LoggedWork>;
  /** Lines that are not what was written. */
  readonly damaged: number;
}

/**
 * @param paths - folders of `--work-log`, or files of them
 * @param isOurs - whether a user name is of the address
 * @param fromMs - what was acknowledged before is left out, ms since the epoch
 * @throws Error with the path if one can't be read, or there is too much
 */
export async function readWorkLogs(
  paths: readonly string[],
  isOurs: (user: string) => boolean,
  fromMs: number,
): Promise<WorkLogs> {
  const byPool = new Map<string, LoggedWork>();
  const ours = new Map<string, boolean>();
  let damaged = 0;
  let count = 0;
  const take = ({ pool, user, shares, blocks }: WorkLogEntry): void => {
    let isOne = ours.get(user);
    if (isOne === undefined) {
      isOne = isOurs(user);
      ours.set(user, isOne);
    }
    const last = shares.at(-1);
    if (!isOne || last === undefined || last.answeredMs < fromMs) return;
    const logged = byPool.get(pool) ?? { shares: [], blocks: [] };
    byPool.set(pool, logged);
    logged.shares.push(...shares);
    for (const hash of blocks) logged.blocks.push({ hash, atMs: last.answeredMs });
    count += shares.length;
    if (count > MAX_SHARES)
      throw new RangeError(`more than ${MAX_SHARES} shares: a later --since takes fewer`);
  };
  for (const file of await workLogFiles(paths)) {
    try {
      for await (const line of linesOf(file)) {
        if (line === '') continue;
        const entry = decodeWorkLogLine(line);
        if (entry === undefined) damaged++;
        else take(entry);
      }
    } catch (error) {
      throw new Error(`${file}: ${error instanceof RangeError ? error.message : systemErrorText(error)}`);
    }
  }
  return { byPool, damaged };
}

/** Files of each day, each once. @throws Error with the path if there are none */
export async function workLogFiles(paths: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    try {
      if (!(await stat(path)).isDirectory()) {
        files.add(path);
        continue;
      }
      const names = (await readdir(path)).filter((name) => FILE_NAME.test(name)).sort();
      if (names.length === 0)
        throw new RangeError('expected files of --work-log, such as work-2026-11-30.log');
      for (const name of names) files.add(join(path, name));
    } catch (error) {
      throw new Error(`${path}: ${error instanceof RangeError ? error.message : systemErrorText(error)}`);
    }
  }
  return [...files];
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await open(path, 'r');
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    let rest = '';
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES);
      if (bytesRead === 0) break;
      // Lines are ASCII; others are damaged whatever they hold.
      const lines = (rest + piece.toString('latin1', 0, bytesRead)).split('\n');
      rest = lines.pop()!.slice(-PIECE_BYTES);
      yield* lines;
    }
    if (rest !== '') yield rest;
  } finally {
    await file.close();
  }
}
