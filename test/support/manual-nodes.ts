/**
 * A set of nodes without a network, and what a user of it is told.
 * @module
 */
import type { NodeSession, NodeSetEvents, NodeStatus, Nodes } from '../../node/node-set-port.js';
import type { ChainIndex } from '../../protocol/chain.js';
import type { Job, TxsBlob } from '../../protocol/job.js';
import { txsBytesOf } from '../../protocol/job.js';

/** Nodes that do what the test says. */
export class ManualNodes implements Nodes {
  nodes: readonly NodeStatus[] = [];
  readonly submitted: { session: number; header: Uint8Array; txs: Uint8Array }[] = [];
  readonly expected: unknown[] = [];
  events: NodeSetEvents | undefined;
  closed = false;

  open(events: NodeSetEvents): void {
    this.events = events;
  }

  submit({ id }: Pick<NodeSession, 'id'>, header: Uint8Array, txsBlob: TxsBlob): boolean {
    if (!this.nodes.some(({ session }) => session?.id === id)) return false;
    this.submitted.push({ session: id, header, txs: txsBytesOf(txsBlob) });
    return true;
  }

  expect(expected: unknown): void {
    this.expected.push(expected);
  }

  close(): void {
    this.closed = true;
  }

  /** Nodes with sessions of these ids. @param whole - ids of those that take whole blocks */
  connect(ids: readonly number[], whole: readonly number[] = ids): NodeSession[] {
    const sessions = ids.map((id) => ({ id, node: id - 1, name: `node ${id}` }));
    this.nodes = sessions.map((session) => ({
      endpoint: { host: '127.0.0.1', port: 1, restPort: 1 },
      name: session.name,
      state: 'ready',
      detail: undefined,
      standing: 0,
      wholeBlocks: whole.includes(session.id),
      session,
      identity: undefined,
    }));
    return sessions;
  }

  /** The node of a session leads. */
  lead(session: NodeSession, jobs: readonly Job[], standing: readonly ChainIndex[] = []): void {
    this.events!.onSession(session);
    this.events!.onJobs(session, jobs, standing);
  }
}

/** What a user of nodes is told, in order. */
export class ToldEvents implements NodeSetEvents {
  readonly handed: { session: NodeSession; jobs: readonly Job[]; standing: readonly ChainIndex[] }[] = [];
  readonly verdicts: { session: number; hash: Uint8Array; accepted: boolean }[] = [];
  readonly sessions: number[] = [];
  readonly ended: number[] = [];
  readonly notices: string[] = [];

  onIdentity(): void {}

  onSession({ id }: NodeSession): void {
    this.sessions.push(id);
  }

  onJobs(session: NodeSession, jobs: readonly Job[], standing: readonly ChainIndex[]): void {
    this.handed.push({ session, jobs, standing });
  }

  onVerdict({ id }: NodeSession, hash: Uint8Array, accepted: boolean): void {
    this.verdicts.push({ session: id, hash, accepted });
  }

  onSessionEnd({ id }: NodeSession): void {
    this.ended.push(id);
  }

  onNotice({ level, name, message }: { level: string; name: string; message: string }): void {
    this.notices.push(`${level} ${name}: ${message}`);
  }

  get last() {
    return this.handed.at(-1)!;
  }
}
