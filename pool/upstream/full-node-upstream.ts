/**
 * Jobs from full nodes, and found blocks to them: the pool's way to a set of nodes.
 * @module
 */
import { BlockFollower } from '../../node/block-follower.js';
import type { Nodes } from '../../node/node-set-port.js';
import type { Job, SentBlock } from '../../protocol/job.js';
import type {
  Upstream,
  UpstreamEvents,
  UpstreamIdentity,
  UpstreamNode,
  UpstreamSession,
} from '../ports/upstream.js';

export class FullNodeUpstream implements Upstream {
  readonly #nodes: Nodes;
  readonly #follower: BlockFollower;
  /** The node of each session that led: a few, some of them over. */
  readonly #nodeOf = new WeakMap<UpstreamSession, number>();
  readonly #during: (push: () => void) => void;
  #events: UpstreamEvents | undefined;

  /** @param during - calls what brings jobs to miners */
  constructor(nodes: Nodes, during: (push: () => void) => void = (push) => push()) {
    this.#nodes = nodes;
    this.#during = during;
    this.#follower = new BlockFollower({
      nodes,
      onFate: (hash, fate) => this.#events?.onBlockState(hash, fate),
      onGivenUp: (hash) => {
        const message = `no node could be asked what became of block ${hash}: looked up again at the next start`;
        this.#events?.onNotice({ level: 'warn', name: 'blocks', message });
      },
    });
  }

  get nodes(): readonly UpstreamNode[] {
    return this.#nodes.nodes.map(({ name, state, detail, standing }) => ({ name, state, detail, standing }));
  }

  get waiting(): number {
    return this.#follower.waiting;
  }

  open(events: UpstreamEvents): void {
    this.#events = events;
    this.#nodes.open({
      onIdentity: (identity) => events.onIdentity(identity),
      onSession: (session) => {
        this.#nodeOf.set(session, session.node);
        events.onSession(session);
      },
      onJobs: (session, jobs, standing) => this.#during(() => events.onJobs(session, jobs, standing)),
      onVerdict: (_session, blockHash, accepted) => this.#follower.verdict(blockHash, accepted),
      onSessionEnd: (session) => {
        this.#follower.sessionEnded(session);
        events.onSessionEnd(session);
      },
      onNotice: (notice) => events.onNotice(notice),
    });
    this.#follower.start();
  }

  expect(identity: Partial<UpstreamIdentity>): void {
    this.#nodes.expect(identity);
  }

  submit(session: UpstreamSession, { txsBlob }: Job, header: Uint8Array, hash: Uint8Array): void {
    this.#follower.submit(session, this.#nodeOf.get(session), { header, txsBlob }, hash);
  }

  lookUp(hash: string, block?: SentBlock): void {
    this.#follower.lookUp(hash, block);
  }

  close(): void {
    this.#events = undefined;
    this.#follower.close();
    this.#nodes.close();
  }
}
