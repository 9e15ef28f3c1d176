/**
 * A set of nodes whose found blocks are on record before they are sent, header and transactions, and are followed until their fate is
 * known: a run that ends in between leaves them to the next one, which looks each up and sends it again where no node has it.
 *
 * ```
 * submit --> BlockRecord --> BlockFollower --> Nodes        accepted | refused | missing: off the record
 * earlier blocks on record ----^
 * ```
 *
 * A block whose transactions its node keeps passes: nobody else could send it again.
 * @module
 */
import { type BlockFate, BlockFollower } from '../node/block-follower.js';
import type { ExpectedIdentity } from '../node/identity.js';
import type { NodeSession, NodeSetEvents, NodeStatus, Nodes } from '../node/node-set-port.js';
import { BoundedMap } from '../protocol/bounded-map.js';
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { nodeKeepsTxs, type TxsBlob } from '../protocol/job.js';
import { blockHash } from '../protocol/pow.js';
import type { BlockRecord } from './block-record.js';
import type { Find } from './fund/finds.js';
import { Trouble } from './trouble.js';

export interface RecordedNodesModules {
  /** Not open yet. */
  readonly nodes: Nodes;
  readonly record: BlockRecord;
  /** Which find a header is; undefined if it burns no coins of ours. @param header - 326 bytes */
  readonly findOf: (header: Uint8Array) => Find | undefined;
  /** Keeps that a block is a find: a block whose fate is known is on record no longer. Never rejects. */
  readonly note: (find: Find) => Promise<void>;
}

/** Sessions whose node is remembered: a few lead, and a few end. */
const MAX_SESSIONS = 64;

/** Blocks of a run whose fate is not known: more than nodes could leave open. */
const MAX_OPEN = 1_024;

export class RecordedNodes implements Nodes {
  readonly #modules: RecordedNodesModules;
  readonly #follower: BlockFollower;
  readonly #recording: Trouble;
  /** Blocks of this run whose fate is not known, by hash. */
  readonly #open = new BoundedMap<string, true>(MAX_OPEN);
  /** Those of the run before. */
  readonly #earlier: ReadonlySet<string>;
  readonly #nodeOf = new BoundedMap<number, number>(MAX_SESSIONS);
  #leading: NodeSession | undefined;
  #events: NodeSetEvents | undefined;

  constructor(modules: RecordedNodesModules) {
    this.#modules = modules;
    this.#earlier = new Set(modules.record.earlier.map(({ hash }) => hash));
    this.#recording = new Trouble('found blocks are put on record again', ({ level, message }) =>
      this.#tell(level, message),
    );
    this.#follower = new BlockFollower({
      nodes: modules.nodes,
      onFate: (hash, fate) => this.#settle(hash, fate),
      onGivenUp: (hash) =>
        this.#tell(
          'warn',
          `no node could be asked what became of block ${hash}: looked up again at the next start`,
        ),
    });
  }

  get nodes(): readonly NodeStatus[] {
    return this.#modules.nodes.nodes;
  }

  open(events: NodeSetEvents): void {
    this.#events = events;
    const { nodes, record } = this.#modules;
    nodes.open({
      onIdentity: (identity) => events.onIdentity?.(identity),
      onSession: (session) => {
        this.#nodeOf.renew(session.id, session.node);
        this.#leading = session;
        events.onSession(session);
      },
      onJobs: (session, jobs, standing) => events.onJobs(session, jobs, standing),
      onVerdict: (session, hash, accepted) => {
        if (!this.#isFollowed(bytesToHex(hash))) events.onVerdict(session, hash, accepted);
        this.#follower.verdict(hash, accepted);
      },
      onSessionEnd: (session) => {
        this.#follower.sessionEnded(session);
        events.onSessionEnd(session);
      },
      onNotice: (notice) => events.onNotice(notice),
    });
    this.#follower.start();
    const { earlier } = record;
    if (earlier.length > 0)
      this.#tell('info', `found blocks of an earlier run, which are looked up: ${earlier.length}`);
    for (const block of earlier) this.#follower.lookUp(block.hash, block);
  }

  submit(session: Pick<NodeSession, 'id'>, header: Uint8Array, txsBlob: TxsBlob): boolean {
    if (nodeKeepsTxs(txsBlob)) return this.#modules.nodes.submit(session, header, txsBlob);
    void this.#send(session, header, txsBlob);
    return true;
  }

  expect(expected: ExpectedIdentity): void {
    this.#modules.nodes.expect(expected);
  }

  close(): void {
    this.#events = undefined;
    this.#follower.close();
    this.#modules.nodes.close();
  }

  async #send(session: Pick<NodeSession, 'id'>, header: Uint8Array, txsBlob: TxsBlob): Promise<void> {
    const id = blockHash(header);
    const hash = bytesToHex(id);
    const { record, findOf, note } = this.#modules;
    const find = findOf(header);
    const noted = find === undefined ? undefined : note(find);
    this.#open.set(hash, true);
    try {
      await record.put({ hash, header, txsBlob, find });
      this.#recording.isOver();
    } catch (error) {
      this.#recording.is(
        `a found block can't be put on record, and is sent all the same: ${(error as Error).message}`,
      );
    }
    await noted;
    if (this.#events !== undefined)
      this.#follower.submit(session, this.#nodeOf.get(session.id), { header, txsBlob }, id);
  }

  #isFollowed(hash: string): boolean {
    return this.#open.has(hash) || this.#earlier.has(hash);
  }

  #settle(hash: string, fate: BlockFate): void {
    // Whoever found it has a limit of its own for the answer.
    if (fate === 'unanswered') return;
    this.#open.delete(hash);
    this.#modules.record.drop(hash).catch((error: unknown) => {
      this.#recording.is(`a block stays on record: ${(error as Error).message}`);
    });
    if (this.#earlier.has(hash)) this.#tell(...earlierText(hash, fate));
    else if (fate === 'missing') this.#tell('warn', `block ${hash} is lost: no node has it`);
    else if (this.#leading !== undefined)
      this.#events?.onVerdict(this.#leading, hexToBytes(hash), fate === 'accepted');
  }

  #tell(level: 'info' | 'warn', message: string): void {
    this.#events?.onNotice({ level, name: 'polw', message });
  }
}

function earlierText(hash: string, fate: Exclude<BlockFate, 'unanswered'>): ['info' | 'warn', string] {
  switch (fate) {
    case 'accepted':
      return ['info', `block ${hash} of an earlier run: a node has it`];
    case 'refused':
      return ['warn', `block ${hash} of an earlier run: refused`];
    case 'missing':
      return ['warn', `block ${hash} of an earlier run is lost: no node has it`];
  }
}
