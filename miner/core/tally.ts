/**
 * A miner's work since its start.
 * @module
 */
import { CHAINS, type ChainIndex } from '../../protocol/chain.js';
import type { MinerStatus } from './events.js';
import { HashrateMeter } from './hashrate.js';

/** The part of a status that counts work. */
export type TallyStatus = Pick<
  MinerStatus,
  'uptimeMs' | 'hashrates' | 'totalHashes' | 'staleHashes' | 'acceptedByChain' | 'hashesByChain'
>;

/** Pure: time comes in as an argument, in ms. */
export class Tally {
  readonly #startMs: number;
  readonly #meter: HashrateMeter;
  readonly #hashesByChain: number[] = new Array(CHAINS).fill(0);
  readonly #acceptedByChain: number[] = new Array(CHAINS).fill(0);
  #staleHashes = 0;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#meter = new HashrateMeter(nowMs);
  }

  /** Counts hashes on a chain. @param stale - the part of them on stale templates */
  addHashes(chain: ChainIndex, hashes: number, stale: number, nowMs: number): void {
    this.#meter.add(hashes, nowMs);
    this.#hashesByChain[chain]! += hashes;
    this.#staleHashes += stale;
  }

  /** Counts a block that was accepted on its chain. */
  addAccepted(chain: ChainIndex): void {
    this.#acceptedByChain[chain]!++;
  }

  read(nowMs: number): TallyStatus {
    return {
      uptimeMs: nowMs - this.#startMs,
      hashrates: this.#meter.read(nowMs),
      totalHashes: this.#meter.total,
      staleHashes: this.#staleHashes,
      acceptedByChain: [...this.#acceptedByChain],
      hashesByChain: [...this.#hashesByChain],
    };
  }
}
