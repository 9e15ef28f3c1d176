/**
 * What REST does with transfers: the coins with those that wait for a block, building, submitting, and what waits.
 * @module
 */
import { type Address, addressOfLockupScript } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { type ChainIndex, chainIndex, GROUPS } from '../../protocol/chain.js';
import { createTransaction, type Transaction, type UnsignedTransaction } from '../../protocol/transaction.js';
import type { Coin } from './coin.js';
import { coinsMadeBy } from './coin.js';
import type { CoinIndex } from './coin-index.js';
import { findTransferFault } from './transaction-rules.js';
import { buildTransfer, TransferError, type TransferRequest } from './transfer-builder.js';
import type { TransferPool, WaitingTransfer } from './transfer-pool.js';

/** A coin, and whether a block has made it. */
export interface WaitingCoin {
  readonly coin: Coin;
  /** A transfer that waits makes it. */
  readonly waiting: boolean;
}

/** What it asks of the coins. */
export interface DeskCoins {
  readonly index: Pick<CoinIndex, 'get'>;
  readonly pool: TransferPool;
  /** The main-chain block of a transaction, if there is one. @param id - hex */
  find(id: string): unknown;
  /** Unspent coins of an address in blocks. */
  currentOf(address: Address): readonly { readonly coin: Coin }[];
}

/** Transfers of a network that keeps coins. */
export class TransferDesk {
  readonly #coins: DeskCoins;
  readonly #networkId: number;
  readonly #now: () => number;

  /** @param now - ms since the epoch */
  constructor(coins: DeskCoins, networkId: number, now: () => number) {
    this.#coins = coins;
    this.#networkId = networkId;
    this.#now = now;
  }

  /** Those that no main-chain block holds, in their order of arrival. */
  waiting(): WaitingTransfer[] {
    return this.#coins.pool.all().filter(({ transaction }) => !this.#coins.find(bytesToHex(transaction.id)));
  }

  /** Coins of an address as they will be when what waits is in blocks. */
  coinsWithWaiting(address: Address): WaitingCoin[] {
    const script = bytesToHex(address.lockupScript);
    const spent = new Set<string>();
    const made: Coin[] = [];
    for (const { transaction } of this.waiting()) {
      for (const { key } of transaction.unsigned.inputs) spent.add(bytesToHex(key));
      made.push(
        ...coinsMadeBy(transaction).filter(({ output }) => bytesToHex(output.lockupScript) === script),
      );
    }
    const settled = this.#coins.currentOf(address).map(({ coin }) => ({ coin, waiting: false }));
    return [...settled, ...made.map((coin) => ({ coin, waiting: true }))].filter(
      ({ coin }) => !spent.has(coin.key),
    );
  }

  /** An unsigned transfer. @throws TransferError where the node would not build it */
  build(request: TransferRequest): UnsignedTransaction {
    const now = BigInt(this.#now());
    const coins = this.coinsWithWaiting(request.payer).map(({ coin }) => coin);
    const free = coins.filter(({ output }) => output.lockTimeMs <= now && output.tokens.length === 0);
    return buildTransfer(request, free, this.#networkId);
  }

  /** A coin by its name, spent or not, of whomever. @param key - hex */
  known(key: string): Coin | undefined {
    return this.#coins.index.get(key)?.coin ?? this.#madeByWaiting(key);
  }

  /**
   * Takes a signed transfer. One that waits already is taken again.
   * @throws TransferError in the node's words where it is refused
   */
  submit(unsigned: UnsignedTransaction, signature: Uint8Array): WaitingTransfer {
    const transaction = createTransaction(unsigned, [signature]);
    const id = bytesToHex(transaction.id);
    const known = this.waiting().find((waiting) => bytesToHex(waiting.transaction.id) === id);
    if (known) return known;
    const chain = chainOfTransfer(unsigned);
    const raw = bytesToHex(transaction.bytes);
    if (this.#spendsSpent(transaction))
      throw new TransferError(`Tx ${id.slice(-8)} is double spending: ${raw}`);
    const timestampMs = BigInt(this.#now());
    const view = { coin: (key: string) => this.#unspent(key) };
    const fault = findTransferFault(transaction, { chain, networkId: this.#networkId, timestampMs, view });
    if (fault) throw new TransferError(`Failed in validating tx ${id} due to ${fault}: ${raw}`);
    const transfer = { transaction, chain, atMs: this.#now() };
    if (!this.#coins.pool.add(transfer))
      throw new TransferError(`Tx ${id.slice(-8)} is not added: mempool is full`);
    return transfer;
  }

  #spendsSpent({ unsigned }: Transaction): boolean {
    const spent = new Set(
      this.waiting().flatMap(({ transaction }) =>
        transaction.unsigned.inputs.map(({ key }) => bytesToHex(key)),
      ),
    );
    return unsigned.inputs.some(({ key }) => spent.has(bytesToHex(key)));
  }

  #unspent(key: string): Coin | undefined {
    const coin = this.known(key);
    if (!coin) return undefined;
    const own = this.coinsWithWaiting(addressOfLockupScript(coin.output.lockupScript));
    return own.find((one) => one.coin.key === key)?.coin;
  }

  #madeByWaiting(key: string): Coin | undefined {
    for (const { transaction } of this.waiting()) {
      const coin = coinsMadeBy(transaction).find((made) => made.key === key);
      if (coin) return coin;
    }
    return undefined;
  }
}

/** The chain that a transfer is for: from the group of its inputs to the one other group that it pays, if it does. */
export function chainOfTransfer({ inputs, outputs }: UnsignedTransaction): ChainIndex {
  const hint = inputs[0]?.hint ?? 0;
  const from = ((hint >>> 24) ^ (hint >>> 16) ^ (hint >>> 8) ^ hint) & (GROUPS - 1);
  const groups = outputs.map(({ lockupScript }) => addressOfLockupScript(lockupScript).group);
  return chainIndex(from, groups.find((group) => group !== from) ?? from);
}
