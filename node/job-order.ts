/**
 * Which of a session's jobs are news, and which are old ones that come late.
 *
 * A node sends Jobs at most every 250 ms, and holds back a message that is due earlier. When a newer message goes out at
 * once, the node still sends the older one within 100 ms: a chain's job goes back by a height, until the next message.
 * That is no reorganisation. The newer job is kept until the older one is confirmed: by a later message, by the node's
 * REST API, or by some seconds in which nothing speaks against it.
 * @module
 */
import { equalBytes } from '../protocol/bytes.js';
import { CHAINS, type ChainIndex } from '../protocol/chain.js';
import { timestampOfBlob } from '../protocol/header.js';
import { type Job, nodeKeepsTxs } from '../protocol/job.js';

/** A job that was sent in this time is not given up for an older one at once, ms; nor is the older one held back longer. */
export const HELD_BACK_MS = 5_000;

interface Slot {
  newest: Job;
  /** When the node sent this job last. */
  sentMs: number;
  /** An older job that came after this one. */
  held: { job: Job; sinceMs: number } | undefined;
}

/** The jobs of one session. Pure: time comes in as an argument, in ms, and never goes back. */
export class JobOrder {
  readonly #slots: (Slot | undefined)[] = new Array(CHAINS).fill(undefined);

  /** Takes a message. @returns its jobs, with the newer one in the place of each that is held back */
  take(jobs: readonly Job[], nowMs: number): readonly Job[] {
    return jobs.map((job) => this.#takeJob(job, nowMs));
  }

  /** Chains whose last message is not believed yet. */
  get held(): ChainIndex[] {
    return this.#slots.flatMap((slot, chain) => (slot?.held === undefined ? [] : [chain]));
  }

  /** When `release` has something to do, or undefined. */
  get dueMs(): number | undefined {
    const since = this.#slots.flatMap((slot) => (slot?.held === undefined ? [] : [slot.held.sinceMs]));
    return since.length === 0 ? undefined : Math.min(...since) + HELD_BACK_MS;
  }

  /** Believes jobs that were held back for long enough. @returns whether some chain's job has changed */
  release(nowMs: number): boolean {
    let changed = false;
    for (const slot of this.#slots) {
      if (slot?.held === undefined || nowMs - slot.held.sinceMs < HELD_BACK_MS) continue;
      believe(slot, slot.held.job, nowMs);
      changed = true;
    }
    return changed;
  }

  /**
   * The node's REST API has told how high a chain is: that decides about a job that is held back there.
   * @param height - of the chain's last block
   * @returns whether the chain's job has changed
   */
  settle(chain: ChainIndex, height: number, nowMs: number): boolean {
    const slot = this.#slots[chain];
    if (slot?.held === undefined) return false;
    if (height < slot.held.job.height) {
      believe(slot, slot.held.job, nowMs);
      return true;
    }
    slot.held.sinceMs = nowMs;
    return false;
  }

  /** The jobs to go on with, in the order of the chains. */
  get jobs(): readonly Job[] {
    return this.#slots.flatMap((slot) => (slot === undefined ? [] : [slot.newest]));
  }

  #takeJob(job: Job, nowMs: number): Job {
    const slot = this.#slots[job.chain];
    if (slot === undefined) {
      this.#slots[job.chain] = { newest: job, sentMs: nowMs, held: undefined };
      return job;
    }
    const recent = nowMs - slot.sentMs < HELD_BACK_MS;
    if (!recent || slot.held !== undefined || !isOlder(job, slot.newest)) return believe(slot, job, nowMs);
    slot.held = { job, sinceMs: nowMs };
    return slot.newest;
  }
}

/** A job that comes once more stays the very object that it is: whoever has made something of it sees at once that it is the same. */
function believe(slot: Slot, job: Job, nowMs: number): Job {
  if (!isSame(slot.newest, job)) slot.newest = job;
  slot.sentMs = nowMs;
  slot.held = undefined;
  return slot.newest;
}

function isSame(a: Job, b: Job): boolean {
  return (
    a.height === b.height &&
    equalBytes(a.headerBlob, b.headerBlob) &&
    equalBytes(a.target, b.target) &&
    nodeKeepsTxs(a.txsBlob) === nodeKeepsTxs(b.txsBlob)
  );
}

/** Whether a job is older than another one: a height below it, or an earlier template of the same height. */
function isOlder(job: Job, than: Job): boolean {
  if (equalBytes(job.headerBlob, than.headerBlob)) return false;
  if (job.height === than.height) return timestampOfBlob(job.headerBlob) < timestampOfBlob(than.headerBlob);
  return job.height === than.height - 1;
}
