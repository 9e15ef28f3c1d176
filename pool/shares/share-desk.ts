/**
 * Judges, books and answers a session's submissions.
 *
 * ```
 * submit -> header by job id -> check -> block? to the node first
 *                                     -> refused: reply with the reason, count
 *                                     -> accepted: table of duplicates, journal, reply at the end of the tick
 * ```
 * @module
 */
import { errorLine } from '../../protocol/stratum/reply.js';
import { parseSubmission } from '../../protocol/stratum/request.js';
import type { BlockFind } from '../blocks/block-find.js';
import type { Counters, DisconnectReason } from '../domain/counters.js';
import { REJECT_REASONS, type RejectReason } from '../domain/reject-reasons.js';
import { type HeaderBoard, MAX_SHARES_PER_HEADER } from '../jobs/header-board.js';
import { headerNumberOf } from '../jobs/job-id.js';
import type { PoolHeader } from '../jobs/pool-header.js';
import type { ShareJournal } from '../ports/journal.js';
import type { PeerLog } from '../ports/peer-log.js';
import type { Acknowledgements } from '../sessions/acknowledgements.js';
import type { LiveWorker } from '../sessions/live-worker.js';
import type { Session } from '../sessions/session.js';
import type { ShareDifficulty } from './difficulty-table.js';
import {
  checkShare,
  claimedChain,
  describeDifficulty,
  type HeaderHash,
  isNonce,
  NONCE_DIGITS,
  type ShareVerdict,
  writeNonce,
} from './share-check.js';

/** The parts of a submission that could be read. */
interface Claim {
  readonly nonce: string;
  readonly chain: number | undefined;
  readonly worker: LiveWorker | undefined;
}

/** A share judged on one header. */
interface Judged {
  readonly header: PoolHeader;
  /** Undefined if the header was never sent to this session. */
  readonly difficulty: ShareDifficulty | undefined;
  readonly verdict: ShareVerdict;
}

/** The parts of the pool that a share desk uses. */
export interface ShareHost {
  readonly board: HeaderBoard;
  readonly journal: ShareJournal;
  readonly acknowledgements: Acknowledgements;
  readonly counters: Counters;
  readonly peers: PeerLog;
  readonly hashHeader: HeaderHash;
  /** Sends a block to its node, and notes it in the journal: a flush must follow. */
  submitBlock(find: BlockFind): void;
  /** Takes no more shares on a header: its miners get other work. */
  closeHeader(header: PoolHeader, nowMs: number): void;
  /** A miner has its first share accepted: it gets its jobs at once from now on. */
  noteProven(session: Session): void;
  /** Closes a connection. */
  disconnect(session: Session, reason: DisconnectReason): void;
}

export class ShareDesk {
  readonly #host: ShareHost;

  constructor(host: ShareHost) {
    this.#host = host;
  }

  /** @param id - JSON text of the request's id */
  submit(session: Session, id: string, params: unknown, nowMs: number): void {
    const submission = parseSubmission(params);
    if (submission === undefined) {
      this.#reject(session, id, undefined, 'malformed');
      return;
    }
    const claim: Claim = {
      nonce: wholeNonce(submission.nonce.toLowerCase(), session.extranonce),
      chain: claimedChain(submission.fromGroup, submission.toGroup),
      worker: session.worker(submission.worker),
    };
    const judged = this.#judgeEverywhere(session, headerNumberOf(submission.jobId), claim, nowMs);
    if (typeof judged === 'string') this.#reject(session, id, claim.worker, judged);
    else this.#settle(session, id, judged, claim, nowMs);
  }

