/**
 * What a connection's share on a header counts: a difficulty belongs to (connection, header), and is fixed when the
 * header is first sent there. Pure.
 *
 * Whoever can have a hash counted by the better of two difficulties earns up to twice its work: the rare good hash at
 * the higher one, the rest at the lower. So a rise is for headers sent later, and so is a fall: a miner that kept back
 * what was too easy would hand it in after the fall. A fresh header is nearly always at hand: the newest refresh, or
 * another chain.
 * @module
 */
import type { Difficulty } from '../domain/difficulty.js';

/** A header as far as this is concerned: one object for each, which says when shares on it are refused. */
export interface ClosableHeader {
  readonly closed: boolean;
}

/** A header at a difficulty: one object for all connections that have it so. */
export interface SentJob<H extends ClosableHeader = ClosableHeader, D extends Difficulty = Difficulty> {
  readonly header: H;
  readonly difficulty: D;
}

/** Headers of a connection on which it can hand in shares: a node forgets a header after some six minutes. */
const MAX_CONNECTION_HEADERS = 64;

/** Closed headers are let go when this many are held. */
const TIDY_HEADERS = 8;

/**
 * A header is sent to a connection.
 * @param sent - the connection's, each header once, in the order in which they were first sent: a bare array, since there
 * is one for each miner and each job that it is sent ends there
 * @param job - the header, and the difficulty that it shall have if it was not sent there before
 * @returns the job as it was sent first: the difficulty to tell the miner
 */
export function sendJob<J extends SentJob>(sent: J[], job: J): J {
  const first = sentJobOf(sent, job.header);
  if (first !== undefined) return first;
  sendNewJob(sent, job);
  return job;
}

/** A header that was never sent there is sent: as `sendJob`, without looking. */
export function sendNewJob<J extends SentJob>(sent: J[], job: J): void {
  if (sent.length >= TIDY_HEADERS) tidy(sent);
  sent.push(job);
}

/** What a share on a header counts, and must reach; undefined if the header was never sent there. */
export function sentJobOf<J extends SentJob>(sent: readonly J[], header: J['header']): J | undefined {
  for (let i = sent.length - 1; i >= 0; i--) if (sent[i]!.header === header) return sent[i];
  return undefined;
}

/** Lets closed headers go, and the oldest of too many: shares on it are then shares on an unknown job. */
function tidy(sent: SentJob[]): void {
  let kept = 0;
  const skipped = sent.length - MAX_CONNECTION_HEADERS;
  for (let i = 0; i < sent.length; i++) {
    if (sent[i]!.header.closed || i <= skipped) continue;
    sent[kept] = sent[i]!;
    kept++;
  }
  sent.length = kept;
}
