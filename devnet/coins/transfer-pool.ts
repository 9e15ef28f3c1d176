/**
 * Transfers that wait for a block.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import type { ChainIndex } from '../../protocol/chain.js';
import type { Transaction } from '../../protocol/transaction.js';
import { MAX_BLOCK_GAS, MAX_BLOCK_TRANSACTIONS } from './body-rules.js';
import type { CoinView } from './coin-view.js';
import { findTransferFault } from './transaction-rules.js';

/** Most transfers that wait: further ones are refused. */
export const MAX_WAITING_TRANSFERS = 10_000;

/** How long a transfer waits, and is kept for a block that may be replaced, ms. */
export const TRANSFER_LIFE_MS = 20 * 60_000;

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

  /** @returns false where there is no room */
  add(transfer: WaitingTransfer): boolean {
    this.#forget(transfer.atMs);
    const id = bytesToHex(transfer.transaction.id);
    if (this.#transfers.has(id)) return true;
    if (this.#transfers.size >= MAX_WAITING_TRANSFERS) return false;
    this.#transfers.set(id, transfer);
    return true;
  }

  /** All that are kept, in their order of arrival. */
  all(): WaitingTransfer[] {
    return [...this.#transfers.values()];
  }

  /** @param id - hex */
  get(id: string): WaitingTransfer | undefined {
    return this.#transfers.get(id);
  }

  /** Those that the next block of a chain takes, by the price of their gas. @param view - by its deps */
  transfersFor(
    chain: ChainIndex,
    block: { readonly view: CoinView; readonly timestampMs: bigint; readonly networkId: number },
  ): Transaction[] {
    this.#forget(Number(block.timestampMs));
    const spent = new Set<string>();
    const taken: Transaction[] = [];
    let gas = COINBASE_GAS_ROOM;
    const candidates = this.all()
      .filter((transfer) => transfer.chain === chain)
      .map(({ transaction }) => transaction)
      .sort((a, b) => Number(b.unsigned.gasPrice - a.unsigned.gasPrice));
    for (const transaction of candidates) {
      const { inputs, gasAmount } = transaction.unsigned;
      const keys = inputs.map(({ key }) => bytesToHex(key));
      if (taken.length + 1 >= MAX_BLOCK_TRANSACTIONS || gas + gasAmount > MAX_BLOCK_GAS) continue;
      if (keys.some((key) => spent.has(key)) || findTransferFault(transaction, { chain, ...block })) continue;
      for (const key of keys) spent.add(key);
      gas += gasAmount;
      taken.push(transaction);
    }
    return taken;
  }

  #forget(nowMs: number): void {
    for (const [id, { atMs }] of this.#transfers)
      if (nowMs - atMs > TRANSFER_LIFE_MS) this.#transfers.delete(id);
  }
}
