/**
 * A source that mines for fake pools, and what it told.
 * @module
 */
import assert from 'node:assert/strict';
import type { SourceSession } from '../../miner/core/source.js';
import type { PoolLinkOptions } from '../../miner/sources/pool-link.js';
import type { PoolLogin } from '../../miner/sources/stratum-client.js';
import { StratumSource } from '../../miner/sources/stratum-source.js';
import { openTransport } from '../../miner/sources/transports/open-transport.js';
import { bytesToHex } from '../../protocol/bytes.js';
import type { Job } from '../../protocol/job.js';
import { closers } from './closers.js';
import { FakePool, notifiedJob } from './fake-pool.js';
import { makeJob } from './jobs.js';

/** What a source told. */
export class Heard {
  readonly sessions: SourceSession[] = [];
  readonly ended: SourceSession[] = [];
  readonly jobs: { readonly session: SourceSession; readonly jobs: readonly Job[] }[] = [];
  readonly verdicts: { readonly hash: string; readonly reason: string | undefined }[] = [];
  readonly notices: string[] = [];
  readonly progress: string[] = [];

  get last(): { readonly session: SourceSession; readonly jobs: readonly Job[] } {
    return this.jobs.at(-1)!;
  }
}

/** A pool that is closed with the test. */
export async function startPool(jobs: readonly Job[] = [makeJob()], port = 0): Promise<FakePool> {
  const pool = await FakePool.listen(port);
  pool.jobs = jobs.map((job, i) => notifiedJob(job, `j${i}`));
  closers.push(() => pool.close());
  return pool;
}

interface Settings {
  readonly login?: readonly PoolLogin[];
  readonly link?: Partial<PoolLinkOptions>;
  readonly returnAfterMs?: number;
  readonly answersMs?: number;
}

/** A source of pools, in the order of preference. */
export function openSource(
  from: readonly FakePool[],
  settings: Settings = {},
): { source: StratumSource; heard: Heard } {
  const heard = new Heard();
  const source = new StratumSource({
    login: { user: 'address.rig', password: 'x', agent: 'test' },
    ...settings,
    endpoints: from.map(({ endpoint }) => endpoint),
    openTransport,
    link: { backoff: { firstMs: 50, maxMs: 200 }, refusedMs: 300, ...settings.link },
  });
  closers.push(() => source.close());
  source.open({
    onSession: (session) => heard.sessions.push(session),
    onJobs: (session, jobs) => heard.jobs.push({ session, jobs }),
    onVerdict: (_session, hash, refusal) =>
      heard.verdicts.push({ hash: bytesToHex(hash), reason: refusal?.reason }),
    onSessionEnd: (session) => heard.ended.push(session),
    onProgress: ({ name, state, failures }) => heard.progress.push(`${name}: ${state} ${failures}`),
    onNotice: ({ name, message }) => heard.notices.push(`${name}: ${message}`),
  });
  return { source, heard };
}

let serial = 0;

/** Submits something with the extranonce of the newest session. @returns its hash */
export function submit(source: StratumSource, { session, jobs }: Heard['last'], sent = true): string {
  const header = new Uint8Array(326);
  header.set(session.noncePrefix);
  const hash = new Uint8Array(32).fill(++serial);
  assert.equal(source.submit(session, jobs[0]!, header, hash), sent);
  return bytesToHex(hash);
}
