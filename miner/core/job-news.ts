/**
 * News in jobs that are worth telling: chains that a full node has no job for, another difficulty of a pool.
 * @module
 */
import { ALL_CHAINS } from '../../protocol/chain.js';
import type { Job } from '../../protocol/job.js';
import { expectedHashes, targetOfBytes } from '../../protocol/target.js';
import { stratumDifficulty } from './create-submissions.js';
import type { MinerEvent } from './events.js';
import type { SourceKind } from './source.js';

/** Pure. */
export class JobNews {
  readonly #kind: SourceKind;
  #missingTold = false;
  /** Of the hardest of the newest jobs, as pools name it; undefined of full nodes, and before the first. */
  difficulty: number | undefined;

  constructor(kind: SourceKind) {
    this.#kind = kind;
  }

  /** A session began: its chains without a job are told anew. */
  startSession(): void {
    this.#missingTold = false;
  }

  /** @returns what should be told of these jobs, all that there are */
  take(jobs: readonly Job[]): MinerEvent | undefined {
    return this.#kind === 'nodes' ? this.#missing(jobs) : this.#changed(jobs);
  }

  #missing(jobs: readonly Job[]): MinerEvent | undefined {
    const chains = ALL_CHAINS.filter((chain) => !jobs.some((job) => job.chain === chain));
    if (chains.length === 0 || this.#missingTold) return undefined;
    this.#missingTold = true;
    return { type: 'missingChains', chains };
  }

  #changed(jobs: readonly Job[]): MinerEvent | undefined {
    const works = jobs.map(({ target }) => expectedHashes(targetOfBytes(target)));
    const difficulty = stratumDifficulty(works.reduce((most, work) => (work > most ? work : most), 0n));
    if (works.length === 0 || difficulty === this.difficulty) return undefined;
    this.difficulty = difficulty;
    return { type: 'difficulty', difficulty };
  }
}
