/**
 * Full nodes without a network.
 * @module
 */
import type { Upstream, UpstreamEvents, UpstreamSession } from '../../pool/ports/upstream.js';
import { bytesToHex } from '../../protocol/bytes.js';
import type { Job } from '../../protocol/job.js';

/** Full nodes that do what the test says. */
export class ManualUpstream implements Upstream {
  readonly nodes = [];
  readonly waiting = 0;
  readonly submitted: { session: UpstreamSession; job: Job; header: string; hash: string }[] = [];
  readonly lookedUp: string[] = [];
  events: UpstreamEvents | undefined;
  #sessions = 0;

  open(events: UpstreamEvents): void {
    this.events = events;
  }

  submit(session: UpstreamSession, job: Job, header: Uint8Array, hash: Uint8Array): void {
    this.submitted.push({ session, job, header: bytesToHex(header), hash: bytesToHex(hash) });
  }

  expect(): void {}

  lookUp(hash: string): void {
    this.lookedUp.push(hash);
  }

  close(): void {}

  /** A node takes the lead. */
  lead(jobs: readonly Job[], name = 'node'): UpstreamSession {
    this.#sessions++;
    const session = { id: this.#sessions, name };
    this.events!.onSession(session);
    this.events!.onJobs(session, jobs);
    return session;
  }
}
