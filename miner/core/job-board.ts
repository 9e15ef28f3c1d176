/**
 * The newest template of each chain, and what is still worth submitting of the older ones.
 * @module
 */
import { equalBytes } from '../../protocol/bytes.js';
import { CHAINS, type ChainIndex, toGroupOf } from '../../protocol/chain.js';
import { parentOf } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import type { SourceKind, SourceSession } from './source.js';

/** A node's cache holds its last 1,600 distinct templates: blocks of older ones are refused. */
const NODE_CACHE_TEMPLATES = 1_600;

/** An orphan may be referenced by blocks up to 7 heights above it: beyond, a side block earns nothing. */
const MAX_UNCLE_HEIGHTS = 7;

/** Parents that are remembered a chain: more than pass while an answer is awaited, on any network. */
const MAX_PARENTS = 64;

/** A job, and its place among all jobs that came. */
export interface Template {
  readonly job: Job;
  readonly session: SourceSession;
  /** Counts the parents of its chain: equal to the chain's present one unless it is stale. */
  readonly generation: number;
  /** Counts the distinct templates of its session. */
  readonly sequence: number;
  /** Key of the header: the same in all sessions that brought it. */
  readonly identity: object;
}

export class JobBoard {
  /** What the next jobs are. To be changed only while there is no template. */
  kind: SourceKind;
  readonly #current: (Template | undefined)[] = new Array(CHAINS).fill(undefined);
  readonly #generations: number[] = new Array(CHAINS).fill(0);
  /** The last parents of each chain, newest last: of these our own blocks are the ones that count. */
  readonly #parents: Uint8Array[][] = Array.from({ length: CHAINS }, () => []);
  /** Distinct templates that each session brought. */
  readonly #counts = new WeakMap<SourceSession, number>();

  constructor(kind: SourceKind = 'nodes') {
    this.kind = kind;
  }

  /** Template of a chain, or undefined if it has none. */
  current(chain: ChainIndex): Template | undefined {
    return this.#current[chain];
  }

  /** Present generation of a chain. */
  generation(chain: ChainIndex): number {
    return this.#generations[chain]!;
  }

  /**
   * Takes the newest jobs of a session, at most one a chain.
   *
   * A pool gives one chain at a time as a rule: the next job ends the work on the chain before, but finds made
   * there until then keep their worth. It may also want another difficulty on the same header, under another job id.
   * @returns chains whose parent changed, or that have no template any more: older work on them is stale
   */
  update(session: SourceSession, jobs: readonly Job[]): ChainIndex[] {
    const stale: ChainIndex[] = [];
    const named = new Set(jobs.map((job) => job.chain));
    for (let chain = 0; chain < CHAINS; chain++) {
      if (this.#current[chain] !== undefined && !named.has(chain)) stale.push(chain);
    }
    for (const chain of stale) this.#remove(chain);
    for (const job of jobs) {
      const old = this.#current[job.chain];
      const sameSession = old?.session === session;
      const sameTemplate = old !== undefined && equalBytes(old.job.headerBlob, job.headerBlob);
      if (this.kind === 'nodes' && sameSession && sameTemplate) continue;
      // A later session with the very same template goes on with its work; one with another knows nothing of ours, nor
      // does a pool's, which has its own extranonce.
      const goesOn = sameTemplate && this.kind === 'nodes';
      if (!goesOn && !(sameSession && sameParent(old.job, job))) {
        this.#generations[job.chain]!++;
        if (old !== undefined) stale.push(job.chain);
      }
      const identity = sameTemplate ? old.identity : {};
      this.#noteParent(job);
      const sequence = this.#countOf(session) + 1;
      this.#counts.set(session, sequence);
      this.#current[job.chain] = {
        job,
        session,
        generation: this.#generations[job.chain]!,
        sequence,
        identity,
      };
    }
    return stale;
  }

  /** Forgets all templates: their session is over. @returns the chains that had a template */
  clear(): ChainIndex[] {
    const stale: ChainIndex[] = [];
    this.#current.forEach((template, chain) => {
      if (template !== undefined) stale.push(chain);
    });
    for (const chain of stale) this.#remove(chain);
    return stale;
  }

  /** Whether the chain's newest parent is still this template's. */
  isCurrent(template: Template): boolean {
    return this.#current[template.job.chain]?.generation === template.generation;
  }

  /** Whether work on it has come too late: for a pool only once there is a new parent, wherever its miner was sent meanwhile. */
  isStale(template: Template): boolean {
    return this.kind === 'pools' ? this.isSuperseded(template) : !this.isCurrent(template);
  }

  /** Whether a job on another parent of its chain came after the template's. */
  isSuperseded({ job }: Template): boolean {
    const newest = this.#parents[job.chain]!.at(-1);
    return newest !== undefined && !equalBytes(newest, parentOf(job.headerBlob, toGroupOf(job.chain)));
  }

  /** Whether the node that issued this template, if its session lives, would still take a block of it, if only as a side block. */
  isSubmittable(template: Template): boolean {
    if (this.#countOf(template.session) - template.sequence >= NODE_CACHE_TEMPLATES) return false;
    const current = this.#current[template.job.chain];
    return current === undefined || current.job.height - template.job.height < MAX_UNCLE_HEIGHTS;
  }

  /** Whether this block was among the last parents of a chain's templates. */
  isAncestor(chain: ChainIndex, blockHash: Uint8Array): boolean {
    return this.#parents[chain]!.some((parent) => equalBytes(parent, blockHash));
  }

  #noteParent(job: Job): void {
    const parents = this.#parents[job.chain]!;
    const parent = parentOf(job.headerBlob, toGroupOf(job.chain));
    const last = parents.at(-1);
    if (last !== undefined && equalBytes(last, parent)) return;
    parents.push(parent);
    if (parents.length > MAX_PARENTS) parents.shift();
  }

  #countOf(session: SourceSession): number {
    return this.#counts.get(session) ?? 0;
  }

  #remove(chain: ChainIndex): void {
    this.#current[chain] = undefined;
    this.#generations[chain]!++;
  }
}

function sameParent(a: Job, b: Job): boolean {
  const to = toGroupOf(a.chain);
  return a.height === b.height && equalBytes(parentOf(a.headerBlob, to), parentOf(b.headerBlob, to));
}
