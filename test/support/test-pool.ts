/**
 * A pool without sockets, files or clocks: jobs are handed in, lines go in and come out, and time stands still.
 * @module
 */
import type { PoolServerEvent } from '../../pool/domain/events.js';
import type { PeerEvent } from '../../pool/domain/peer-events.js';
import { Pool, type PoolOptions } from '../../pool/engine.js';
import type { ListenerSettings } from '../../pool/ports/session-connection.js';
import type { PoolEvent } from '../../pool/ports/store.js';
import type { WorkerOrigin } from '../../pool/sessions/live-worker.js';
import type { Session } from '../../pool/sessions/session.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { chainIndex } from '../../protocol/chain.js';
import { joinHeader, NONCE_BYTES } from '../../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { ManualUpstream } from './manual-upstream.js';
import { MemoryJournal } from './memory-journal.js';
import { testKernel } from './test-kernel.js';

export const ADDRESS = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';
export const OTHER_ADDRESS = '19BN4DGX7cNjZ1FsFSyHi5eepn1hgDc2hSTJQmTgPsRX9';

export const EASY_LISTENER: ListenerSettings = {
  name: 'test',
  carrier: 'tcp',
  startWork: 16n,
  minWork: 16n,
  maxWork: 2n ** 60n,
  fixed: true,
  sharesPerMinute: 6,
  jobs: 'one',
};

/** A message that the pool sent. */
export interface PoolLine {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string } | null;
}

/** A job as miners are told it. */
export interface ToldJob {
  readonly jobId: string;
  readonly fromGroup: number;
  readonly toGroup: number;
  readonly headerBlob: string;
  readonly txsBlob: string;
  readonly height: number;
  readonly targetBlob: string;
}

export class TestPool {
  nowMs = 1_000;
  readonly journal = new MemoryJournal();
  readonly upstream = new ManualUpstream();
  readonly events: PoolServerEvent[] = [];
  readonly published: PoolEvent[] = [];
  readonly peerEvents: PeerEvent[] = [];
  readonly pool: Pool;
  #tick: (() => void)[] = [];
  #timers: { readonly callback: () => void; readonly atMs: number }[] = [];
  #extranonces = 0;
  /** Of workers that have gone, by name. */
  readonly difficulties = new Map<string, bigint>();
  readonly released: { extranonce: string; used: boolean }[] = [];
  /** Extranonces that may be taken. */
  extranoncesLeft = 1_000;

