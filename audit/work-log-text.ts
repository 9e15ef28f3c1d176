/**
 * The work log of a miner: shares that a pool has said yes to, for whoever compares them with what the pool pays for.
 *
 * A line for some seconds of work, with a short hash of it in front, so that a line is known to be whole by itself:
 *
 * ```
 * <first 16 hex digits of BLAKE2b-256 of the text> {"pool":"HOST:PORT","user":"ADDRESS.rig1","shares":[[sent,answered,"work",count],...],"blocks":["hash"]}
 * ```
 * @module
 */
import { blake2b256 } from '../protocol/blake2b.js';
import { bytesToHex } from '../protocol/bytes.js';

/** Shares of one sort: a pool has counted each between the two times, on the miner's clock. */
export interface AcknowledgedShares {
  /** When the first was sent, ms since the epoch. */
  readonly sentMs: number;
  /** When the last was answered, ms since the epoch. */
  readonly answeredMs: number;
  /** Of all of them together, expected hashes. */
  readonly work: bigint;
  readonly count: number;
}

/** What a line says. */
export interface WorkLogEntry {
  /** The pool, as the miner names it. */
  readonly pool: string;
  /** As the pool was told. */
  readonly user: string;
  readonly shares: readonly AcknowledgedShares[];
  /** Hashes of shares among them that are blocks. */
  readonly blocks: readonly string[];
}

const DIGITS = 16;

/** Longest line that is read, characters. */
export const MAX_WORK_LOG_LINE = 16_384;

/** One line, without its end. */
export function encodeWorkLogLine({ pool, user, shares, blocks }: WorkLogEntry): string {
  const text = JSON.stringify({
    pool,
    user,
    shares: shares.map(({ sentMs, answeredMs, work, count }) => [sentMs, answeredMs, `${work}`, count]),
    blocks,
  });
  return `${hashOf(text)} ${text}`;
}

/** @returns undefined if the line is not what was written */
export function decodeWorkLogLine(line: string): WorkLogEntry | undefined {
  const text = line.slice(DIGITS + 1);
  if (line.length > MAX_WORK_LOG_LINE || line !== `${hashOf(text)} ${text}`) return undefined;
  try {
    const { pool, user, shares, blocks } = JSON.parse(text) as Record<string, unknown>;
    if (typeof pool !== 'string' || typeof user !== 'string' || !Array.isArray(shares)) return undefined;
    if (!Array.isArray(blocks) || !blocks.every(isHash)) return undefined;
    const decoded = shares.map(sharesOf);
    return decoded.includes(undefined)
      ? undefined
      : { pool, user, shares: decoded as AcknowledgedShares[], blocks };
  } catch {
    return undefined;
  }
}

function sharesOf(value: unknown): AcknowledgedShares | undefined {
  const [sentMs, answeredMs, work, count] = Array.isArray(value) ? (value as unknown[]) : [];
  if (!isCount(sentMs) || !isCount(answeredMs) || answeredMs < sentMs || !isCount(count)) return undefined;
  if (typeof work !== 'string' || !/^\d{1,39}$/.test(work)) return undefined;
  return { sentMs, answeredMs, work: BigInt(work), count };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function hashOf(text: string): string {
  return bytesToHex(blake2b256(new TextEncoder().encode(text))).slice(0, DIGITS);
}
