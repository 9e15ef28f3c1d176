/**
 * A journal of shares in memory, that can be broken.
 * @module
 */
import type { Account } from '../../pool/domain/account.js';
import type { BlockFound, BlockStateChange } from '../../pool/domain/block-record.js';
import type { Difficulty } from '../../pool/domain/difficulty.js';
import type { RejectReason } from '../../pool/domain/reject-reasons.js';
import type { ShareJournal } from '../../pool/ports/journal.js';
import { bytesToHex } from '../../protocol/bytes.js';

/** Remembers what it is told. */
export class MemoryJournal implements ShareJournal {
  writable = true;
  /** Whether the next commits fail. */
  broken = false;
  commits = 0;
  readonly workers: string[] = [];
  readonly shares: { worker: string; chain: number; work: bigint; hash: string }[] = [];
  readonly rejects: { worker: string; reason: RejectReason }[] = [];
  readonly blocks: BlockFound[] = [];
  readonly states: BlockStateChange[] = [];
  #pending: typeof this.shares = [];

  worker(account: Account, name: string): number {
    const key = `${account.key}.${name}`;
    const known = this.workers.indexOf(key);
    return known === -1 ? this.workers.push(key) - 1 : known;
  }

  share(worker: number, chain: number, { work }: Difficulty, hash: Uint8Array): void {
    this.#pending.push({ worker: this.workers[worker]!, chain, work, hash: bytesToHex(hash) });
  }

  releaseWorker(): void {}

  reject(worker: number, reason: RejectReason): void {
    this.rejects.push({ worker: this.workers[worker]!, reason });
  }

  target(): void {}

  blockFound(block: BlockFound): void {
    this.blocks.push(block);
  }

  blockState(change: BlockStateChange): void {
    this.states.push(change);
  }

  commit(): boolean {
    this.commits++;
    const pending = this.#pending;
    this.#pending = [];
    if (this.broken) return false;
    this.shares.push(...pending);
    return true;
  }
}
