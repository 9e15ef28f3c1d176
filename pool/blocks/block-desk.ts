/**
 * Blocks that miners of this front end found: to the node first, then on record, then told. A block whose node does not keep its
 * transactions is on record before it is sent: nobody else could send it again.
 * @module
 */
import { BoundedMap } from '../../protocol/bounded-map.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { chainName } from '../../protocol/chain.js';
import { NONCE_BYTES } from '../../protocol/header.js';
import { nodeKeepsTxs, txsBytesOf } from '../../protocol/job.js';
import type { RefusalLimit } from '../../protocol/refusal-limit.js';
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
  /** Calls back once what was noted in the journal is on record, or could not be written. */
  readonly afterCommit: (callback: () => void) => void;
  /** A block was sent: further work on its header is worthless. */
  readonly onBlock: (find: BlockFind) => void;
  /** The node took the block: nothing on its parent is worth work any more, until there is another. */
  readonly onTaken: (header: PoolHeader) => void;
  /** The node refused the block: its header may be mined again. */
  readonly onReopen: (header: PoolHeader) => void;
  /** The node refused one block too many: this header may not be mined again. */
  readonly onHopeless: (header: PoolHeader) => void;
  readonly refusals: RefusalLimit;
  /** Monotonic clock, ms. */
  readonly now: () => number;
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

  /** Sends a block to its node, once; not if its header has its block, or too many were refused. */
  submit(find: BlockFind): void {
    const { header, bytes, worker } = find;
    if (!this.isWorthWork(header)) return;
    const { job, session } = header;
    const hash = bytesToHex(find.hash);
    if (header.blocks.has(hash)) return;
    header.blocks.add(hash);
    const { upstream, journal, counters, storeNow, jobTime, afterCommit, onBlock, onEvent, publish } =
      this.#modules;
    const send = (): void => upstream.submit(session, job, bytes, find.hash);
    if (nodeKeepsTxs(job.txsBlob)) send();
    else afterCommit(send);
    counters.blocksFound++;
    this.#open.set(hash, header);
    journal.blockFound({
      hash,
      header: bytesToHex(bytes),
      txsBlob: bytesToHex(txsBytesOf(job.txsBlob)),
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

  /** Whether its node would take a block of a header, as far as its answers tell. */
  isWorthWork(header: PoolHeader): boolean {
    return !this.#taken.has(header) && this.#modules.refusals.mayWork(header.job.chain, header);
  }

  /** Takes a block's new state; the block may be of an earlier run. */
  settle(hash: string, state: BlockStateChange['state']): void {
    const { journal, counters, storeNow, onEvent, publish } = this.#modules;
    const header = this.#open.get(hash);
    counters.blockStates[state]++;
    journal.blockState({ hash, state, atMs: Math.round(storeNow()) });
    if (state !== 'unanswered') this.#open.delete(hash);
    if (state === 'accepted' && header !== undefined) this.#take(header);
    const surplus = state === 'refused' && header !== undefined && this.#hasOther(header);
    const { chain, height } = header?.job ?? {};
    onEvent({ type: 'blockState', hash, state, surplus, chain, height });
    publish({ type: 'blockState', hash, state, surplus });
    if (header !== undefined && !surplus && (state === 'refused' || state === 'missing'))
      this.#refuse(header);
  }

  #take(header: PoolHeader): void {
    this.#taken.add(header);
    this.#modules.refusals.accepted(header.job.chain);
    this.#modules.onTaken(header);
  }

  /** On a header that closes a refusal is no surprise: somebody else was faster. */
  #refuse(header: PoolHeader): void {
    const { refusals, now, onReopen, onHopeless, onEvent } = this.#modules;
    const { chain, height } = header.job;
    if (!header.closes && refusals.refused(chain, header, now())) {
      onHopeless(header);
      const message = `chain ${chainName(chain)}: the node refuses one block after the other at height ${height}: no more work on this template; miners go on with the chain's next one`;
      onEvent({ type: 'notice', level: 'warn', name: header.session.name, message });
    }
    onReopen(header);
  }

  /** Whether another block of a header was accepted, or may yet be. */
  #hasOther(header: PoolHeader): boolean {
    return this.#taken.has(header) || [...this.#open.values()].includes(header);
  }
}
