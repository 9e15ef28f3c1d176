/**
 * A block as a full node's REST API tells it, and what the fund needs of it. Of transactions that do not touch our addresses no more
 * is looked at than that they don't.
 * @module
 */
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { CHAINS, type ChainIndex, chainIndex, chainName, GROUPS } from '../../protocol/chain.js';
import { MAX_UNCLES } from '../../protocol/emission.js';
import { outputKeyOf } from '../../protocol/output-reference.js';
import { MIN_GAS_AMOUNT } from '../../protocol/transaction.js';
import type { FundBlock, FundOutput, FundTransaction } from '../fund/fund-block.js';
import { ReaderError } from './reader-error.js';

/** What blocks are read for. */
export interface EntryTerms {
  /** 0 to 255. */
  readonly networkId: number;
  /** Our addresses, with the hints of their outputs. */
  readonly hints: ReadonlyMap<string, number>;
}

/** A block, and what the node says of its own transactions. */
export interface ReadBlock {
  /** Without verdicts: they come from other blocks. */
  readonly block: FundBlock;
  /** Ids of its transactions that have no effect, as far as they touch our addresses. */
  readonly conflicted: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Deps of a block. */
const DEPS = 2 * GROUPS - 1;

const HASH = /^[0-9a-f]{64}$/;

const AMOUNT = /^\d{1,40}$/;

/** The value of a block. @throws ReaderError that says what is wrong with it, and where */
export function parseBlockEntry(value: unknown, terms: EntryTerms): ReadBlock {
  return new EntryReader(terms, new Set(terms.hints.values())).read(value);
}

/** Blocks of a time range: a list for each chain. @throws ReaderError that says what is wrong, and where */
export function parseBlocksByTime(value: unknown, terms: EntryTerms): readonly (readonly ReadBlock[])[] {
  if (!Array.isArray(value) || value.length !== CHAINS)
    throw new ReaderError(`blocks: expected ${CHAINS} lists, got ${shown(value)}`);
  const reader = new EntryReader(terms, new Set(terms.hints.values()));
  return value.map((list: unknown, chain) => {
    if (!Array.isArray(list)) throw new ReaderError(`blocks of ${chainName(chain)}: expected a list`);
    const blocks = list.map((entry: unknown) => reader.read(entry));
    const strange = blocks.find(({ block }) => block.chain !== chain);
    if (strange !== undefined)
      throw new ReaderError(
        `blocks of ${chainName(chain)}: got one of ${chainName(strange.block.chain)}: ${strange.block.hash}`,
      );
    return blocks;
  });
}

/** Hashes of blocks at a height. @throws ReaderError if it is something else */
export function parseHashes(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((hash) => typeof hash === 'string' && HASH.test(hash)))
    return value as string[];
  throw new ReaderError(`hashes: expected a list of hashes, got ${shown(value)}`);
}

class EntryReader {
  readonly #terms: EntryTerms;
  readonly #hints: ReadonlySet<number>;
  /** Names the block in messages. */
  #name = 'a block';

  constructor(terms: EntryTerms, hints: ReadonlySet<number>) {
    this.#terms = terms;
    this.#hints = hints;
  }

  read(value: unknown): ReadBlock {
    this.#name = 'a block';
    const entry = this.#fields(value, 'block');
    const hash = this.#hash(entry.hash, 'hash');
    this.#name = `block ${hash}`;
    const height = this.#integer(entry.height, 'height');
    const chain = this.#chain(entry, hash, height);
    const deps = this.#list(entry.deps, 'deps', DEPS).map((dep, i) => this.#hash(dep, `deps[${i}]`));
    if (deps.length !== DEPS) this.#fail('deps', `${DEPS} hashes`, deps.length);
    const timestampMs = this.#integer(entry.timestamp, 'timestamp');
    const list = this.#list(entry.transactions, 'transactions', Number.POSITIVE_INFINITY);
    const transactions: FundTransaction[] = [];
    for (const [i, transaction] of list.entries()) {
      const read = this.#transaction(transaction, i, height > 0 && i === list.length - 1);
      if (read !== undefined) transactions.push(read);
    }
    const uncles = transactions.length === 0 ? [] : this.#uncles(entry.ghostUncles);
    const conflicted = this.#conflicted(entry.conflictedTxs, transactions);
    const block = { hash, chain, height, deps, timestampMs, uncles, transactions, conflicted: [] };
    return { block, conflicted };
  }

