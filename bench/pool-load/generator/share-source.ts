/**
 * Real shares for one miner: nonces under its extranonce whose hash is of the job's chain and meets the share target.
 * @module
 */

import { hexToBytes } from '../../../protocol/bytes.js';
import { chainIndex } from '../../../protocol/chain.js';
import { expectedHashes, targetOfBytes } from '../../../protocol/target.js';
import { type NonceRange, PREFIX_BYTES, type SyncSearchKernel } from '../../../shaders/search.js';

/** A job as `mining.notify` carries it. */
export interface NotifiedJob {
  readonly jobId: string;
  readonly fromGroup: number;
  readonly toGroup: number;
  /** Hex. */
  readonly headerBlob: string;
  readonly targetBlob: string;
}

/** Shares that one search yields on average: few are lost with a job that ends, and the kernel has room for 64. */
const SHARES_PER_SEARCH = 24;
/** Nonces of one search: 50 ms of a thread. Above a work of 10,000 searches come back empty now and then. */
const MAX_SEARCH_NONCES = 2 ** 18;

/** The low word of a counter as hex, little-endian; the high word stays 0. */
function counterHex(counter: number): string {
  return (
    BYTE_HEX[counter & 255]! +
    BYTE_HEX[(counter >>> 8) & 255]! +
    BYTE_HEX[(counter >>> 16) & 255]! +
    BYTE_HEX[counter >>> 24]! +
    '00000000'
  );
}

const BYTE_HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Nonces for one miner's job. */
export class ShareSource {
  readonly #kernel: SyncSearchKernel;
  readonly #prefixHex: string;
  readonly #count: number;
  readonly #range: Omit<NonceRange, 'start' | 'count'>;
  #next = 0;
  #found: readonly bigint[] = [];
  #taken = 0;

  /** @param extranonce - hex, up to 16 bytes */
  constructor(kernel: SyncSearchKernel, extranonce: string, job: NotifiedJob) {
    this.#kernel = kernel;
    this.#prefixHex = extranonce.padEnd(2 * PREFIX_BYTES, '0');
    const target = hexToBytes(job.targetBlob.padStart(64, '0'));
    this.#range = {
      headerBlob: hexToBytes(job.headerBlob),
      chain: chainIndex(job.fromGroup, job.toGroup),
      target,
      prefix: hexToBytes(this.#prefixHex),
    };
    const nonces = Number(expectedHashes(targetOfBytes(target))) * SHARES_PER_SEARCH;
    this.#count = Math.max(16, Math.min(nonces, MAX_SEARCH_NONCES));
  }

  /** A nonce that was not given yet, 48 hex digits; undefined if the search found none this time. */
  take(): string | undefined {
    if (this.#taken === this.#found.length) {
      this.#found = this.#kernel.search({
        ...this.#range,
        start: BigInt(this.#next),
        count: this.#count,
      }).finds;
      this.#next += this.#count;
      this.#taken = 0;
      if (this.#found.length === 0) return undefined;
    }
    return this.#prefixHex + counterHex(Number(this.#found[this.#taken++]!));
  }
}
