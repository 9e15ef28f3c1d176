/**
 * What the search conformance suite compares with: the hashes of a run of nonces by the oracle, made once, from which
 * the finds of any chain, target and part of the run follow.
 * @module
 */
import { HASH_BYTES, joinHeader } from '../../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { type NonceRange, nonceOf, PREFIX_BYTES } from '../../shaders/search.js';
import { seededBytes } from '../support/seeded-bytes.js';

/** A template and a prefix. */
export type Template = Pick<NonceRange, 'headerBlob' | 'prefix'>;

/** A template that depends on the seed alone. */
export function seededTemplate(seed: string): Template {
  return {
    headerBlob: seededBytes(`${seed} blob`, 302),
    prefix: seededBytes(`${seed} prefix`, PREFIX_BYTES),
  };
}

/** The hashes of the counters `start` to `start + count - 1` (mod 2^64) on one template. */
export class HashTable {
  readonly template: Template;
  readonly start: bigint;
  readonly count: number;
  readonly #hashes: Uint8Array;

  /** @param count - hashes to make: 2^18 take some seconds */
  constructor(template: Template, start: bigint, count: number) {
    this.template = template;
    this.start = start;
    this.count = count;
    this.#hashes = new Uint8Array(count * HASH_BYTES);
    const header = joinHeader(nonceOf(template.prefix, 0n), template.headerBlob);
    for (let i = 0; i < count; i++) {
      header.set(nonceOf(template.prefix, this.counter(i)));
      this.#hashes.set(blockHash(header), i * HASH_BYTES);
    }
  }

  /** Counter of entry `i`. */
  counter(i: number): bigint {
    return BigInt.asUintN(64, this.start + BigInt(i));
  }

  /** Hash of entry `i`, 32 bytes. */
  hash(i: number): Uint8Array {
    return this.#hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
  }

  /** The range of `count` nonces from entry `from` on. */
  range(chain: number, target: Uint8Array, from = 0, count = this.count - from): NonceRange {
    return { ...this.template, chain, target, start: this.counter(from), count };
  }

  /** Entries that are finds, ascending. */
  finds(chain: number, target: Uint8Array, from = 0, count = this.count - from): number[] {
    const finds: number[] = [];
    for (let i = from; i < from + count; i++) {
      const hash = this.hash(i);
      if (chainOfHash(hash) === chain && meetsTarget(hash, target)) finds.push(i);
    }
    return finds;
  }

  /** Counters of the finds, ascending as entries are. */
  counters(chain: number, target: Uint8Array, from?: number, count?: number): bigint[] {
    return this.finds(chain, target, from, count).map((i) => this.counter(i));
  }
}

const tables = new Map<string, HashTable>();

/** The table of a seeded template, made once for all suites of a process: most of their time goes into it. */
export function seededTable(seed: string, start: bigint, count: number): HashTable {
  const key = `${seed} ${start} ${count}`;
  const table = tables.get(key) ?? new HashTable(seededTemplate(seed), start, count);
  tables.set(key, table);
  return table;
}
