/**
 * Found blocks on their way to full nodes: each is followed until its fate is known.
 *
 * A block goes to the node that issued its template. If the connection is lost before the verdict, nobody knows
 * whether the block arrived: it is sent once more when that node is back, unless a node is found to have it. A node that
 * only lost the connection still has the template; a restarted node refuses, and that refusal says nothing. A whole block
 * goes to any node that takes such.
 * @module
 */
import { bytesToHex } from '../protocol/bytes.js';
import { nodeKeepsTxs, type SentBlock } from '../protocol/job.js';
import { lookUpBlock } from './block-look-up.js';
import { BlockTracker } from './block-tracker.js';
import type { NodeSession, Nodes } from './node-set-port.js';

/** Limit for a node's answer whether it has a block, ms. */
const LOOK_UP_TIMEOUT_MS = 5_000;

/** Most refused blocks that are looked up at a time: a test network may have many. */
const MAX_DOUBTS = 8;

/**
 * `accepted`, `refused` and `missing` are final, but that a refused one may turn out to be accepted; `unanswered` comes before one of
 * them, at most once.
 */
export type BlockFate = 'accepted' | 'refused' | 'unanswered' | 'missing';

export interface BlockFollowerModules {
  readonly nodes: Pick<Nodes, 'nodes' | 'submit'>;
  /** What became of a block; never told within `submit`. @param hash - hex */
  readonly onFate: (hash: string, fate: BlockFate) => void;
  /** No node could be asked for a long time: the block is to be looked up at the next start. @param hash - hex */
  readonly onGivenUp: (hash: string) => void;
}

/** A sent block that may have to be sent again. */
interface FollowedBlock extends SentBlock {
  /** The session in which the block was sent last, whether or not it arrived. */
  session: number;
  /** Whether the block was sent more than once. */
  again: boolean;
  /** Index of the node that issued the block's template; undefined if that is not known any more. */
  readonly node: number | undefined;
}

export class BlockFollower {
  readonly #modules: BlockFollowerModules;
  readonly #tracker = new BlockTracker();
  /** Sent blocks by hash in hex; no more than the tracker follows. */
  readonly #sent = new Map<string, FollowedBlock>();
  #doubting = 0;
  #running = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(modules: BlockFollowerModules) {
    this.#modules = modules;
  }

  /** Number of sent blocks that wait for a verdict. */
  get waiting(): number {
    return this.#tracker.waiting;
  }

  /** Begins to tell, and to look up. */
  start(): void {
    this.#running = true;
    this.#plan();
  }

  close(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /**
   * Sends a block.
   * @param session - the one that its template came from, which may be over
   * @param node - index of that session's node; undefined if that is not known
   * @param hash - of the block, 32 bytes
   */
  submit(
    session: Pick<NodeSession, 'id'>,
    node: number | undefined,
    { header, txsBlob }: SentBlock,
    hash: Uint8Array,
  ): void {
    const hex = bytesToHex(hash);
    const sent = this.#modules.nodes.submit(session, header, txsBlob);
    this.#sent.set(hex, { header, txsBlob, session: session.id, again: !sent, node });
    this.#tracker.sent(hex, sent ? session.id : undefined, performance.now());
    this.#plan();
  }

  /**
   * Finds out what became of a block of an earlier run. One that no node has is sent again where that can help.
   * @param hash - hex
   * @param block - as it was sent
   */
  lookUp(hash: string, block?: SentBlock): void {
    // Of any other block a node has forgotten the transactions when it was started again, and of one that runs it has the block.
    if (block !== undefined && !nodeKeepsTxs(block.txsBlob) && !this.#sent.has(hash))
      this.#sent.set(hash, { ...block, session: 0, again: false, node: undefined });
    this.#tracker.lookUp(hash, performance.now());
    this.#plan();
  }

  /** A node has said what it makes of a block. */
  verdict(blockHash: Uint8Array, accepted: boolean): void {
    const hash = bytesToHex(blockHash);
    const fate = this.#tracker.verdict(hash, accepted);
    if (fate !== undefined) this.#end(hash, fate);
    if (fate === 'refused') void this.#doubt(hash);
  }

  sessionEnded({ id }: Pick<NodeSession, 'id'>): void {
    this.#tracker.sessionEnded(id, performance.now());
    this.#plan();
  }

  /** Fires when something is due, so that results are never told within `submit`. */
  #plan(): void {
    clearTimeout(this.#timer);
    const dueMs = this.#tracker.nextDueMs();
    if (dueMs === undefined || !this.#running) return;
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, dueMs - performance.now()));
  }

  #wake(): void {
    const { unanswered, lookUps } = this.#tracker.due(performance.now());
    for (const hash of unanswered) {
      if (!this.#tracker.has(hash)) this.#sent.delete(hash);
      this.#modules.onFate(hash, 'unanswered');
    }
    for (const hash of lookUps) void this.#lookUp(hash);
    this.#plan();
  }

  async #lookUp(hash: string): Promise<void> {
    const answer = await lookUpBlock(this.#modules.nodes.nodes, hash, LOOK_UP_TIMEOUT_MS);
    if (!this.#running) return;
    const end = this.#tracker.answered(hash, answer, performance.now());
    if (end === 'givenUp') {
      this.#sent.delete(hash);
      this.#modules.onGivenUp(hash);
    } else if (end !== undefined) this.#end(hash, end);
    else this.#sendAgain(hash);
    this.#plan();
  }

  /** A node refuses what it has, from another process or an earlier run: asks once whether that is why. */
  async #doubt(hash: string): Promise<void> {
    if (this.#doubting >= MAX_DOUBTS) return;
    this.#doubting++;
    const answer = await lookUpBlock(this.#modules.nodes.nodes, hash, LOOK_UP_TIMEOUT_MS);
    this.#doubting--;
    if (answer === 'found' && this.#running) this.#modules.onFate(hash, 'accepted');
  }

  /**
   * Sends a block that no node has to its node, once more in its session (a connection that was dead when it was sent may
   * have been taken over from since, which is no other session) and once in each later one.
   */
  #sendAgain(hash: string): void {
    const block = this.#sent.get(hash);
    const session = block && this.#sessionFor(block);
    if (!session || (session.id === block.session && block.again) || !this.#tracker.has(hash)) return;
    if (!this.#modules.nodes.submit(session, block.header, block.txsBlob)) return;
    block.session = session.id;
    block.again = true;
    this.#tracker.resent(hash);
  }

  /** Where a block can be sent again: to the node of its template, or any that takes whole blocks. */
  #sessionFor({ node, txsBlob }: FollowedBlock): NodeSession | undefined {
    const { nodes } = this.#modules.nodes;
    const own = node === undefined ? undefined : nodes[node]?.session;
    if (own !== undefined || nodeKeepsTxs(txsBlob)) return own;
    return nodes.find(({ wholeBlocks, session }) => wholeBlocks && session !== undefined)?.session;
  }

  #end(hash: string, fate: BlockFate): void {
    this.#sent.delete(hash);
    this.#plan();
    this.#modules.onFate(hash, fate);
  }
}
