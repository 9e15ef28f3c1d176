/**
 * Finds the chains of a node that stand still: the node says that it is well, and brings no template that is worth work.
 *
 * | what is seen of a chain | what a good node does then |
 * |---|---|
 * | the node took a block of its template | it brings a template with another parent within some 250 ms |
 * | the node's REST API is at the height of its template, or above | the same |
 * | the node refused several blocks of one template, and took none | it brings one with another parent, or a refresh |
 *
 * If the node does not do so for a while, the chain stands still: blocks found on it are worth nothing.
 * @module
 */
import { equalBytes } from '../protocol/bytes.js';
import { CHAINS, type ChainIndex, toGroupOf } from '../protocol/chain.js';
import { parentOf, sameTemplate } from '../protocol/header.js';
import type { Job } from '../protocol/job.js';
import { MAX_REFUSED_ON_A_TEMPLATE } from '../protocol/refusal-limit.js';

/** How long a node may take to bring the template that is due, ms: within 4 s it does even when its messages step back. */
export const STANDSTILL_MS = 10_000;

/**
 * What speaks for it. `taken`: the node took a block of the template. `passed`: its REST API names a height at which the
 * template's block is there. `refused`: it refuses all blocks of the template.
 */
export type StandstillReason = 'taken' | 'passed' | 'refused';

/** A chain that stands still. */
export interface StandingChain {
  readonly chain: ChainIndex;
  readonly reason: StandstillReason;
  /** Since when a template has been due, ms. */
  readonly sinceMs: number;
  /** The template on which the chain stands. */
  readonly job: Job;
  /** Height of the chain's last block as the node's REST API has it, or undefined if it was not asked, or does not answer. */
  readonly nodeHeight: number | undefined;
}

interface Slot {
  job: Job;
  /** When this very template came, ms. */
  templateMs: number;
  evidence: { reason: StandstillReason; sinceMs: number } | undefined;
  refused: number;
  nodeHeight: number | undefined;
}

/** The chains of one session with a node. Pure: time comes in as an argument, in ms, and never goes back. */
export class Standstill {
  readonly #slots: (Slot | undefined)[] = new Array(CHAINS).fill(undefined);
  readonly #afterMs: number;

  /** @param afterMs - how long a template may be due before its chain stands still */
  constructor(afterMs: number = STANDSTILL_MS) {
    this.#afterMs = afterMs;
  }

  /** The newest jobs of the session. */
  takeJobs(jobs: readonly Job[], nowMs: number): void {
    for (const job of jobs) {
      const slot = this.#slots[job.chain];
      if (slot === undefined || !sameParent(slot.job, job)) {
        const nodeHeight = slot?.nodeHeight;
        this.#slots[job.chain] = { job, templateMs: nowMs, evidence: undefined, refused: 0, nodeHeight };
      } else if (!equalBytes(slot.job.headerBlob, job.headerBlob)) {
        slot.job = job;
        slot.templateMs = nowMs;
        slot.refused = 0;
        // A refresh on a parent that already has its block is not the template that is due.
        if (slot.evidence?.reason === 'refused') slot.evidence = undefined;
      }
    }
  }

  /** The node's verdict on a block has come. @param headerBlob - of its template; the transactions may be others */
  takeVerdict(chain: ChainIndex, headerBlob: Uint8Array, accepted: boolean, nowMs: number): void {
    const slot = this.#slots[chain];
    if (slot === undefined) return;
    if (accepted) {
      const to = toGroupOf(chain);
      if (equalBytes(parentOf(slot.job.headerBlob, to), parentOf(headerBlob, to))) note(slot, 'taken', nowMs);
    } else if (sameTemplate(slot.job.headerBlob, headerBlob) && slot.evidence === undefined) {
      slot.refused++;
      if (slot.refused >= MAX_REFUSED_ON_A_TEMPLATE) note(slot, 'refused', nowMs);
    }
  }

  /** The node's REST API has told the height of a chain's last block. */
  takeHeight(chain: ChainIndex, height: number, nowMs: number): void {
    const slot = this.#slots[chain];
    if (slot === undefined) return;
    slot.nodeHeight = height;
    if (height >= slot.job.height) note(slot, 'passed', nowMs);
    else if (slot.evidence?.reason === 'passed') slot.evidence = undefined;
  }

  /** Chains that stand still now, in their order. */
  standing(nowMs: number): StandingChain[] {
    return this.#slots.flatMap((slot, chain) => {
      if (slot?.evidence === undefined || nowMs - slot.evidence.sinceMs < this.#afterMs) return [];
      return [{ chain, ...slot.evidence, job: slot.job, nodeHeight: slot.nodeHeight }];
    });
  }

  /** The job of a chain, as it came last. */
  job(chain: ChainIndex): Job | undefined {
    return this.#slots[chain]?.job;
  }

  /** Age of each chain's template, ms; undefined where there is none. */
  ages(nowMs: number): (number | undefined)[] {
    return this.#slots.map((slot) => slot && nowMs - slot.templateMs);
  }
}

/** The first evidence stays, and with it the time. */
function note(slot: Slot, reason: StandstillReason, nowMs: number): void {
  if (slot.evidence === undefined || slot.evidence.reason === 'refused')
    slot.evidence = { reason, sinceMs: slot.evidence?.sinceMs ?? nowMs };
}

function sameParent(a: Job, b: Job): boolean {
  const to = toGroupOf(a.chain);
  return a.height === b.height && equalBytes(parentOf(a.headerBlob, to), parentOf(b.headerBlob, to));
}
