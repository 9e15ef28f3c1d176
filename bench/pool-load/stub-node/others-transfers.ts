/**
 * Transfers of other people, which are in a node's templates and blocks: their form is right, and nothing stands behind them.
 * @module
 */
import type { Random } from '../../../devnet/random.js';
import { P2PKH } from '../../../protocol/address.js';
import { ALPH } from '../../../protocol/emission.js';
import { createTransaction, type Transaction } from '../../../protocol/transaction.js';

/** What a transfer of one input and two outputs takes. */
const GAS = 20_000;
const GAS_PRICE = 10n ** 11n;

/** Transfers in a round: each list is the next so many of it. */
export class OthersTransfers {
  readonly #round: readonly Transaction[];
  readonly #count: number;
  #at = 0;

  /** @param count - in each list, 0 or more */
  constructor(count: number, networkId: number, random: Random) {
    this.#count = count;
    // One more than a list: no two lists in a row are the same.
    this.#round = Array.from({ length: count + 1 }, () => transfer(networkId, random));
  }

  /** Another list. */
  next(): readonly Transaction[] {
    const list = Array.from(
      { length: this.#count },
      (_, i) => this.#round[(this.#at + i) % this.#round.length]!,
    );
    this.#at++;
    return list;
  }
}

function transfer(networkId: number, random: Random): Transaction {
  const output = () => ({
    amount: ALPH,
    lockupScript: new Uint8Array([P2PKH, ...random.bytes(32)]),
    lockTimeMs: 0n,
    tokens: [],
    additionalData: new Uint8Array(0),
  });
  const unlockScript = new Uint8Array([P2PKH, ...random.bytes(33)]);
  return createTransaction(
    {
      networkId,
      script: undefined,
      gasAmount: GAS,
      gasPrice: GAS_PRICE,
      inputs: [{ hint: 1, key: random.bytes(32), unlockScript }],
      outputs: [output(), output()],
    },
    [random.bytes(64)],
  );
}
