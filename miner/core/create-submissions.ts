/**
 * Blocks or shares, as the source wants them, wired to the board, the source and the events.
 * @module
 */
import { bytesToHex, equalBytes } from '../../protocol/bytes.js';
import { type ChainIndex, chainName } from '../../protocol/chain.js';
import { HASHES_PER_DIFFICULTY } from '../../protocol/target.js';
import { BlockSubmissions } from './block-submissions.js';
import type { MinerEvent } from './events.js';
import { type Share, ShareSubmissions } from './share-submissions.js';
import type { JobSource, SourceKind, SourceSession } from './source.js';
import type { Find, Submissions } from './submissions.js';
import type { Tally } from './tally.js';
import type { WorkPlan } from './work-plan.js';

export interface SubmissionModules {
  readonly source: JobSource;
  readonly plan: WorkPlan;
  readonly tally: Tally;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  readonly onEvent: (event: MinerEvent) => void;
  /** Whether there is no session at present, and the last one may yet come back with the same templates. */
  readonly isOrphaned: () => boolean;
  /** A chain may be worked on again. */
  readonly onResume: () => void;
}

export function createSubmissions(kind: SourceKind, modules: SubmissionModules): Submissions {
  return kind === 'pools' ? createShares(modules) : createBlocks(modules);
}

function createBlocks({
  source,
  plan,
  tally,
  now,
  onEvent,
  isOrphaned,
  onResume,
}: SubmissionModules): Submissions {
  /** Sends to the session that the template came from, or to a later one that brought the very same template. */
  const send = ({ template, header, hash }: Find): SourceSession | undefined => {
    if (source.submit(template.session, template.job, header, hash)) return template.session;
    // Pools may bring the very same template, and take no block of it.
    if (source.kind !== 'nodes') return undefined;
    const current = plan.board.current(template.job.chain);
    if (current === undefined || current.session === template.session) return undefined;
    if (!equalBytes(current.job.headerBlob, template.job.headerBlob)) return undefined;
    return source.submit(current.session, current.job, header, hash) ? current.session : undefined;
  };
  return new BlockSubmissions({
    send,
    isOrphaned,
    isSubmittable: (template) => plan.board.isSubmittable(template),
    isAncestor: (chain, hash) => plan.board.isAncestor(chain, hash),
    isCurrent: (template) => plan.board.isCurrent(template),
    pause: (chain) => plan.pause(chain, now()),
    resume: (chain) => {
      plan.resume(chain, now());
      onResume();
    },
    isUsed: (template) => plan.isUsed(template),
    isWon: (template) => plan.isWon(template),
    isSpent: (template) => plan.isSpent(template),
    noteTaken: (template) => plan.noteTaken(template, now()),
    noteRefused: (template) => {
      if (!plan.noteRefused(template, now())) return;
      const { job, session } = template;
      const message = `chain ${chainName(job.chain)}: the node refuses one block after the other at height ${job.height}: no more work on this template; mining goes on with the chain's next one`;
      onEvent({ type: 'notice', level: 'warn', name: session.name, message });
    },
    onVerdict: ({ template, hash }, verdict, answerMs, late) => {
      const { chain, height } = template.job;
      if (verdict === 'accepted') tally.addAccepted(chain);
      onEvent({ type: 'verdict', chain, height, hash: bytesToHex(hash), verdict, answerMs, late });
    },
    onUnsent: (find) => onEvent({ type: 'unsent', to: 'node', ...named(find), block: true, why: 'away' }),
  });
}

function createShares({ source, plan, tally, now, onEvent }: SubmissionModules): Submissions {
  return new ShareSubmissions(
    {
      send: ({ template, header, hash }) =>
        source.submit(template.session, template.job, header, hash) ? template.session : undefined,
      isSuperseded: (template) => plan.board.isSuperseded(template),
      isAncestor: (chain, hash) => plan.board.isAncestor(chain, hash),
      onVerdict: ({ template, hash, work, isBlock }, verdict, answerMs, late) => {
        onEvent({
          type: 'share',
          chain: template.job.chain,
          height: template.job.height,
          hash: bytesToHex(hash),
          pool: template.session.name,
          difficulty: stratumDifficulty(work),
          work,
          block: isBlock,
          verdict: verdict.kind,
          ...(verdict.kind === 'rejected' ? verdict.refusal : {}),
          answerMs,
          late,
        });
      },
      onUnsent: (share, why) =>
        onEvent({ type: 'unsent', to: 'pool', ...named(share), block: share.isBlock, why }),
      onBlock: ({ template }: Share) => tally.addAccepted(template.job.chain),
    },
    now(),
  );
}

/** A find's facts for events. */
function named({ template: { job }, hash }: Find): { chain: ChainIndex; height: number; hash: string } {
  return { chain: job.chain, height: job.height, hash: bytesToHex(hash) };
}

/** A work as pools name it, to be shown. @param work - expected hashes */
export function stratumDifficulty(work: bigint): number {
  return Number(work) / Number(HASHES_PER_DIFFICULTY);
}
