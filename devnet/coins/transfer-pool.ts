/**
 * Transfers that wait for a block.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import { type ChainIndex, fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import type { Transaction } from '../../protocol/transaction.js';
import { MAX_BLOCK_GAS, MAX_BLOCK_TRANSACTIONS } from './body-rules.js';
import type { CoinView } from './coin-view.js';
import { CoinsWithinBlock } from './coins-within-block.js';
import { findTransferFault } from './transaction-rules.js';

/** Most transfers that wait: further ones are refused. */
export const MAX_WAITING_TRANSFERS = 10_000;

/** Older transfers than this are dropped, whether or not a block could take them, each time the pool is cleaned, ms. */
export const TRANSFER_LIFE_MS = 10 * 60_000;

/** How often the pool is cleaned, ms: so a transfer waits for 10 to 20 min. */
const CLEANING_INTERVAL_MS = 10 * 60_000;

/** After how long a transfer is dropped whose inputs the next block of its chain does not see, ms. */
export const UNSEEN_LIFE_MS = 60_000;

/** Gas that a coinbase of 256 inputs takes, and a few outputs. */
const COINBASE_GAS_ROOM = 600_000;

/** A transfer that waits. */
export interface WaitingTransfer {
  readonly transaction: Transaction;
  /** Of its inputs' and its outputs' groups. */
  readonly chain: ChainIndex;
  /** When it came, ms since the epoch. */
  readonly atMs: number;
}

/** The transfers, by id. What a block holds stays for a while: the block may be replaced. */
export class TransferPool {
  readonly #transfers = new Map<string, WaitingTransfer>();
  /** Dropped by their own group, and still there in the other one that they pay. */
  readonly #dropped = new Map<string, WaitingTransfer>();
  readonly #now: () => number;
  #cleanings = 0;

  /** @param now - ms since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns false where there is no room */
  add(transfer: WaitingTransfer): boolean {
    this.#clean();
    const id = bytesToHex(transfer.transaction.id);
    if (this.#transfers.has(id)) return true;
    if (this.#transfers.size >= MAX_WAITING_TRANSFERS) return false;
    this.#transfers.set(id, transfer);
    this.#dropped.delete(id);
    return true;
  }

  /** One that its own group has dropped, as long as the group that it pays keeps it. @param id - hex */
  dropped(id: string): WaitingTransfer | undefined {
    this.#clean();
    return this.#dropped.get(id);
  }

  /** All that their own groups have dropped, and the groups that they pay still keep. */
  copies(): WaitingTransfer[] {
    this.#clean();
    return [...this.#dropped.values()];
  }

  /** All that are kept, in their order of arrival. */
  all(): WaitingTransfer[] {
    this.#clean();
    return [...this.#transfers.values()];
  }

  /** @param id - hex */
  get(id: string): WaitingTransfer | undefined {
    this.#clean();
    return this.#transfers.get(id);
  }

  /**
   * Those that the next block of a chain takes, by the price of their gas. Drops what waits in vain.
   * @param block - its view is by its deps
   * @param isPlaced - whether a main-chain block holds a transfer. Takes an id, hex
   */
  transfersFor(
    chain: ChainIndex,
    block: { readonly view: CoinView; readonly timestampMs: bigint; readonly networkId: number },
    isPlaced: (id: string) => boolean,
  ): Transaction[] {
    const now = Number(block.timestampMs);
    const view = new CoinsWithinBlock(block.view, chain);
    const spent = new Set<string>();
    const taken: Transaction[] = [];
    let gas = COINBASE_GAS_ROOM;
    const candidates = this.all()
      .filter((transfer) => transfer.chain === chain)
      .sort((a, b) => Number(b.transaction.unsigned.gasPrice - a.transaction.unsigned.gasPrice));
    for (const transfer of candidates) {
      const { transaction } = transfer;
      const { inputs, gasAmount } = transaction.unsigned;
      const keys = inputs.map(({ key }) => bytesToHex(key));
      if (taken.length + 1 >= MAX_BLOCK_TRANSACTIONS || gas + gasAmount > MAX_BLOCK_GAS) continue;
      if (keys.some((key) => spent.has(key))) continue;
      const fault = findTransferFault(transaction, { chain, ...block, view });
      const id = bytesToHex(transaction.id);
      if (fault === 'NonExistInput' && now - transfer.atMs > UNSEEN_LIFE_MS && !isPlaced(id)) this.drop(id);
      if (fault) continue;
      view.add(transaction);
      for (const key of keys) spent.add(key);
      gas += gasAmount;
      taken.push(transaction);
    }
    return taken;
  }

  /** Takes what was in a block that has left its main chain, as if it came now. */
  putBack(transfer: WaitingTransfer): void {
    this.remove(bytesToHex(transfer.transaction.id));
    this.add(transfer);
  }

  /** Forgets a transfer, its copy in the other group too. @param id - hex @returns whether there was one */
  remove(id: string): boolean {
    const [had, hadCopy] = [this.#transfers.delete(id), this.#dropped.delete(id)];
    return had || hadCopy;
  }

  /** Lets a transfer's own group drop it: the other one that it pays keeps its copy. @param id - hex @returns whether there was one */
  drop(id: string): boolean {
    const transfer = this.get(id);
    if (!transfer) return false;
    this.#transfers.delete(id);
    if (fromGroupOf(transfer.chain) !== toGroupOf(transfer.chain)) this.#dropped.set(id, transfer);
    return true;
  }

  #clean(): void {
    const cleanings = Math.floor(this.#now() / CLEANING_INTERVAL_MS);
    if (cleanings === this.#cleanings) return;
    this.#cleanings = cleanings;
    const oldestMs = cleanings * CLEANING_INTERVAL_MS - TRANSFER_LIFE_MS;
    for (const transfers of [this.#transfers, this.#dropped])
      for (const [id, { atMs }] of transfers) if (atMs < oldestMs) transfers.delete(id);
  }
}
