/**
 * What becomes of each chain of one node: its jobs, the verdicts on its blocks, and the heights that its REST API tells,
 * put together to say which chains stand still.
 * @module
 */

import { BoundedMap } from '../protocol/bounded-map.js';
import { bytesToHex } from '../protocol/bytes.js';
import { type ChainIndex, toGroupOf } from '../protocol/chain.js';
import { NONCE_BYTES, parentOf } from '../protocol/header.js';
import type { Job } from '../protocol/job.js';
import { blockHash, chainOfHash } from '../protocol/pow.js';
import type { BackoffOptions } from './backoff.js';
import type { NodeEndpoint } from './endpoint.js';
import { HeightWatch } from './height-watch.js';
import type { RestOptions } from './rest.js';
import { type StandingChain, Standstill } from './standstill.js';

/** Blocks whose verdict is awaited: more than a node could ever leave open. */
const MAX_SENT = 1_024;

export interface ChainWatchOptions extends RestOptions {
  readonly heightEveryMs: number;
  /** How long a template may be due before its chain stands still, ms. */
  readonly standstillMs: number;
  readonly backoff: BackoffOptions;
}

/** Watches one node. */
export class ChainWatch {
  readonly #standstillMs: number;
  #standstill: Standstill;
  #standing: readonly StandingChain[] = [];
  readonly #heights: HeightWatch;
  /** Header blobs of blocks on their way, by hash in hex. */
  readonly #sent = new BoundedMap<string, Uint8Array>(MAX_SENT);

  /** @param link - of that node */
  constructor(
    endpoint: NodeEndpoint,
    { heightEveryMs: everyMs, standstillMs, ...options }: ChainWatchOptions,
    link: { readonly heldBack: readonly ChainIndex[]; settle(chain: ChainIndex, height: number): void },
  ) {
    this.#standstillMs = standstillMs;
    this.#standstill = new Standstill(standstillMs);
    this.#heights = new HeightWatch(
      endpoint,
      { ...options, everyMs },
      {
        urgent: () => link.heldBack,
        parent: (chain) => {
          const job = this.#standstill.job(chain);
          return job && bytesToHex(parentOf(job.headerBlob, toGroupOf(chain)));
        },
        onHeight: (chain, height) => {
          link.settle(chain, height);
          this.#standstill.takeHeight(chain, height, performance.now());
        },
      },
    );
  }

  /** Chains that stood still at the last `look`. */
  get standing(): readonly StandingChain[] {
    return this.#standing;
  }

  /** A session has begun. */
  start(): void {
    this.#standstill = new Standstill(this.#standstillMs);
    this.#standing = [];
    this.#heights.start();
  }

  /** The session has ended. */
  stop(): void {
    this.#heights.stop();
    this.#standing = [];
    this.#sent.clear();
  }

  takeJobs(jobs: readonly Job[], nowMs: number): void {
    this.#standstill.takeJobs(jobs, nowMs);
  }

  /** A block was sent. @param header - 326 bytes */
  noteSent(header: Uint8Array): void {
    this.#sent.set(bytesToHex(blockHash(header)), header.subarray(NONCE_BYTES));
  }

  takeVerdict(hash: Uint8Array, accepted: boolean, nowMs: number): void {
    const key = bytesToHex(hash);
    const headerBlob = this.#sent.get(key);
    if (headerBlob === undefined) return;
    this.#sent.delete(key);
    this.#standstill.takeVerdict(chainOfHash(hash), headerBlob, accepted, nowMs);
  }

  /** Finds the chains that stand still now. @returns whether they differ from those of the last time */
  look(nowMs: number): boolean {
    const before = this.#standing.map(({ chain }) => chain).join();
    this.#standing = this.#standstill.standing(nowMs);
    return this.#standing.map(({ chain }) => chain).join() !== before;
  }
}
