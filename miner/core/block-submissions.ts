/**
 * Which blocks go to the node, and when: a pure state machine of events and time.
 *
 * A node takes one block per template. So at most one submission is in flight per template. Further finds on the template
 * wait for the verdict, and its chain pauses meanwhile: other finds there would be worth nothing.
 *
 * ```
 * find --> idle: send, pause the chain --> accepted: drop what waits (surplus); the chain waits for its next parent
 *          in flight: wait                 refused: send the next that waits, else reopen the chain at once
 *          used: surplus                   no answer in 5 s, session lost: as refused, counted as unanswered
 *          refused too often: expired
 *          no session: held; sent when one brings the same template, else unsent
 * ```
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { bytesToHex } from '../../protocol/bytes.js';
import type { ChainIndex } from '../../protocol/chain.js';
import type { Refusal } from '../../protocol/stratum/refusal.js';
import type { Template } from './job-board.js';
import type { SourceSession } from './source.js';
import { type Find, noBlocks, type SubmissionCounts, type Submissions, type Verdict } from './submissions.js';

/** Questions to the owner, and events for it. */
export interface BlockPort {
  /** Sends a find. @returns the session that it went to, or undefined if no session takes it */
  send(find: Find): SourceSession | undefined;
  /** Whether a node would still take a block of this template. */
  isSubmittable(template: Template): boolean;
  /** Whether this block became the parent of a template of its chain. */
  isAncestor(chain: ChainIndex, blockHash: Uint8Array): boolean;
  /** Whether there is no session at present, and the last one may yet come back with the same templates. */
  isOrphaned(): boolean;
  /** Whether the parent of the template's chain is still the template's parent. */
  isCurrent(template: Template): boolean;
  /** No new work on this chain until its template's parent changes, or `resume`. */
  pause(chain: ChainIndex): void;
  resume(chain: ChainIndex): void;
  /** Whether the node has taken a block of this very template. */
  isUsed(template: Template): boolean;
  /** Whether the node has taken a block of ours on this template's parent. */
  isWon(template: Template): boolean;
  /** Whether so many blocks of this template were refused that another is not worth a try. */
  isSpent(template: Template): boolean;
  /** The node took a block of this template: nothing more is to be found on its parent. */
  noteTaken(template: Template): void;
  /** The node refused a block of this template, or did not answer, and nothing says why. */
  noteRefused(template: Template): void;
  /** A submission was answered, or given up. @param late - the answer came after it was given up */
  onVerdict(find: Find, verdict: Verdict, answerMs: number, late: boolean): void;
  /** A find could not be sent, for good. */
  onUnsent(find: Find): void;
}

/** Time after which a submission counts as unanswered, ms: a node answers within some 30 ms, or never. */
export const ANSWER_TIMEOUT_MS = 5_000;

/** Submissions given up, whose late answer is still of interest. */
const MAX_GIVEN_UP = 256;

/** Finds that are kept while there is no session. */
const MAX_HELD = 64;

/** Finds that wait on one template; more than one is rare even on a test network. */
const MAX_WAITING = 64;

interface TemplateState {
  inFlight: Find | undefined;
  readonly waiting: Find[];
}

interface Sent {
  readonly find: Find;
  readonly session: SourceSession;
  readonly sentMs: number;
}

export class BlockSubmissions implements Submissions {
  readonly blocks: SubmissionCounts = noBlocks();
  readonly #port: BlockPort;
  /** Templates with a find, by their key. */
  readonly #templates = new WeakMap<object, TemplateState>();
  readonly #inFlight = new Map<string, Sent>();
  readonly #givenUp = new BoundedMap<string, Sent>(MAX_GIVEN_UP);
  /** Found while there was no session. */
  #held: Find[] = [];

  constructor(port: BlockPort) {
    this.#port = port;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  shares(): undefined {
    return undefined;
  }

  add(find: Find, nowMs: number): void {
    this.blocks.found++;
    this.#take(find, nowMs);
  }

  settle(blockHash: Uint8Array, refusal: Refusal | undefined, nowMs: number): boolean {
    const accepted = refusal === undefined;
    const key = bytesToHex(blockHash);
    const sent = this.#inFlight.get(key);
    if (sent !== undefined) {
      this.#inFlight.delete(key);
      this.#conclude(sent, accepted ? this.#kindOf(sent.find) : 'rejected', nowMs, false);
      return true;
    }
    const late = this.#givenUp.get(key);
    if (late === undefined) return false;
    this.#givenUp.delete(key);
    this.blocks.unanswered--;
    this.#conclude(late, accepted ? this.#kindOf(late.find) : 'rejected', nowMs, true);
    return true;
  }

