/**
 * Follows the blocks that were sent until their fate is known, and says what to do next: verdicts, silences and look-ups in,
 * states out. No sockets, no clock.
 *
 * ```
 * sent --> verdict                                              accepted | refused
 *   \----> none in time, or its session is over: unanswered --> late verdict: accepted | refused
 *                                        \--> looked up --> found: accepted | not found for long enough: missing
 * ```
 * @module
 */

/** How long a node may take for a verdict, ms: a node takes some 30 ms, or never answers. */
const ANSWER_TIMEOUT_MS = 5_000;

/** First wait between two look-ups of a block, ms; doubled each time. */
const FIRST_LOOK_UP_MS = 1_000;

/** Longest wait between two look-ups of a block, ms. */
const MAX_LOOK_UP_MS = 60_000;

/** How long no node may know a block before it is missing, ms: it may be on its way between them. */
const MISSING_AFTER_MS = 60_000;

/** The same while some node can't be asked, ms: that node may come back with the block. */
const MISSING_ELSEWHERE_AFTER_MS = 600_000;

/** How long no node at all could be asked before a block is given up, ms. */
const GIVE_UP_AFTER_MS = 3_600_000;

/** Most blocks that are followed, some 1 KB each. A further one replaces the oldest, which is looked up after the next start. */
const MAX_FOLLOWED = 4096;

/** Most look-ups at a time: many blocks may be open at the start. */
const MAX_LOOK_UPS = 8;

/** What the nodes said of a block. `absentHere`: the nodes that answered do not have it, others could not be asked. */
export type LookUpAnswer = 'found' | 'absent' | 'absentHere' | 'unknown';

/** How a block ends. `givenUp`: no node could be asked. */
export type LookUpEnd = 'accepted' | 'missing' | 'givenUp';

interface Followed {
  /** The session in which the block was sent, while its verdict is awaited. */
  waitingIn: number | undefined;
  /** The block was sent again: a node that took it the first time refuses it the second time. */
  resent: boolean;
  /** When the verdict is overdue, or the next look-up due. */
  dueMs: number;
  /** When the first look-up was due. */
  openSinceMs: number;
  lookUps: number;
  asking: boolean;
}

/** What has to be done now. */
export interface DueBlocks {
  /** Blocks without a verdict in time. */
  readonly unanswered: readonly string[];
  /** Blocks to look up; `answered` must follow for each. */
  readonly lookUps: readonly string[];
}

export class BlockTracker {
  /** Blocks by hash in hex, oldest first. */
  readonly #blocks = new Map<string, Followed>();
  /** Blocks that were dropped before their verdict came; the next call of `due` tells them. */
  #dropped: string[] = [];
  #asking = 0;

  /** Number of blocks that wait for a verdict. */
  get waiting(): number {
    let waiting = 0;
    for (const { waitingIn } of this.#blocks.values()) if (waitingIn !== undefined) waiting++;
    return waiting;
  }

  /** Whether a block is followed. */
  has(hash: string): boolean {
    return this.#blocks.has(hash);
  }

  /** Notes a block that was sent. @param session - the session it was sent in; undefined if it could not be sent */
  sent(hash: string, session: number | undefined, nowMs: number): void {
    // Without a session no verdict can come: the block is unanswered at once.
    const dueMs = session === undefined ? nowMs : nowMs + ANSWER_TIMEOUT_MS;
    this.#follow(hash, { waitingIn: session ?? 0, dueMs, openSinceMs: nowMs });
  }

  /** Takes a block of an earlier run, to look it up. */
  lookUp(hash: string, nowMs: number): void {
    if (!this.has(hash)) this.#follow(hash, { waitingIn: undefined, dueMs: nowMs, openSinceMs: nowMs });
  }

  /** Notes that a block that may not have reached its node was sent again. */
  resent(hash: string): void {
    const block = this.#blocks.get(hash);
    if (block !== undefined) block.resent = true;
  }

  sessionEnded(session: number, nowMs: number): void {
    for (const block of this.#blocks.values()) if (block.waitingIn === session) block.dueMs = nowMs;
  }

  /** Takes a node's verdict. @returns the block's new state; undefined if nothing changes or the block is not followed */
  verdict(hash: string, accepted: boolean): 'accepted' | 'refused' | undefined {
    const block = this.#blocks.get(hash);
    if (block === undefined || (!accepted && block.resent)) return undefined;
    this.#forget(hash, block);
    return accepted ? 'accepted' : 'refused';
  }

  /** Collects what is due. Each block is told once as unanswered, and is looked up from then on. */
  due(nowMs: number): DueBlocks {
    const unanswered = this.#dropped;
    this.#dropped = [];
    const lookUps: string[] = [];
    for (const [hash, block] of this.#blocks) {
      if (block.asking || block.dueMs > nowMs) continue;
      if (block.waitingIn !== undefined) {
        unanswered.push(hash);
        block.waitingIn = undefined;
        block.openSinceMs = nowMs;
      }
      if (this.#asking >= MAX_LOOK_UPS) continue;
      this.#asking++;
      block.asking = true;
      lookUps.push(hash);
    }
    return { unanswered, lookUps };
  }

  /** When something is due next, on the clock of the other times; undefined if nothing is. */
  nextDueMs(): number | undefined {
    if (this.#dropped.length > 0) return 0;
    let next = Number.POSITIVE_INFINITY;
    for (const { asking, waitingIn, dueMs } of this.#blocks.values()) {
      // A look-up that waits for a free place is due when another look-up ends.
      if (!asking && (waitingIn !== undefined || this.#asking < MAX_LOOK_UPS)) next = Math.min(next, dueMs);
    }
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  /** Takes the end of a look-up. @returns the block's new state; undefined if it is looked up again */
  answered(hash: string, answer: LookUpAnswer, nowMs: number): LookUpEnd | undefined {
    const block = this.#blocks.get(hash);
    // The verdict came meanwhile, or the block was dropped.
    if (block === undefined || !block.asking) return undefined;
    const end = endOf(answer, nowMs - block.openSinceMs);
    if (end !== undefined) {
      this.#forget(hash, block);
      return end;
    }
    this.#asking--;
    block.asking = false;
    block.dueMs = nowMs + Math.min(MAX_LOOK_UP_MS, FIRST_LOOK_UP_MS * 2 ** Math.min(block.lookUps, 30));
    block.lookUps++;
    return undefined;
  }

  #follow(hash: string, block: Pick<Followed, 'waitingIn' | 'dueMs' | 'openSinceMs'>): void {
    this.#blocks.set(hash, { ...block, resent: false, lookUps: 0, asking: false });
    if (this.#blocks.size <= MAX_FOLLOWED) return;
    const [oldest, dropped] = this.#blocks.entries().next().value!;
    if (dropped.waitingIn !== undefined) this.#dropped.push(oldest);
    this.#forget(oldest, dropped);
  }

  #forget(hash: string, block: Followed): void {
    if (block.asking) this.#asking--;
    this.#blocks.delete(hash);
  }
}

function endOf(answer: LookUpAnswer, openMs: number): LookUpEnd | undefined {
  if (answer === 'found') return 'accepted';
  if (answer === 'absent' && openMs >= MISSING_AFTER_MS) return 'missing';
  if (answer === 'absentHere' && openMs >= MISSING_ELSEWHERE_AFTER_MS) return 'missing';
  return openMs >= GIVE_UP_AFTER_MS ? 'givenUp' : undefined;
}
