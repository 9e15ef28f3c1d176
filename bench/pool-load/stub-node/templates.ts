/**
 * Templates for all 16 chains, every time with new parents. They look like a real node's, and nothing stands behind them.
 * @module
 */
import type { Random } from '../../../devnet/random.js';
import { ALL_CHAINS, chainIndex, fromGroupOf, GROUPS, toGroupOf } from '../../../protocol/chain.js';
import { DEPS, encodeHeader, HASH_BYTES, NONCE_BYTES } from '../../../protocol/header.js';
import { type Job, NODE_KEEPS_TXS } from '../../../protocol/job.js';
import { bitsOfTarget, targetBytes, targetOfBits } from '../../../protocol/target.js';

/** What the templates of a series have in common. */
export interface TemplateOptions {
  /** Block target, above 0; its lower bytes are cut off as compact bits do. */
  readonly blockTarget: bigint;
  readonly firstHeight: number;
}

/** What a node sends at once. */
export interface Push {
  /** One a chain. */
  readonly jobs: readonly Job[];
  /** Those that were not sent before. */
  readonly fresh: readonly Job[];
}

/** Where the templates of a node come from. */
export interface Templates {
  /** Those of the next push. @param nowMs - since the epoch */
  next(nowMs: number): Push;
}

/** Templates one after the other. */
export class TemplateSeries implements Templates {
  readonly #random: Random;
  readonly #targetBits: number;
  readonly #target: Uint8Array;
  #height: number;

  constructor(options: TemplateOptions, random: Random) {
    this.#random = random;
    this.#targetBits = bitsOfTarget(options.blockTarget);
    this.#target = targetBytes(targetOfBits(this.#targetBits));
    this.#height = options.firstHeight;
  }

  /** The next templates of all chains, each on a new parent. @param nowMs - since the epoch */
  next(nowMs: number): Push {
    const height = this.#height++;
    const jobs = ALL_CHAINS.map((chain) => ({
      chain,
      headerBlob: this.#headerBlob(chain, nowMs),
      txsBlob: NODE_KEEPS_TXS,
      target: this.#target,
      height,
    }));
    return { jobs, fresh: jobs };
  }

  #headerBlob(chain: number, nowMs: number): Uint8Array {
    const from = fromGroupOf(chain);
    const others = [0, 1, 2, 3].filter((group) => group !== from);
    const deps = Array.from({ length: DEPS }, (_, i) =>
      this.#blockHash(
        i < GROUPS - 1 ? chainIndex(others[i]!, toGroupOf(chain)) : chainIndex(from, i - (GROUPS - 1)),
      ),
    );
    return encodeHeader({
      nonce: new Uint8Array(NONCE_BYTES),
      deps,
      depStateHash: this.#random.bytes(HASH_BYTES),
      txsHash: this.#random.bytes(HASH_BYTES),
      timestamp: BigInt(nowMs),
      targetBits: this.#targetBits,
    }).slice(NONCE_BYTES);
  }

  /** What could be the hash of a block of a chain. */
  #blockHash(chain: number): Uint8Array {
    const hash = this.#random.bytes(HASH_BYTES);
    hash[0] = 0;
    hash[31] = (hash[31]! & 0xf0) | chain;
    return hash;
  }
}
