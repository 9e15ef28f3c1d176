/**
 * A source that can be exchanged while it is mined for. The next one is opened beside it, and takes over with its first
 * session, so that devices never wait: what was sent to the one that is left is answered for a while.
 *
 * ```
 * change(next) --> next opens, the present one goes on -- a session of next, or 10 s --> next is the present one
 *                                                                                       the other one closes after 5 s
 * ```
 * @module
 */
import type { Job } from '../../protocol/job.js';
import type { JobSource, SourceEvents, SourceKind, SourceSession } from '../core/source.js';

export interface ChangingSourceOptions {
  /** Longest time that the source before goes on while the next one brings no session, ms. */
  readonly startMs: number;
  /** How long a source that was left is kept for its answers, ms. */
  readonly answersMs: number;
}

const DEFAULT_OPTIONS: ChangingSourceOptions = { startMs: 10_000, answersMs: 5_000 };

/** Sources that were left and are kept at a time. */
const MAX_LEAVING = 4;

export class ChangingSource implements JobSource {
  readonly #options: ChangingSourceOptions;
  #events: SourceEvents | undefined;
  #present: JobSource;
  #next: { readonly source: JobSource; readonly timer: NodeJS.Timeout } | undefined;
  /** Sources that were left, the oldest first, and what will end them. */
  readonly #leaving = new Map<JobSource, NodeJS.Timeout>();
  /** The source of each session that is not over. */
  readonly #sources = new Map<SourceSession, JobSource>();

  constructor(source: JobSource, options: Partial<ChangingSourceOptions> = {}) {
    this.#present = source;
    this.#options = { ...DEFAULT_OPTIONS, ...options };
  }

  /** Of the source that is mined for now. */
  get kind(): SourceKind {
    return this.#present.kind;
  }

  open(events: SourceEvents): void {
    this.#events = events;
    this.#openSource(this.#present);
  }

  /** Has another source take over. @param next - not open yet; closed with this one */
  change(next: JobSource): void {
    if (this.#events === undefined) {
      this.#present.close();
      this.#present = next;
      return;
    }
    this.#dropNext();
    this.#next = { source: next, timer: setTimeout(() => this.#leavePresent(), this.#options.startMs) };
    this.#openSource(next);
  }

  submit(session: SourceSession, job: Job, header: Uint8Array, blockHash: Uint8Array): boolean {
    return this.#sources.get(session)?.submit(session, job, header, blockHash) ?? false;
  }

  reportHashrate(hashesPerSecond: number): void {
    this.#present.reportHashrate?.(hashesPerSecond);
  }

  close(): void {
    this.#events = undefined;
    this.#dropNext();
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    for (const source of [this.#present, ...this.#leaving.keys()]) source.close();
    this.#leaving.clear();
    this.#sources.clear();
  }

  #openSource(source: JobSource): void {
    const speaks = (): boolean => source === this.#present || source === this.#next?.source;
    source.open({
      onSession: (session) => {
        this.#sources.set(session, source);
        if (source === this.#next?.source) this.#takeOver();
        if (source === this.#present) this.#events?.onSession(session);
      },
      onJobs: (session, jobs) => {
        if (source === this.#present) this.#events?.onJobs(session, jobs);
      },
      onVerdict: (session, blockHash, refusal) => this.#events?.onVerdict(session, blockHash, refusal),
      onSessionEnd: (session) => this.#endSession(session),
      onProgress: (progress) => {
        if (speaks()) this.#events?.onProgress(progress);
      },
      onNotice: (notice) => {
        if (speaks()) this.#events?.onNotice(notice);
      },
    });
  }

  /** The next source has a session: it is the present one from now on. */
  #takeOver(): void {
    const { source, timer } = this.#next!;
    clearTimeout(timer);
    this.#next = undefined;
    const left = this.#present;
    this.#present = source;
    this.#leaving.set(
      left,
      setTimeout(() => this.#endSource(left), this.#options.answersMs),
    );
    if (this.#leaving.size > MAX_LEAVING) this.#endSource([...this.#leaving.keys()][0]!);
  }

  /** The next source has brought no session: nobody goes on with the one that was to be left. */
  #leavePresent(): void {
    const left = this.#present;
    this.#takeOver();
    for (const [session, source] of this.#sources) if (source === left) this.#events?.onSessionEnd(session);
  }

  #endSource(source: JobSource): void {
    clearTimeout(this.#leaving.get(source));
    this.#leaving.delete(source);
    source.close();
    for (const [session, owner] of this.#sources) if (owner === source) this.#endSession(session);
  }

  #endSession(session: SourceSession): void {
    this.#sources.delete(session);
    this.#events?.onSessionEnd(session);
  }

  #dropNext(): void {
    if (this.#next === undefined) return;
    clearTimeout(this.#next.timer);
    this.#next.source.close();
    this.#next = undefined;
  }
}
