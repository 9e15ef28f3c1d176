/**
 * What REST does with transfers: the coins with those that wait for a block, building, submitting, and what waits.
 * @module
 */
import { type Address, addressOfLockupScript, groupOfLockupScript } from '../../protocol/address.js';
import { bytesToHex, equalBytes } from '../../protocol/bytes.js';
import { type ChainIndex, chainIndex, GROUPS, toGroupOf } from '../../protocol/chain.js';
import { createTransaction, type Transaction, type UnsignedTransaction } from '../../protocol/transaction.js';
import type { Coin } from './coin.js';
import { coinsMadeBy } from './coin.js';
import type { CoinIndex } from './coin-index.js';
import type { CurrentCoin } from './current-coins.js';
import { keysSpentBy } from './faucet.js';
import { findTransferFault, templateBytesOf } from './transaction-rules.js';
import {
  buildTransfer,
  type SpendableCoin,
  TransferError,
  type TransferRequest,
} from './transfer-builder.js';
import type { TransferPool, WaitingTransfer } from './transfer-pool.js';

/** What it asks of the coins. */
export interface DeskCoins {
  readonly index: Pick<CoinIndex, 'get'>;
  readonly pool: TransferPool;
  /** The main-chain block of a transaction, if there is one. @param id - hex */
  find(id: string): unknown;
  /** Unspent coins of an address in blocks. */
  currentOf(address: Address): readonly Pick<CurrentCoin, 'coin' | 'settled'>[];
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
    return this.#unplaced(this.#coins.pool.all());
  }

  /** One that no main-chain block holds. @param id - hex */
  waitingOf(id: string): WaitingTransfer | undefined {
    const transfer = this.#coins.pool.get(id);
    return transfer && this.#unplaced([transfer])[0];
  }

  #unplaced(transfers: readonly WaitingTransfer[]): WaitingTransfer[] {
    return transfers.filter(({ transaction }) => !this.#coins.find(bytesToHex(transaction.id)));
  }

  /**
   * Coins of an address as they will be when what waits is in blocks. A transfer that its own group has dropped still pays here as
   * long as the other group keeps its copy, and no longer spends.
   */
  coinsWithWaiting(address: Address): SpendableCoin[] {
    const paidTo = ({ transaction }: WaitingTransfer): Coin[] =>
      coinsMadeBy(transaction).filter(({ output }) => equalBytes(output.lockupScript, address.lockupScript));
    const waiting = this.waiting();
    const copies = this.#unplaced(this.#coins.pool.copies()).filter(
      ({ chain }) => toGroupOf(chain) === address.group,
    );
    const spent = keysSpentBy(waiting.map(({ transaction }) => transaction));
    const made = [...waiting, ...copies].flatMap(paidTo);
    const current = this.#coins
      .currentOf(address)
      .map(({ coin, settled }): SpendableCoin => ({ coin, level: settled ? 0 : 1 }));
    const all = [...current, ...made.map((coin): SpendableCoin => ({ coin, level: 2 }))];
    return all.filter(({ coin }) => !spent.has(coin.key));
  }

  /** An unsigned transfer. @throws TransferError where the node would not build it */
  build(request: TransferRequest): UnsignedTransaction {
    const now = BigInt(this.#now());
    const free = this.coinsWithWaiting(request.payer).filter(
      ({ coin: { output } }) => output.lockTimeMs <= now && output.tokens.length === 0,
    );
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
    const known = this.waitingOf(id);
    if (known) return known;
    const chain = chainOfTransfer(unsigned);
    const raw = bytesToHex(templateBytesOf(transaction));
    if (this.#spendsSpent(transaction))
      throw new TransferError(`Tx ${id.slice(-8)} is double spending: ${raw}`);
    const timestampMs = BigInt(this.#now());
    const view = this.#unspentView();
    const fault = findTransferFault(transaction, { chain, networkId: this.#networkId, timestampMs, view });
    if (fault) throw new TransferError(`Failed in validating tx ${id} due to ${fault}: ${raw}`);
    const transfer = { transaction, chain, atMs: this.#now() };
    if (!this.#coins.pool.add(transfer))
      throw new TransferError(`Tx ${id.slice(-8)} is not added: mempool is full`);
    return transfer;
  }

  #spendsSpent({ unsigned }: Transaction): boolean {
    const spent = keysSpentBy(this.waiting().map(({ transaction }) => transaction));
    return unsigned.inputs.some(({ key }) => spent.has(bytesToHex(key)));
  }

  /** What can be spent as of now. Looks at each address once. */
  #unspentView(): { coin(key: string): Coin | undefined } {
    const unspent = new Map<string, ReadonlyMap<string, Coin>>();
    const coin = (key: string): Coin | undefined => {
      const known = this.known(key);
      if (!known) return undefined;
      const address = addressOfLockupScript(known.output.lockupScript);
      let own = unspent.get(address.text);
      if (!own) {
        own = new Map(this.coinsWithWaiting(address).map((one) => [one.coin.key, one.coin]));
        unspent.set(address.text, own);
      }
      return own.get(key);
    };
    return { coin };
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
  const groups = outputs.map(({ lockupScript }) => groupOfLockupScript(lockupScript));
  return chainIndex(from, groups.find((group) => group !== from) ?? from);
}
