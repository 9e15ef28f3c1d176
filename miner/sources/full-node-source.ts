/**
 * Jobs from one or several full nodes, of which one leads: the miner's way to a set of nodes.
 * @module
 */
import type { NodeSession, Nodes } from '../../node/node-set-port.js';
import type { Job } from '../../protocol/job.js';
import type { Refusal } from '../../protocol/stratum/refusal.js';
import type { JobSource, SourceEvents, SourceNotice, SourceSession } from '../core/source.js';

/** Reason of every refusal: a node never gives one. */
const REFUSED: Refusal = { reason: 'other', message: 'refused by the node' };

const NO_EXTRANONCE = new Uint8Array(0);

export class FullNodeSource implements JobSource {
  readonly kind = 'nodes';
  readonly #nodes: Nodes;
  /** Sessions that led and are not over, by id. */
  readonly #sessions = new Map<number, SourceSession>();

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  open(events: SourceEvents): void {
    this.#nodes.open({
      onSession: (session) => events.onSession(this.#sessionOf(session)),
      onJobs: (session, jobs, standing) => {
        const live = jobs.filter(({ chain }) => !standing.includes(chain));
        events.onJobs(this.#sessionOf(session), live);
      },
      onVerdict: (session, blockHash, accepted) => {
        const known = this.#sessions.get(session.id);
        if (known !== undefined) events.onVerdict(known, blockHash, accepted ? undefined : REFUSED);
      },
      onSessionEnd: (session) => {
        events.onSessionEnd(this.#sessionOf(session));
        this.#sessions.delete(session.id);
      },
      onNotice: (notice) => this.#tell(notice, events),
    });
    for (const { name } of this.#nodes.nodes) events.onProgress({ name, state: 'connecting', failures: 0 });
  }

  submit(session: SourceSession, job: Job, header: Uint8Array): boolean {
    return this.#nodes.submit(session, header, job.txsBlob);
  }

  close(): void {
    this.#nodes.close();
  }

  /** What a node set tells of a node without a session is why there is none. */
  #tell(notice: SourceNotice, events: SourceEvents): void {
    const [, reason] = /^(.*); trying again in [\d.]+ s$/s.exec(notice.message) ?? [];
    events.onNotice(reason === undefined ? notice : { ...notice, topic: 'failure' });
    if (reason !== undefined) events.onProgress({ name: notice.name, state: 'away', reason, failures: 1 });
  }

  #sessionOf({ id, name }: NodeSession): SourceSession {
    let session = this.#sessions.get(id);
    if (session === undefined) {
      session = { id, name, noncePrefix: NO_EXTRANONCE };
      this.#sessions.set(id, session);
    }
    return session;
  }
}
