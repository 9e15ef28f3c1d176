/**
 * Keeps what pools have acknowledged, in a folder with a file for each day (UTC): `lesswork audit` compares it with what they pay for.
 *
 * Each line counts by itself, and is appended in one write: miners of one machine may share a folder. What was not wholly written when a
 * machine stopped is cut off at the next start. Mining never waits for the disk.
 * @module
 */
import { appendFile, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AcknowledgedShares, encodeWorkLogLine, type WorkLogEntry } from '../../audit/work-log-text.js';
import { systemErrorText } from '../../protocol/system-error-text.js';
import type { MinerEvent } from '../core/events.js';

/** A line is written after so long, ms. */
const LINE_MS = 10_000;

/** Most entries of a line; beyond, shares of a longer time stand together. */
const MAX_SHARES_IN_LINE = 64;

/** Most blocks of a line: a miner that finds more within seconds is on a test network. */
const MAX_BLOCKS_IN_LINE = 64;

/** Most pools whose lines wait. */
const MAX_POOLS_WAITING = 16;

/** Files are kept for so many days, that of today included: rewards of the main network take nine hours until they are shared out. */
export const MAX_WORK_LOG_DAYS = 31;

/** Longest part of a file's end that may be one line which was not wholly written, bytes. */
const LINE_BYTES = 65_536;

const DAY_MS = 86_400_000;

const FILE_NAME = /^work-(\d{4}-\d{2}-\d{2})\.log$/;

/** What is not written yet, of one pool. */
interface Waiting {
  readonly sinceMs: number;
  readonly shares: AcknowledgedShares[];
  readonly blocks: string[];
}

/** Name of a day's file. @param timeMs - ms since the epoch */
export function workLogFileOf(timeMs: number): string {
  return `work-${dayOf(timeMs)}.log`;
}

export class WorkLog {
  readonly #folder: string;
  readonly #user: string;
  readonly #onTrouble: (message: string) => void;
  readonly #waiting = new Map<string, Waiting>();
  #written: Promise<void> = Promise.resolve();
  #day = '';
  #troubled = false;

  private constructor(folder: string, user: string, onTrouble: (message: string) => void) {
    this.#folder = folder;
    this.#user = user;
    this.#onTrouble = onTrouble;
  }

  /**
   * Makes the folder if it is not there, and cuts off what is not whole at the end of its newest file.
   * @param user - as pools are told
   * @param onTrouble - the disk says no from now on, or takes it again
   * @throws Error with the path if nothing can be written there
   */
  static async open(
    folder: string,
    user: string,
    nowMs: number,
    onTrouble: (message: string) => void,
  ): Promise<WorkLog> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const newest = (await readdir(folder))
        .filter((name) => FILE_NAME.test(name))
        .sort()
        .at(-1);
      if (newest !== undefined) await cutEnd(join(folder, newest));
      await appendFile(join(folder, workLogFileOf(nowMs)), '', { mode: 0o600 });
    } catch (error) {
      throw new Error(`${folder}: ${systemErrorText(error)}`);
    }
    return new WorkLog(folder, user, onTrouble);
  }

  /** Takes what a miner tells. @param nowMs - ms since the epoch */
  see(event: MinerEvent, nowMs: number): void {
    if (event.type !== 'share' || event.verdict !== 'accepted') return;
    const { pool, work, answerMs, block, hash } = event;
    let waiting = this.#waiting.get(pool);
    if (waiting === undefined) {
      if (this.#waiting.size >= MAX_POOLS_WAITING) this.#writeAll(nowMs);
      waiting = { sinceMs: nowMs, shares: [], blocks: [] };
      this.#waiting.set(pool, waiting);
    }
    const share = { sentMs: Math.max(0, Math.floor(nowMs - answerMs)), answeredMs: nowMs, work, count: 1 };
    if (waiting.shares.length < MAX_SHARES_IN_LINE) waiting.shares.push(share);
    else waiting.shares.push(together(waiting.shares.pop()!, share));
    if (block && waiting.blocks.length < MAX_BLOCKS_IN_LINE) waiting.blocks.push(hash);
  }

  /** Writes what is due. To be called every second or so. */
  tick(nowMs: number): void {
    for (const [pool, waiting] of this.#waiting)
      if (nowMs - waiting.sinceMs >= LINE_MS || nowMs < waiting.sinceMs) this.#write(pool, waiting, nowMs);
  }

  /** Writes the rest. */
  async close(nowMs: number): Promise<void> {
    this.#writeAll(nowMs);
    await this.#written;
  }

  #writeAll(nowMs: number): void {
    for (const [pool, waiting] of this.#waiting) this.#write(pool, waiting, nowMs);
  }

  #write(pool: string, { shares, blocks }: Waiting, nowMs: number): void {
    this.#waiting.delete(pool);
    const entry: WorkLogEntry = { pool, user: this.#user, shares, blocks };
    this.#written = this.#written.then(() => this.#append(entry, nowMs));
  }

  async #append(entry: WorkLogEntry, nowMs: number): Promise<void> {
    try {
      // What the disk took of a line before must not stand before this one.
      const text = `${this.#troubled ? '\n' : ''}${encodeWorkLogLine(entry)}\n`;
      await appendFile(join(this.#folder, workLogFileOf(nowMs)), text, { mode: 0o600 });
      if (this.#troubled) this.#onTrouble('the work log is written again');
      this.#troubled = false;
      if (this.#day !== dayOf(nowMs)) await this.#removeOld(nowMs);
      this.#day = dayOf(nowMs);
    } catch (error) {
      if (!this.#troubled)
        this.#onTrouble(
          `the work log can not be written, mining goes on: ${this.#folder}: ${systemErrorText(error)}`,
        );
      this.#troubled = true;
    }
  }

  async #removeOld(nowMs: number): Promise<void> {
    const oldest = dayOf(nowMs - (MAX_WORK_LOG_DAYS - 1) * DAY_MS);
    for (const name of await readdir(this.#folder)) {
      const day = FILE_NAME.exec(name)?.[1];
      if (day !== undefined && day < oldest) await rm(join(this.#folder, name), { force: true });
    }
  }
}

function together(a: AcknowledgedShares, b: AcknowledgedShares): AcknowledgedShares {
  return {
    sentMs: Math.min(a.sentMs, b.sentMs),
    answeredMs: Math.max(a.answeredMs, b.answeredMs),
    work: a.work + b.work,
    count: a.count + b.count,
  };
}

/** Cuts off what stands behind the last line end. A file that ends in no line at all is left: it is none of ours. */
async function cutEnd(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LINE_BYTES);
    const end = Buffer.alloc(length);
    await file.read(end, 0, length, size - length);
    const lineEnd = end.lastIndexOf(0x0a);
    const isWhole = size === 0 || lineEnd === length - 1;
    if (!isWhole && (lineEnd >= 0 || length === size)) await file.truncate(size - length + lineEnd + 1);
  } finally {
    await file.close();
  }
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