  constructor(options: Partial<PoolOptions> = {}) {
    this.pool = new Pool(
      {
        frontEnd: 'test',
        mode: 'pool',
        software: 'lesswork/test',
        refreshAfterMs: 10_000,
        parentGraceMs: 0,
        maxLivePerChain: 64,
        tolerance: 0.999,
        workersPerAccount: 1_000_000,
        workersPerNetwork: 1_000_000,
        ...options,
      },
      {
        upstream: this.upstream,
        journal: this.journal,
        hashHeader: blockHash,
        extranonces: {
          take: () => {
            if (this.extranoncesLeft === 0) return { type: 'refused', reason: 'noExtranonce' };
            this.extranoncesLeft--;
            this.#extranonces++;
            return { type: 'taken', extranonce: this.#extranonces.toString(16).padStart(4, '0') };
          },
          release: (extranonce, used) => {
            this.released.push({ extranonce, used });
          },
        },
        difficultyMemory: {
          note: (identity, work) => this.difficulties.set(identity.name, work),
          recall: (identity, found) => {
            const work = this.difficulties.get(identity.name);
            if (work !== undefined) found(work);
          },
        },
        now: () => this.nowMs,
        storeNow: () => 1_700_000_000_000 + this.nowMs,
        afterTick: (callback) => {
          this.#tick.push(callback);
        },
        later: (callback, afterMs) => {
          if (afterMs === 0) this.#tick.push(callback);
          else this.#timers.push({ callback, atMs: this.nowMs + afterMs });
        },
        onEvent: (event) => this.events.push(event),
        publish: (event) => this.published.push(event),
        peers: {
          detailed: true,
          note: (event) => this.peerEvents.push(event),
          detail: (_what, _reason, make) => this.peerEvents.push(make()),
        },
      },
    );
    this.pool.start();
  }

  /** Ends the tick, and those that follow of themselves: what was held back leaves. */
  endTick(): void {
    do this.endOneTick();
    while (this.#tick.length > 0);
  }

  /** Ends the tick alone: what it puts off until the next one waits. */
  endOneTick(): void {
    const due = this.#timers.filter(({ atMs }) => atMs <= this.nowMs);
    this.#timers = this.#timers.filter(({ atMs }) => atMs > this.nowMs);
    for (const callback of [...due.map(({ callback }) => callback), ...this.#tick.splice(0)]) callback();
  }

  connect(listener: Partial<ListenerSettings> = {}, origin: Partial<WorkerOrigin> = {}): TestMiner {
    return new TestMiner(this, { ...EASY_LISTENER, ...listener }, origin);
  }
}

/** A miner on a test pool. */
export class TestMiner {
  readonly lines: PoolLine[] = [];
  readonly raw: string[] = [];
  readonly session: Session;
  ended = false;
  readonly offences: string[] = [];
  refusedLogins = 0;
  readonly #pool: TestPool;
  #requests = 0;

  constructor(pool: TestPool, listener: ListenerSettings, origin: Partial<WorkerOrigin>) {
    this.#pool = pool;
    this.session = pool.pool.connect(listener, {
      output: {
        write: (data) => {
          for (const line of Buffer.from(data as string)
            .toString('latin1')
            .split('\n')
            .slice(0, -1)) {
            this.raw.push(line);
            this.lines.push(JSON.parse(line) as PoolLine);
          }
          return true;
        },
      },
      checkUnsent: () => {},
      end: () => {
        this.ended = true;
      },
      remoteAddress: origin.remoteAddress ?? '192.0.2.1',
      trusted: origin.trusted ?? false,
      noteAccepted: () => {},
      noteRefused: () => true,
      noteRefusedLogin: () => {
        this.refusedLogins++;
        return this.refusedLogins < 10;
      },
      noteOffence: (offence) => {
        this.offences.push(offence);
      },
    });
    this.session.greet();
  }

  /** Sends a line as it is, and ends the tick. */
  send(line: string): void {
    this.#pool.pool.handle(this.session, line);
    this.#pool.endTick();
  }

  /** Sends a request. @returns its answer, or undefined */
  ask(method: string, params: unknown): PoolLine | undefined {
    this.#requests++;
    const id = this.#requests;
    this.send(JSON.stringify({ id, method, params }));
    return this.lines.findLast((line) => line.id === id);
  }

  authorize(login = `${ADDRESS}.rig`, password = 'x'): PoolLine | undefined {
    return this.ask('mining.authorize', [login, password]);
  }

  /** Job that was told last. */
  get job(): ToldJob {
    const line = this.lines.findLast(({ method }) => method === 'mining.notify');
    return line!.params!.at(-1) as ToldJob;
  }

  get extranonce(): string {
    return this.session.extranonce;
  }

  submit(nonce: string, job: ToldJob = this.job, more: object = {}): PoolLine {
    const { jobId, fromGroup, toGroup } = job;
    return this.ask('mining.submit', {
      jobId,
      fromGroup,
      toGroup,
      nonce,
      worker: `${ADDRESS}.rig`,
      ...more,
    })!;
  }

  /** Nonces that are shares of a job, one after the other. */
  shares(job: ToldJob = this.job, extranonce = this.extranonce, from = 0): Generator<string, never> {
    return searchShares(job, extranonce, from);
  }
}

/** Nonces of a job that begin with an extranonce and meet its target. */
export function* searchShares(job: ToldJob, extranonce: string, from = 0): Generator<string, never> {
  const kernel = testKernel();
  const header = joinHeader(new Uint8Array(NONCE_BYTES), hexToBytes(job.headerBlob));
  const target = hexToBytes(job.targetBlob);
  const chain = chainIndex(job.fromGroup, job.toGroup);
  for (let counter = from; ; counter++) {
    const nonce = extranonce + counter.toString(16).padStart(2 * NONCE_BYTES - extranonce.length, '0');
    header.set(hexToBytes(nonce));
    const hash = kernel.hash(header);
    if (chainOfHash(hash) === chain && meetsTarget(hash, target)) yield nonce;
  }
}

/** Whether a nonce is a share, by the reference hash. */
export function isShare(job: ToldJob, nonce: string): boolean {
  const hash = blockHash(joinHeader(hexToBytes(nonce), hexToBytes(job.headerBlob)));
  const chain = chainIndex(job.fromGroup, job.toGroup);
  return chainOfHash(hash) === chain && meetsTarget(hash, hexToBytes(job.targetBlob));
}