  /** Judges a share on the header that it names and, if that fails, on the one that it may mean. */
  #judgeEverywhere(
    session: Session,
    headerNumber: number,
    claim: Claim,
    nowMs: number,
  ): Judged | RejectReason {
    const named = this.#host.board.find(headerNumber);
    const first = named === undefined ? undefined : this.#judge(session, named, claim, nowMs);
    if (first !== undefined && (first.verdict.block || !isWorthAnotherTry(first.verdict))) return first;
    // Some miners name a wrong job: a share that is valid on another header counts there.
    const meant = newestOfClaim(session, claim, named);
    const second = meant === undefined ? undefined : this.#judge(session, meant, claim, nowMs);
    if (second !== undefined && isProved(second.verdict)) return second;
    return first ?? unknownReason(claim);
  }

  #judge(
    session: Session,
    header: PoolHeader,
    { nonce, chain, worker }: Claim,
    nowMs: number,
  ): Judged | undefined {
    if (!writeNonce(nonce, header.bytes)) return undefined;
    const difficulty = session.difficultyOf(header);
    const { extranonce } = session;
    const target = difficulty?.acceptTarget;
    const claim = { header, chain, authorized: worker !== undefined, extranonce, target };
    return { header, difficulty, verdict: checkShare(claim, nonce, this.#host.hashHeader, nowMs) };
  }

  #settle(
    session: Session,
    id: string,
    { header, difficulty, verdict }: Judged,
    claim: Claim,
    nowMs: number,
  ): void {
    let { reject } = verdict;
    if (reject === undefined && !this.#host.journal.writable) reject = 'unrecorded';
    if (verdict.block) this.#sendBlock(header, claim, verdict, reject === undefined ? difficulty : undefined);
    if (reject === undefined) this.#accept(session, id, header, claim, verdict.hash, difficulty!, nowMs);
    else this.#reject(session, id, claim.worker, reject, verdict.hash);
    // Not only at the end of the tick: a process that dies in between would have sent a block that is on no record. And with
    // the share, so that both are on record or neither is.
    if (verdict.block) this.#host.acknowledgements.flush();
  }

  #accept(
    session: Session,
    id: string,
    header: PoolHeader,
    { nonce, worker }: Claim,
    hash: Uint8Array,
    difficulty: ShareDifficulty,
    nowMs: number,
  ): void {
    const { journal, acknowledgements } = this.#host;
    header.shares.add(nonce);
    if (header.shares.size >= MAX_SHARES_PER_HEADER) this.#host.closeHeader(header, nowMs);
    const { account, name } = worker!;
    worker!.journalWorker ??= journal.worker(account, name);
    journal.share(worker!.journalWorker, header.job.chain, difficulty, hash);
    acknowledgements.accept(session, id, header, nonce, difficulty);
    if (!session.extranonceUsed) this.#host.noteProven(session);
    session.noteShare(difficulty, nowMs);
  }

  #sendBlock(
    header: PoolHeader,
    { worker }: Claim,
    { hash }: ShareVerdict,
    credited: ShareDifficulty | undefined,
  ): void {
    const stale = header.closes;
    const work = credited?.work ?? 0n;
    this.#host.submitBlock({ header, bytes: header.bytes.slice(), hash, worker, work, stale });
  }

  #reject(
    session: Session,
    id: string,
    worker: LiveWorker | undefined,
    reason: RejectReason,
    hash?: Uint8Array,
  ): void {
    const { counters, acknowledgements, journal, peers } = this.#host;
    counters.reject(reason);
    session.rejected++;
    if (peers.detailed)
      peers.detail('shareRefused', reason, () => ({
        ...session.peer,
        what: 'shareRefused',
        account: worker?.account.address ?? '',
        worker: worker?.name ?? '',
        reason,
      }));
    if (worker?.journalWorker !== undefined) {
      journal.reject(worker.journalWorker, reason);
    }
    const { code, message } = REJECT_REASONS[reason];
    const detail = reason === 'lowDifficulty' && hash !== undefined ? ` (${describeDifficulty(hash)})` : '';
    acknowledgements.say(session, errorLine(id, code, message + detail));
    if (!session.connection.noteRefused(reason)) this.#host.disconnect(session, 'invalidShares');
  }
}

/** A nonce that was sent without its extranonce gets it back: its length says so. */
function wholeNonce(nonce: string, extranonce: string): string {
  return nonce.length === NONCE_DIGITS - extranonce.length ? extranonce + nonce : nonce;
}

/** Why a share without a header is refused. */
function unknownReason({ nonce, worker }: Claim): RejectReason {
  if (!isNonce(nonce)) return 'malformedNonce';
  return worker === undefined ? 'unauthorized' : 'unknownJob';
}

/** Whether a share meets the difficulty on that header, be it new or a duplicate. */
function isProved({ reject, block }: ShareVerdict): boolean {
  return block || reject === undefined || reject === 'duplicate';
}

/** Whether a share that fails on the job it names is worth trying on another. */
function isWorthAnotherTry({ reject }: ShareVerdict): boolean {
  return reject !== undefined && REJECT_REASONS[reject].mayBeOfAnotherJob;
}

/** The newest header sent to this session that a submission under a wrong id may mean. */
function newestOfClaim(
  { jobs }: Session,
  { chain }: Claim,
  not: PoolHeader | undefined,
): PoolHeader | undefined {
  if (chain !== undefined && chain < 0) return undefined;
  const job = chain === undefined ? jobs.at(-1) : jobs.findLast(({ header }) => header.job.chain === chain);
  const header = job?.header;
  return header === not ? undefined : header;
}
