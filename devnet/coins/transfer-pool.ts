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

/** How long a transfer waits, and is kept for a block that may be replaced, ms. */
export const TRANSFER_LIFE_MS = 20 * 60_000;

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

  /** @returns false where there is no room */
  add(transfer: WaitingTransfer): boolean {
    this.#forget(transfer.atMs);
    const id = bytesToHex(transfer.transaction.id);
    if (this.#transfers.has(id)) return true;
    if (this.#transfers.size >= MAX_WAITING_TRANSFERS) return false;
    this.#transfers.set(id, transfer);
    this.#dropped.delete(id);
    return true;
  }

  /** One that its own group has dropped, as long as the group that it pays keeps it. @param id - hex */
  dropped(id: string): WaitingTransfer | undefined {
    return this.#dropped.get(id);
  }

  /** All that are kept, in their order of arrival. */
  all(): WaitingTransfer[] {
    return [...this.#transfers.values()];
  }

  /** @param id - hex */
  get(id: string): WaitingTransfer | undefined {
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
    this.#forget(now);
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
      if (fault === 'NonExistInput' && now - transfer.atMs > UNSEEN_LIFE_MS) this.#drop(transfer, isPlaced);
      if (fault) continue;
      view.add(transaction);
      for (const key of keys) spent.add(key);
      gas += gasAmount;
      taken.push(transaction);
    }
    return taken;
  }

  #drop(transfer: WaitingTransfer, isPlaced: (id: string) => boolean): void {
    const id = bytesToHex(transfer.transaction.id);
    if (isPlaced(id)) return;
    this.#transfers.delete(id);
    if (fromGroupOf(transfer.chain) !== toGroupOf(transfer.chain)) this.#dropped.set(id, transfer);
  }

  #forget(nowMs: number): void {
    for (const transfers of [this.#transfers, this.#dropped])
      for (const [id, { atMs }] of transfers) if (nowMs - atMs > TRANSFER_LIFE_MS) transfers.delete(id);
  }
}
