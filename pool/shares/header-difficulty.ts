/**
 * The difficulty of a connection's shares on a header. A difficulty belongs to (connection, header) and is fixed when the
 * header is first sent there. Pure.
 *
 * A miner whose hash counts by the better of two difficulties earns up to twice its work: the rare good hash at
 * the higher one, the rest at the lower. So a rise is for headers sent later, and so is a fall: a miner that held back
 * its easy hashes would submit them after the fall. A fresh header is nearly always at hand: the newest refresh, or
 * a header of another chain.
 * @module
 */
import type { Difficulty } from '../domain/difficulty.js';

/** What this module needs of a header: one object for each header, which knows when shares on it are refused. */
export interface ClosableHeader {
  readonly closed: boolean;
}

/** A header at a difficulty: one object for all connections that have this pair. */
export interface SentJob<H extends ClosableHeader = ClosableHeader, D extends Difficulty = Difficulty> {
  readonly header: H;
  readonly difficulty: D;
}

/** Most headers on which a connection can submit shares: a node forgets a header after some six minutes. */
const MAX_CONNECTION_HEADERS = 64;

/** Closed headers are dropped when a connection holds this many. */
const TIDY_HEADERS = 8;

/**
 * Notes that a header is sent to a connection.
 * @param sent - the connection's headers, each once, in the order in which they were first sent: a bare array, since there
 * is one for each miner and each sent job is added to it
 * @param job - the header, and its difficulty if it was not sent to this connection before
 * @returns the job as it was first sent: its difficulty is the one to tell the miner
 */
export function sendJob<J extends SentJob>(sent: J[], job: J): J {
  const first = sentJobOf(sent, job.header);
  if (first !== undefined) return first;
  sendNewJob(sent, job);
  return job;
}

/** Notes that a header is sent for the first time: as `sendJob`, without the look-up. */
export function sendNewJob<J extends SentJob>(sent: J[], job: J): void {
  if (sent.length >= TIDY_HEADERS) tidy(sent);
  sent.push(job);
}

/** The job by which a share on a header is judged; undefined if the header was never sent to this connection. */
export function sentJobOf<J extends SentJob>(sent: readonly J[], header: J['header']): J | undefined {
  for (let i = sent.length - 1; i >= 0; i--) if (sent[i]!.header === header) return sent[i];
  return undefined;
}

/** Drops closed headers, and the oldest one if there are too many: shares on it are then shares on an unknown job. */
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
