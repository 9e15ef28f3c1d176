/**
 * Replies of one tick, held until its shares are on record:
 *
 * ```
 * all messages of the tick -> shares noted, replies gathered -> flush: one journal write -> replies leave
 * ```
 * @module
 */
import { errorLine, resultLine } from '../../protocol/stratum/reply.js';
import type { Counters } from '../domain/counters.js';
import type { Difficulty } from '../domain/difficulty.js';
import { REJECT_REASONS } from '../domain/reject-reasons.js';
import type { PoolHeader } from '../jobs/pool-header.js';
import type { JournalWorker, ShareJournal } from '../ports/journal.js';

/** The receiver of replies: a session. */
export interface Recipient {
  /** Text that waits for the end of the tick. */
  out: string;
  /** Whether `flush` will be called at the end of the tick. */
  queued: boolean;
  /** Sends `out`, empties it, and is no longer queued. */
  flush(): void;
}

export interface AcknowledgementModules {
  readonly journal: ShareJournal;
  readonly counters: Counters;
  /** Calls back once, after all input of this tick was handled. */
  readonly afterTick: (callback: () => void) => void;
  /** This many shares could not be recorded. They count for nothing. */
  readonly onUnrecorded: (count: number) => void;
}

export class Acknowledgements {
  readonly #modules: AcknowledgementModules;
  readonly #flush = (): void => this.flush();
  #scheduled = false;
  #afterCommit: (() => void)[] = [];
  /** Recipients with waiting text. The lists below hold the shares to acknowledge, entry by entry. */
  #waiting: Recipient[] = [];
  #recipients: Recipient[] = [];
  #released: JournalWorker[] = [];
  #ids: string[] = [];
  #headers: PoolHeader[] = [];
  #nonces: string[] = [];
  #difficulties: Difficulty[] = [];

  constructor(modules: AcknowledgementModules) {
    this.#modules = modules;
  }

  /** Queues text for the end of the tick. */
  say(recipient: Recipient, text: string): void {
    this.#queue(recipient);
    recipient.out += text;
    this.schedule();
  }

  /**
   * Queues the acknowledgement of a share that was noted in the journal.
   * @param id - JSON text of its request's id
   * @param nonce - as it stands in the header's table
   */
  accept(recipient: Recipient, id: string, header: PoolHeader, nonce: string, difficulty: Difficulty): void {
    this.#recipients.push(recipient);
    this.#ids.push(id);
    this.#headers.push(header);
    this.#nonces.push(nonce);
    this.#difficulties.push(difficulty);
    this.schedule();
  }

  /** Whether an acknowledgement for this recipient waits for the end of the tick. */
  owes(recipient: Recipient): boolean {
    return this.#recipients.includes(recipient);
  }

  /** Releases a worker's number in the journal once its noted shares are on record. */
  releaseWorker(worker: JournalWorker): void {
    this.#released.push(worker);
    this.schedule();
  }

  /** Makes sure that a flush follows this tick, since something was noted in the journal. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#modules.afterTick(this.#flush);
  }

  /** Calls back when this tick's notes are on record, or could not be written; before any reply leaves. */
  afterCommit(callback: () => void): void {
    this.#afterCommit.push(callback);
    this.schedule();
  }

  flush(): void {
    this.#scheduled = false;
    const { journal, counters } = this.#modules;
    const recorded = journal.commit();
    for (const callback of this.#afterCommit.splice(0)) callback();
    for (const worker of this.#released.splice(0)) journal.releaseWorker(worker);
    const count = this.#recipients.length;
    for (let i = 0; i < count; i++) {
      const recipient = this.#recipients[i]!;
      const id = this.#ids[i]!;
      this.#queue(recipient);
      if (recorded) {
        recipient.out += resultLine(id, 'true');
        counters.accept(this.#difficulties[i]!);
      } else {
        const { code, message } = REJECT_REASONS.unrecorded;
        recipient.out += errorLine(id, code, message);
        counters.reject('unrecorded');
        this.#headers[i]!.shares.delete(this.#nonces[i]!);
      }
    }
    if (count > 0) {
      this.#recipients = [];
      this.#ids = [];
      this.#headers = [];
      this.#nonces = [];
      this.#difficulties = [];
      if (!recorded) this.#modules.onUnrecorded(count);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const recipient of waiting) recipient.flush();
  }

  #queue(recipient: Recipient): void {
    if (recipient.queued) return;
    recipient.queued = true;
    this.#waiting.push(recipient);
  }
}
