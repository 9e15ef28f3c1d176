/**
 * Jobs from full nodes, and found blocks to them: the pool's way to a set of nodes.
 *
 * A block goes to the node that issued its template. If the connection is lost before the verdict, nobody knows
 * whether the block arrived: it is sent once more when that node is back, unless a node is found to have it. A node that
 * only lost the connection still has the template; a restarted node refuses, and that refusal says nothing.
 * @module
 */
import type { NodeSession, Nodes } from '../../node/node-set-port.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { type Job, nodeKeepsTxs } from '../../protocol/job.js';
import type { BlockStateChange } from '../domain/block-record.js';
import type {
  SentBlock,
  Upstream,
  UpstreamEvents,
  UpstreamIdentity,
  UpstreamNode,
  UpstreamSession,
} from '../ports/upstream.js';
import { lookUpBlock } from './block-look-up.js';
import { BlockTracker } from './block-tracker.js';

/** Limit for a node's answer whether it has a block, ms. */
const LOOK_UP_TIMEOUT_MS = 5_000;

/** Most refused blocks that are looked up at a time: a test network may have many. */
const MAX_DOUBTS = 8;

/** A sent block that may have to be sent again. */
interface FollowedBlock extends SentBlock {
  /** The session in which the block was sent last, whether or not it arrived. */
  session: number;
  /** Whether the block was sent more than once. */
  again: boolean;
  /** Index of the node that issued the block's template; undefined if that was in an earlier run. */
  readonly node: number | undefined;
}

export class FullNodeUpstream implements Upstream {
  readonly #nodes: Nodes;
  readonly #tracker = new BlockTracker();
  /** Sent blocks by hash in hex; no more than the tracker follows. */
  readonly #sent = new Map<string, FollowedBlock>();
  /** The node of each session that led: a few, some of them over. */
  readonly #nodeOf = new WeakMap<UpstreamSession, number>();
  #doubting = 0;
  #events: UpstreamEvents | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  get nodes(): readonly UpstreamNode[] {
    return this.#nodes.nodes.map(({ name, state, detail, standing }) => ({ name, state, detail, standing }));
  }

  get waiting(): number {
    return this.#tracker.waiting;
  }

  open(events: UpstreamEvents): void {
    this.#events = events;
    this.#nodes.open({
      onIdentity: (identity) => events.onIdentity(identity),
      onSession: (session) => {
        this.#nodeOf.set(session, session.node);
        events.onSession(session);
      },
      onJobs: (session, jobs, standing) => events.onJobs(session, jobs, standing),
      onVerdict: (_session, blockHash, accepted) => {
        const hash = bytesToHex(blockHash);
        const state = this.#tracker.verdict(hash, accepted);
        if (state !== undefined) this.#end(hash, state);
        if (state === 'refused') void this.#doubt(hash);
      },
      onSessionEnd: (session: NodeSession) => {
        this.#tracker.sessionEnded(session.id, performance.now());
        this.#plan();
        events.onSessionEnd(session);
      },
      onNotice: (notice) => events.onNotice(notice),
    });
    this.#plan();
  }

  expect(identity: Partial<UpstreamIdentity>): void {
    this.#nodes.expect(identity);
  }

  submit(session: UpstreamSession, job: Job, header: Uint8Array, hash: Uint8Array): void {
    const hex = bytesToHex(hash);
    const { txsBlob } = job;
    const sent = this.#nodes.submit(session, header, txsBlob);
    const node = this.#nodeOf.get(session);
    this.#sent.set(hex, { header, txsBlob, session: session.id, again: !sent, node });
    this.#tracker.sent(hex, sent ? session.id : undefined, performance.now());
    this.#plan();
  }

  lookUp(hash: string, block?: SentBlock): void {
    // Of any other block a node has forgotten the transactions when it was started again, and of one that runs it has the block.
    if (block !== undefined && !nodeKeepsTxs(block.txsBlob) && !this.#sent.has(hash))
      this.#sent.set(hash, { ...block, session: 0, again: false, node: undefined });
    this.#tracker.lookUp(hash, performance.now());
    this.#plan();
  }

  close(): void {
    this.#events = undefined;
    clearTimeout(this.#timer);
    this.#nodes.close();
  }

  /** Fires when something is due, so that results are never told within `submit`. */
  #plan(): void {
    clearTimeout(this.#timer);
    const dueMs = this.#tracker.nextDueMs();
    if (dueMs === undefined || this.#events === undefined) return;
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, dueMs - performance.now()));
  }

  #wake(): void {
    const { unanswered, lookUps } = this.#tracker.due(performance.now());
    for (const hash of unanswered) {
      if (!this.#tracker.has(hash)) this.#sent.delete(hash);
      this.#events?.onBlockState(hash, 'unanswered');
    }
    for (const hash of lookUps) void this.#lookUp(hash);
    this.#plan();
  }

  async #lookUp(hash: string): Promise<void> {
    const answer = await lookUpBlock(this.#nodes.nodes, hash, LOOK_UP_TIMEOUT_MS);
    if (this.#events === undefined) return;
    const end = this.#tracker.answered(hash, answer, performance.now());
    if (end === 'givenUp') {
      this.#sent.delete(hash);
      const message = `no node could be asked what became of block ${hash}: looked up again at the next start`;
      this.#events.onNotice({ level: 'warn', name: 'blocks', message });
    } else if (end !== undefined) this.#end(hash, end);
    else this.#sendAgain(hash);
    this.#plan();
  }

  /** A node refuses what it has, from another front end or an earlier run: asks once whether that is why. */
  async #doubt(hash: string): Promise<void> {
    if (this.#doubting >= MAX_DOUBTS) return;
    this.#doubting++;
    const answer = await lookUpBlock(this.#nodes.nodes, hash, LOOK_UP_TIMEOUT_MS);
    this.#doubting--;
    if (answer === 'found') this.#events?.onBlockState(hash, 'accepted');
  }

  /**
   * Sends a block that no node has to its node, once more in its session (a connection that was dead when it was sent may
   * have been taken over from since, which is no other session) and once in each later one.
   */
  #sendAgain(hash: string): void {
    const block = this.#sent.get(hash);
    const session = block && this.#sessionFor(block);
    if (!session || (session.id === block.session && block.again) || !this.#tracker.has(hash)) return;
    if (!this.#nodes.submit(session, block.header, block.txsBlob)) return;
    block.session = session.id;
    block.again = true;
    this.#tracker.resent(hash);
  }

  /** Where a block can be sent again: to the node of its template, or any that takes whole blocks. */
  #sessionFor({ node, txsBlob }: FollowedBlock): NodeSession | undefined {
    const { nodes } = this.#nodes;
    const own = node === undefined ? undefined : nodes[node]?.session;
    if (own !== undefined || nodeKeepsTxs(txsBlob)) return own;
    return nodes.find(({ wholeBlocks, session }) => wholeBlocks && session !== undefined)?.session;
  }

  #end(hash: string, state: BlockStateChange['state']): void {
    this.#sent.delete(hash);
    this.#plan();
    this.#events?.onBlockState(hash, state);
  }
}
