/**
 * What became of blocks, in the embedded store.
 * @module
 */
import {
  type BlockFate,
  type BlockListing,
  checkFate,
  type FateOutcome,
  type FateStage,
  type FollowedBlock,
  listingOf,
  stageOf,
  stateOfListing,
} from '../../domain/block-fate.js';
import type { Page } from '../../ports/store.js';
import { decodeFate, encodeFate } from '../fate-text.js';
import { integer, type Sql, type SqlRow, text } from './sql.js';

/** @throws RangeError */
export function noteFate(sql: Sql, hash: string, fate: BlockFate, fence: number): FateOutcome {
  checkFate(fate);
  return sql.transaction(() => {
    const held = sql.row("SELECT fence FROM leases WHERE name = 'settlement'");
    if (held !== undefined && integer(held[0]) > fence) return 'fenced';
    const known = sql.row(
      'SELECT b.found_ms, f.number FROM blocks b LEFT JOIN block_fates f ON f.hash = b.hash WHERE b.hash = ?',
      hash,
    );
    if (known === undefined) return 'unknown';
    const [foundMs, number] = known;
    if (number !== null && integer(number) >= fate.number) return 'old';
    sql.run(
      'INSERT OR REPLACE INTO block_fates VALUES (?, ?, ?, ?, ?)',
      hash,
      integer(foundMs),
      stageOf(fate),
      fate.number,
      encodeFate(fate),
    );
    sql.run('UPDATE blocks SET state = ?, state_ms = ? WHERE hash = ?', listingOf(fate), fate.stateMs, hash);
    return 'noted';
  });
}

/** Oldest first. */
export function readFollowed(
  sql: Sql,
  stage: Exclude<FateStage, 'done'>,
  { offset, limit }: Page,
): FollowedBlock[] {
  const noted = `SELECT f.hash, f.found_ms, b.state, f.fate FROM block_fates f JOIN blocks b ON b.hash = f.hash
    WHERE f.stage = ?`;
  // Each list is in order of its index: neither is read beyond the page.
  const pageOf = (query: string, ...parameters: readonly string[]): readonly SqlRow[] =>
    sql.rows(`${query} ORDER BY 2, 1 LIMIT ?`, ...parameters, offset + limit);
  if (stage !== 'open') return pageOf(noted, stage).slice(offset).map(asFollowed);
  const accepted = pageOf(
    `SELECT b.hash, b.found_ms, b.state, f.fate FROM blocks b LEFT JOIN block_fates f ON f.hash = b.hash
      WHERE b.state = 'accepted'`,
  );
  return [...accepted, ...pageOf(`${noted} AND b.state <> 'accepted'`, stage)]
    .map(asFollowed)
    .sort((a, b) => a.foundMs - b.foundMs || (a.hash < b.hash ? -1 : 1))
    .slice(offset, offset + limit);
}

/** Newest first. */
export function readFoundBefore(sql: Sql, beforeMs: number, limit: number): FollowedBlock[] {
  const blocks = sql.rows(
    `SELECT b.hash, b.found_ms, b.state, f.fate FROM blocks b LEFT JOIN block_fates f ON f.hash = b.hash
      WHERE b.found_ms < ? ORDER BY b.found_ms DESC, b.hash DESC LIMIT ?`,
    beforeMs,
    limit,
  );
  return blocks.map(asFollowed);
}

/** Oldest first. */
export function readFoundBetween(
  sql: Sql,
  fromMs: number,
  toMs: number,
  { offset, limit }: Page,
): FollowedBlock[] {
  const blocks = sql.rows(
    `SELECT b.hash, b.found_ms, b.state, f.fate FROM blocks b LEFT JOIN block_fates f ON f.hash = b.hash
      WHERE b.found_ms >= ? AND b.found_ms < ? ORDER BY b.found_ms, b.hash LIMIT ? OFFSET ?`,
    fromMs,
    toMs,
    limit,
    offset,
  );
  return blocks.map(asFollowed);
}

/** When the oldest block was found whose end is not final, ms since the epoch. */
export function oldestOpenMs(sql: Sql): number | undefined {
  const row = sql.row(
    `SELECT min(found_ms) FROM (
      SELECT min(found_ms) AS found_ms FROM blocks WHERE state IN ('sent', 'unanswered', 'accepted')
      UNION ALL SELECT min(found_ms) FROM block_fates WHERE stage = 'open')`,
  );
  const oldest = row![0];
  return oldest === null ? undefined : integer(oldest);
}

function asFollowed([hash, foundMs, listing, fate]: SqlRow): FollowedBlock {
  return {
    hash: text(hash),
    foundMs: integer(foundMs),
    state: stateOfListing(text(listing) as BlockListing),
    fate: fate === null ? undefined : decodeFate(text(fate)),
  };
}
