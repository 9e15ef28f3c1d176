/**
 * Where a session's submissions are judged, booked and answered.
 *
 * ```
 * submit -> header by job id -> check -> block? to the node first
 *                                     -> refused: reply with the reason, count
 *                                     -> accepted: table of duplicates, journal, reply at the end of the tick
 * ```
 * @module
 */
import { errorLine } from '../../protocol/stratum/reply.js';
import { parseSubmission, type Submission } from '../../protocol/stratum/request.js';
import type { ShareDifficulty } from './difficulty-table.js';
import { MAX_SHARES_PER_HEADER, type PoolHeader } from './header-board.js';
import { headerNumberOf } from './job-id.js';
import type { LiveWorker } from './live-worker.js';
import { REJECT_REASONS, type RejectReason } from './outcome.js';
import type { Session } from './session.js';
import type { SessionHost } from './session-host.js';
import { checkShare, claimedChain, describeDifficulty, type ShareVerdict, writeNonce } from './share-check.js';

/** A submission as far as it was read. */
interface Claim {
  readonly nonce: string;
  readonly chain: number | undefined;
  readonly worker: LiveWorker | undefined;
}

export class ShareDesk {
  readonly #session: Session;
  readonly #host: SessionHost;

  constructor(session: Session, host: SessionHost) {
    this.#session = session;
    this.#host = host;
  }

  /** @param id - JSON text of the request's id */
  submit(id: string, params: unknown, nowMs: number): void {
    const submission = parseSubmission(params);
    if (submission === undefined) return this.#reject(id, undefined, 'malformed', nowMs);
    const claim: Claim = {
      nonce: submission.nonce.toLowerCase(),
      chain: claimedChain(submission.fromGroup, submission.toGroup),
      worker: this.#session.worker(submission.worker),
    };
    const header = this.#host.board.find(headerNumberOf(submission.jobId));
    let judged = header === undefined ? undefined : this.#judge(header, claim, nowMs);
    if (judged === 'malformedNonce') return this.#reject(id, claim.worker, 'malformedNonce', nowMs);
    if (judged === undefined || mayBeOfAnotherJob(judged.reject)) {
      const other = this.#newestOfClaim(claim, header);
      const second = other === undefined ? undefined : this.#judge(other, claim, nowMs);
      if (second === 'malformedNonce') return this.#reject(id, claim.worker, 'malformedNonce', nowMs);
      // Some miners name a wrong job: what proves itself elsewhere counts there.
      if (second !== undefined && (judged === undefined || second.reject === undefined || second.block)) {
        return this.#settle(id, other!, claim, second, nowMs);
      }
    }
    if (judged === undefined) return this.#reject(id, claim.worker, this.#unknownReason(submission, claim), nowMs);
    this.#settle(id, header!, claim, judged, nowMs);
  }

  #judge(header: PoolHeader, { nonce, chain, worker }: Claim, nowMs: number): ShareVerdict | 'malformedNonce' {
    if (!writeNonce(nonce, header.bytes)) return 'malformedNonce';
    const { extranonce, jobs } = this.#session;
    const target = jobs.difficultyOf(header)?.acceptTarget;
    const claim = { header, chain, authorized: worker !== undefined, extranonce, target };
    return checkShare(claim, nonce, this.#host.hashHeader, nowMs);
  }

  #settle(id: string, header: PoolHeader, claim: Claim, verdict: ShareVerdict, nowMs: number): void {
    const difficulty = this.#session.jobs.difficultyOf(header);
    let { reject } = verdict;
    if (reject === undefined && !this.#host.journal.writable) reject = 'unrecorded';
    if (verdict.block) this.#sendBlock(header, claim, verdict, reject === undefined ? difficulty : undefined);
    if (reject !== undefined) return this.#reject(id, claim.worker, reject, nowMs, verdict.hash);
    this.#accept(id, header, claim, verdict.hash, difficulty!, nowMs);
  }

  #accept(
    id: string,
    header: PoolHeader,
    { nonce, worker }: Claim,
    hash: Uint8Array,
    difficulty: ShareDifficulty,
    nowMs: number,
  ): void {
    const { journal, counters, acknowledgements, board } = this.#host;
    header.shares.add(nonce);
    if (header.shares.size >= MAX_SHARES_PER_HEADER) board.close(header, nowMs);
    const { account, name } = worker!;
    worker!.journalWorker ??= journal.worker(account, name);
    journal.share(worker!.journalWorker, header.job.chain, difficulty, hash);
    counters.accepted++;
    counters.workLow += difficulty.low;
    counters.workHigh += difficulty.high;
    this.#session.extranonceUsed = true;
    acknowledgements.accept(this.#session, id, header, nonce);
    this.#host.noteShare(this.#session, difficulty, nowMs);
  }

  #sendBlock(
    header: PoolHeader,
    { worker }: Claim,
    { hash }: ShareVerdict,
    credited: ShareDifficulty | undefined,
  ): void {
    this.#host.submitBlock({ header, bytes: header.bytes.slice(), hash, worker, work: credited?.work ?? 0n });
  }

  #reject(
    id: string,
    worker: LiveWorker | undefined,
    reason: RejectReason,
    nowMs: number,
    hash?: Uint8Array,
  ): void {
    const { counters, acknowledgements, journal } = this.#host;
    counters.reject(reason);
    if (worker?.journalWorker !== undefined) {
      journal.reject(worker.journalWorker, reason);
    }
    const { code, message } = REJECT_REASONS[reason];
    const detail = reason === 'lowDifficulty' && hash !== undefined ? ` (${describeDifficulty(hash)})` : '';
    acknowledgements.say(this.#session, errorLine(id, code, message + detail));
    this.#host.noteReject(this.#session, reason, nowMs);
  }

  /** The newest header given here that a submission under a wrong id may mean. */
  #newestOfClaim({ chain }: Claim, not: PoolHeader | undefined): PoolHeader | undefined {
    const { jobs } = this.#session;
    const header = chain === undefined ? jobs.last : chain < 0 ? undefined : jobs.newestOf(chain);
    return header === not ? undefined : header;
  }

  #unknownReason({ nonce }: Submission, { worker }: Claim): RejectReason {
    if (worker === undefined) return 'unauthorized';
    return /^[0-9a-f]{48}$/i.test(nonce) ? 'unknownJob' : 'malformedNonce';
  }
}

/** Whether a share that is none on the job that it names may be one on another. */
function mayBeOfAnotherJob(reject: RejectReason | undefined): boolean {
  return (
    reject === 'wrongChain' || reject === 'wrongHashChain' || reject === 'lowDifficulty' || reject === 'unknownJob'
  );
}
