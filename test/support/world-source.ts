/**
 * A model of the chains, as a full node would tell of it.
 * @module
 */
import type { FundBlock, FundTransaction } from '../../polw/fund/fund-block.js';
import type { EntryTerms } from '../../polw/reader/block-entry.js';
import type { BlockSource } from '../../polw/reader/block-source.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { outputKeyOf } from '../../protocol/output-reference.js';
import type { PolwWorld } from './polw-world.js';

const NETWORK_ID = 4;
const GAS_PRICE = 10n ** 9n;

export function worldTerms(world: PolwWorld): EntryTerms {
  return {
    networkId: NETWORK_ID,
    hints: new Map(world.addresses.map((address, chain) => [address, chain + 1])),
  };
}

export class WorldSource implements BlockSource {
  readonly #world: PolwWorld;
  /** The node's key of an output by the model's. */
  readonly #keys = new Map<string, string>();
  readonly asked: string[] = [];
  /** Set, it is thrown in place of an answer. */
  failure: Error | undefined;
  /** Thrown in place of a block, by its hash. */
  readonly faults = new Map<string, Error>();

  constructor(world: PolwWorld) {
    this.#world = world;
  }

  async blocks(fromMs: number, toMs: number): Promise<unknown> {
    this.#ask(`blocks ${fromMs} ${toMs}`);
    const isWithin = ({ timestampMs, height }: FundBlock): boolean =>
      height > 0 && timestampMs >= fromMs && timestampMs <= toMs;
    return this.#world.chains.map((blocks) => blocks.filter(isWithin).map((block) => this.entryOf(block)));
  }

  async block(hash: string): Promise<unknown> {
    this.#ask(`block ${hash}`);
    const fault = this.faults.get(hash);
    if (fault !== undefined) throw fault;
    const block = this.#world.all.get(hash);
    return block && this.entryOf(block);
  }

  async hashes(chain: number, height: number): Promise<unknown> {
    this.#ask(`hashes ${chain} ${height}`);
    const main = this.#world.chains[chain]![height];
    const beside = [...this.#world.all.values()].filter(
      (block) => block.chain === chain && block.height === height && block !== main,
    );
    return [...(main ? [main] : []), ...beside].map(({ hash }) => hash);
  }

  async height(chain: number): Promise<number> {
    return this.#world.tip(chain).height;
  }

  #ask(what: string): void {
    this.asked.push(what);
    if (this.failure !== undefined) throw this.failure;
  }

  entryOf(block: FundBlock): Record<string, unknown> {
    const verdicts = this.#world.isMain(block) ? this.#world.verdicts() : new Map();
    const conflicted = block.transactions.map(({ id }) => id).filter((id) => verdicts.has(id));
    const coinbase = block.transactions.find((transaction) => transaction.coinbase);
    const others = block.transactions.filter((transaction) => !transaction.coinbase);
    return {
      hash: block.hash,
      timestamp: block.timestampMs,
      chainFrom: Math.floor(block.chain / 4),
      chainTo: block.chain % 4,
      height: block.height,
      deps: block.deps,
      transactions: [
        ...others.map((transaction) => this.#transactionOf(transaction)),
        coinbase === undefined ? this.#plainCoinbase() : this.#transactionOf(coinbase),
      ],
      ghostUncles: block.uncles.map((blockHash) => ({ blockHash, miner: 'somebody' })),
      ...(conflicted.length > 0 && { conflictedTxs: conflicted }),
    };
  }

  #plainCoinbase(): unknown {
    const unsigned = {
      txId: this.#world.name(),
      networkId: NETWORK_ID,
      gasAmount: 20_000,
      gasPrice: '1000000000',
    };
    return {
      unsigned: { ...unsigned, inputs: [], fixedOutputs: [this.#otherOutput()] },
      generatedOutputs: [],
    };
  }

  #transactionOf({ id, coinbase, spends, outputs, gasFee }: FundTransaction): unknown {
    const fixedOutputs: unknown[] = [];
    for (const { key, index, address, amount, lockTimeMs, tokens, hint } of outputs) {
      while (fixedOutputs.length < index) fixedOutputs.push(this.#otherOutput());
      fixedOutputs.push({
        hint,
        key: keyOf(id, index),
        attoAlphAmount: `${amount}`,
        address,
        tokens: tokens ? [{ id: key, amount: '1' }] : [],
        lockTime: lockTimeMs,
        message: '',
      });
    }
    const gasAmount = Number(gasFee / GAS_PRICE) + (coinbase ? 20_000 : 0);
    return {
      unsigned: {
        txId: id,
        networkId: NETWORK_ID,
        gasAmount,
        gasPrice: `${GAS_PRICE}`,
        inputs: spends.map((key) => ({ outputRef: { hint: 1, key: this.#keyOf(key) }, unlockScript: '' })),
        fixedOutputs,
      },
      generatedOutputs: [],
    };
  }

  /** The node's key of an output, by the model's. */
  #keyOf(key: string): string | undefined {
    if (!this.#keys.has(key))
      for (const { transactions } of this.#world.all.values())
        for (const { id, outputs } of transactions)
          for (const output of outputs) this.#keys.set(output.key, keyOf(id, output.index));
    return this.#keys.get(key);
  }

  #otherOutput(): unknown {
    return { hint: 999, key: '', attoAlphAmount: '1', address: 'else', tokens: [], lockTime: 0, message: '' };
  }
}

function keyOf(id: string, index: number): string {
  return bytesToHex(outputKeyOf(hexToBytes(id), index));
}