  expire(nowMs: number): void {
    for (const [key, sent] of this.#inFlight) {
      if (nowMs - sent.sentMs < ANSWER_TIMEOUT_MS) continue;
      const { template } = sent.find;
      if (this.#isUnexplained(template)) this.#port.noteRefused(template);
      this.#giveUp(key, sent, nowMs);
    }
  }

  endSession(session: SourceSession, nowMs: number): void {
    for (const [key, sent] of this.#inFlight) {
      if (sent.session === session) this.#giveUp(key, sent, nowMs);
    }
  }

  /** Sends finds of the time without a session, if the new session has their templates. */
  sendHeld(nowMs: number): void {
    const held = this.#held;
    this.#held = [];
    for (const find of held) this.#take(find, nowMs);
  }

  dropHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const find of held) this.#lose(find);
  }

  /** Gives up everything that is open: then `found` is the sum of all other counts. */
  close(nowMs: number): void {
    this.dropHeld();
    for (const [key, sent] of this.#inFlight) {
      const state = this.#stateOf(sent.find.template);
      this.blocks.expired += state.waiting.length;
      state.waiting.length = 0;
      this.#giveUp(key, sent, nowMs);
    }
  }

  #take(find: Find, nowMs: number): void {
    const state = this.#stateOf(find.template);
    if (this.#port.isUsed(find.template) || state.waiting.length >= MAX_WAITING) this.blocks.surplus++;
    else if (this.#port.isSpent(find.template)) this.blocks.expired++;
    else if (state.inFlight !== undefined) state.waiting.push(find);
    else this.#send(find, state, nowMs);
  }

  #send(find: Find, state: TemplateState, nowMs: number): void {
    if (!this.#port.isSubmittable(find.template)) {
      this.blocks.expired++;
      return;
    }
    const session = this.#port.send(find);
    if (session === undefined) {
      if (this.#port.isOrphaned() && this.#held.length < MAX_HELD) this.#held.push(find);
      else this.#lose(find);
      return;
    }
    state.inFlight = find;
    this.#inFlight.set(bytesToHex(find.hash), { find, session, sentMs: nowMs });
    if (this.#port.isCurrent(find.template)) this.#port.pause(find.template.job.chain);
  }

  #lose(find: Find): void {
    this.blocks.unsent++;
    this.#port.onUnsent(find);
  }

  #conclude(sent: Sent, verdict: Verdict, nowMs: number, late: boolean): void {
    const { find } = sent;
    const { chain } = find.template.job;
    const state = this.#stateOf(find.template);
    if (state.inFlight === find) state.inFlight = undefined;
    this.blocks[verdict]++;
    this.#port.onVerdict(find, verdict, nowMs - sent.sentMs, late);
    if (verdict === 'accepted' || verdict === 'side') {
      this.#port.noteTaken(find.template);
      this.blocks.surplus += state.waiting.length;
      state.waiting.length = 0;
      if (this.#port.isCurrent(find.template)) this.#port.pause(chain);
      return;
    }
    // A submission that was given up was counted when it was.
    if (late) return;
    if (verdict === 'rejected' && this.#isUnexplained(find.template)) this.#port.noteRefused(find.template);
    if (this.#port.isSpent(find.template)) {
      this.blocks.expired += state.waiting.length;
      state.waiting.length = 0;
    }
    while (state.inFlight === undefined && state.waiting.length > 0)
      this.#send(state.waiting.shift()!, state, nowMs);
    if (this.#port.isCurrent(find.template) && this.#mayResume(find.template)) this.#port.resume(chain);
  }

  /** Not on an old parent, where somebody else was faster, nor where a block of ours was taken before. */
  #isUnexplained(template: Template): boolean {
    return this.#port.isCurrent(template) && !this.#port.isWon(template);
  }

  /** Not while another template of the same parent is on its way, nor once that parent has a block of ours. */
  #mayResume(template: Template): boolean {
    if (this.#port.isWon(template)) return false;
    for (const { find } of this.#inFlight.values()) {
      const other = find.template;
      if (other.job.chain === template.job.chain && this.#port.isCurrent(other)) return false;
    }
    return true;
  }

  #giveUp(key: string, sent: Sent, nowMs: number): void {
    this.#inFlight.delete(key);
    this.#givenUp.set(key, sent);
    this.#conclude(sent, 'unanswered', nowMs, false);
  }

  #kindOf(find: Find): Verdict {
    const { chain } = find.template.job;
    if (this.#port.isAncestor(chain, find.hash)) return 'accepted';
    return this.#port.isWon(find.template) || !this.#port.isCurrent(find.template) ? 'side' : 'accepted';
  }

  #stateOf(template: Template): TemplateState {
    let state = this.#templates.get(template.identity);
    if (state === undefined) {
      state = { inFlight: undefined, waiting: [] };
      this.#templates.set(template.identity, state);
    }
    return state;
  }
}
