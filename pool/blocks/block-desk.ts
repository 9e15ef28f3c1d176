/**
 * Blocks that miners of this front end found: to the node first, then on record, then told.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { NONCE_BYTES } from '../../protocol/header.js';
import type { BlockStateChange } from '../domain/block-record.js';
import type { Counters } from '../domain/counters.js';
import type { PoolServerEvent } from '../domain/events.js';
import type { PoolHeader } from '../jobs/pool-header.js';
import type { ShareJournal } from '../ports/journal.js';
import type { PoolEvent } from '../ports/store.js';
import type { Upstream } from '../ports/upstream.js';
import type { BlockFind } from './block-find.js';

export interface BlockDeskModules {
  readonly upstream: Upstream;
  readonly journal: ShareJournal;
  readonly counters: Counters;
  /** The store's clock, ms since the epoch. */
  readonly storeNow: () => number;
  /** Turns a time of the monotonic clock into one of the store's clock, ms since the epoch. */
  readonly jobTime: (receivedMs: number) => number;
  /** A block was sent: further work on its header is worthless. */
  readonly onBlock: (find: BlockFind) => void;
  /** The node refused the block: its header may be mined again. */
  readonly onReopen: (header: PoolHeader) => void;
  readonly onEvent: (event: PoolServerEvent) => void;
  /** Tells the other front ends. */
  readonly publish: (event: PoolEvent) => void;
}

/** Most blocks that wait for a verdict: more than a node could ever leave open. */
export const MAX_OPEN_BLOCKS = 1_024;

export class BlockDesk {
  readonly #frontEnd: string;
  readonly #modules: BlockDeskModules;
  /** Blocks that wait for a verdict, by hash. */
  readonly #open = new BoundedMap<string, PoolHeader>(MAX_OPEN_BLOCKS);
  /** Headers with an accepted block: their node takes no other. */
  readonly #taken = new WeakSet<PoolHeader>();

  constructor(frontEnd: string, modules: BlockDeskModules) {
    this.#frontEnd = frontEnd;
    this.#modules = modules;
  }

  /** Sends a block to its node, once. */
  submit(find: BlockFind): void {
    const { header, bytes, worker } = find;
    const { job, session } = header;
    const hash = bytesToHex(find.hash);
    if (header.blocks.has(hash)) return;
    header.blocks.add(hash);
    const { upstream, journal, counters, storeNow, jobTime, onBlock, onEvent, publish } = this.#modules;
    upstream.submit(session, job, bytes, find.hash);
    counters.blocksFound++;
    this.#open.set(hash, header);
    journal.blockFound({
      hash,
      header: bytesToHex(bytes),
      txsBlob: bytesToHex(job.txsBlob),
      chain: job.chain,
      height: job.height,
      target: bytesToHex(job.target),
      node: session.name,
      frontEnd: this.#frontEnd,
      jobMs: Math.round(jobTime(header.receivedMs)),
      foundMs: Math.round(storeNow()),
      worker: { account: worker?.account.key ?? '', name: worker?.name ?? '' },
      address: worker?.account.address ?? '',
      work: find.work.toString(),
      ownInputs: '',
    });
    onEvent({
      type: 'block',
      hash,
      chain: job.chain,
      height: job.height,
      nonce: bytesToHex(bytes.subarray(0, NONCE_BYTES)),
      account: worker?.account.address,
      worker: worker?.name,
      stale: find.stale,
    });
    const { chain, height } = job;
    publish({ type: 'blockFound', hash, chain, parent: bytesToHex(header.parent), height });
    onBlock(find);
  }

  /** Takes a block's new state; the block may be of an earlier run. */
  settle(hash: string, state: BlockStateChange['state']): void {
    const { journal, counters, storeNow, onReopen, onEvent, publish } = this.#modules;
    const header = this.#open.get(hash);
    counters.blockStates[state]++;
    journal.blockState({ hash, state, atMs: Math.round(storeNow()) });
    if (state !== 'unanswered') this.#open.delete(hash);
    if (state === 'accepted' && header !== undefined) this.#taken.add(header);
    const surplus = state === 'refused' && header !== undefined && this.#hasOther(header);
    const { chain, height } = header?.job ?? {};
    onEvent({ type: 'blockState', hash, state, surplus, chain, height });
    publish({ type: 'blockState', hash, state });
    if (header !== undefined && !surplus && (state === 'refused' || state === 'missing')) onReopen(header);
  }

  /** Whether another block of a header was accepted, or may yet be. */
  #hasOther(header: PoolHeader): boolean {
    return this.#taken.has(header) || [...this.#open.values()].includes(header);
  }
}