  #chain(entry: Fields, hash: string, height: number): ChainIndex {
    const [from, to] = [entry.chainFrom, entry.chainTo].map((group, i) => {
      const read = this.#integer(group, i === 0 ? 'chainFrom' : 'chainTo');
      return read < GROUPS ? read : this.#fail(i === 0 ? 'chainFrom' : 'chainTo', `0 to ${GROUPS - 1}`, read);
    }) as [number, number];
    const chain = chainIndex(from, to);
    // A hash belongs to a chain by its last bits; only genesis blocks are not mined.
    if (height > 0 && Number.parseInt(hash.slice(-1), 16) !== chain)
      this.#fail('chainFrom, chainTo', 'the chain of its hash', chainName(chain));
    return chain;
  }

  #uncles(value: unknown): readonly string[] {
    // Nodes of before there were uncles do not name them.
    return this.#list(value ?? [], 'ghostUncles', MAX_UNCLES).map((uncle, i) =>
      this.#hash(this.#fields(uncle, `ghostUncles[${i}]`).blockHash, `ghostUncles[${i}].blockHash`),
    );
  }

  #conflicted(value: unknown, transactions: readonly FundTransaction[]): readonly string[] {
    const ids = new Set(
      this.#list(value ?? [], 'conflictedTxs', Number.POSITIVE_INFINITY).map((id, i) =>
        this.#hash(id, `conflictedTxs[${i}]`),
      ),
    );
    return transactions.map(({ id }) => id).filter((id) => ids.has(id));
  }

  /** A transaction, or undefined if it does not touch our addresses. */
  #transaction(value: unknown, place: number, coinbase: boolean): FundTransaction | undefined {
    const name = `transactions[${place}]`;
    const transaction = this.#fields(value, name);
    const unsigned = this.#fields(transaction.unsigned, `${name}.unsigned`);
    const inputs = this.#list(unsigned.inputs, `${name}.unsigned.inputs`, Number.POSITIVE_INFINITY);
    const fixed = this.#list(
      unsigned.fixedOutputs,
      `${name}.unsigned.fixedOutputs`,
      Number.POSITIVE_INFINITY,
    );
    const generated = this.#list(
      transaction.generatedOutputs,
      `${name}.generatedOutputs`,
      Number.POSITIVE_INFINITY,
    );
    const spends = inputs.flatMap((input, i) => this.#spend(input, `${name}.unsigned.inputs[${i}]`));
    const ours = [...fixed, ...generated].flatMap((output, i) =>
      this.#output(output, i, `${name}: output ${i}`),
    );
    if (spends.length === 0 && ours.length === 0) return undefined;
    if (unsigned.networkId !== this.#terms.networkId)
      this.#fail(`${name}.unsigned.networkId`, `${this.#terms.networkId}`, unsigned.networkId);
    const id = this.#hash(unsigned.txId, `${name}.unsigned.txId`);
    this.#checkKeys(id, ours, fixed.length, name);
    const gasAmount = this.#integer(unsigned.gasAmount, `${name}.unsigned.gasAmount`);
    const gasPrice = this.#amount(unsigned.gasPrice, `${name}.unsigned.gasPrice`);
    const paidGas = coinbase ? Math.max(0, gasAmount - MIN_GAS_AMOUNT) : gasAmount;
    return { id, coinbase, spends, outputs: ours, gasFee: gasPrice * BigInt(paidGas) };
  }

  #spend(value: unknown, name: string): readonly string[] {
    const input = this.#fields(value, name);
    const reference = this.#fields(input.outputRef, `${name}.outputRef`);
    if (!this.#hints.has(reference.hint as number)) return [];
    return [this.#hash(reference.key, `${name}.outputRef.key`)];
  }

  #output(value: unknown, index: number, name: string): readonly FundOutput[] {
    const output = this.#fields(value, name);
    const hint = output.hint as number;
    if (!this.#hints.has(hint)) return [];
    const { address } = output;
    // Another address may have the same hint.
    if (typeof address !== 'string' || this.#terms.hints.get(address) !== hint) return [];
    return [
      {
        key: this.#hash(output.key, `${name}.key`),
        hint,
        address,
        amount: this.#amount(output.attoAlphAmount, `${name}.attoAlphAmount`),
        lockTimeMs: this.#lockTime(output.lockTime, `${name}.lockTime`),
        tokens: this.#list(output.tokens, `${name}.tokens`, Number.POSITIVE_INFINITY).length > 0,
        index,
      },
    ];
  }

  /** The keys of fixed outputs follow from the transaction's id; those of generated ones do, too, counted on. */
  #checkKeys(id: string, outputs: readonly FundOutput[], fixed: number, name: string): void {
    const bytes = outputs.length === 0 ? undefined : hexToBytes(id);
    for (const { key, index } of outputs)
      if (index < fixed && bytesToHex(outputKeyOf(bytes!, index)) !== key)
        this.#fail(`${name}: output ${index}.key`, 'that of the transaction and the place', key);
  }

  #fields(value: unknown, name: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    return this.#fail(name, 'an object', value);
  }

  #list(value: unknown, name: string, most: number): readonly unknown[] {
    if (!Array.isArray(value)) return this.#fail(name, 'a list', value);
    if (value.length > most) return this.#fail(name, `at most ${most}`, value.length);
    return value;
  }

  #hash(value: unknown, name: string): string {
    return typeof value === 'string' && HASH.test(value) ? value : this.#fail(name, '64 hex digits', value);
  }

  #integer(value: unknown, name: string): number {
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.#fail(name, 'a whole number from 0 on', value);
  }

  /** Anybody may lock an output until any time, 64 bits of it: what is no time of a calendar is as good as never. */
  #lockTime(value: unknown, name: string): number {
    if (typeof value !== 'number' || value < 0) return this.#fail(name, 'a time', value);
    return Math.min(Math.round(value), Number.MAX_SAFE_INTEGER);
  }

  #amount(value: unknown, name: string): bigint {
    return typeof value === 'string' && AMOUNT.test(value)
      ? BigInt(value)
      : this.#fail(name, 'an amount in digits', value);
  }

  #fail(name: string, expected: string, got: unknown): never {
    throw new ReaderError(`${this.#name}: "${name}" expected ${expected}, got ${shown(got)}`);
  }
}

/** Any value, short and without what a terminal would take for more than text. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(JSON.stringify(value)).slice(0, 80);
}
