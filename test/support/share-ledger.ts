/**
 * What miners know of their shares, and the comparison with what a store has of them.
 *
 * Each share has a work of its own, and is of one worker and chain: from the sums of the few that may be stored or not
 * follows which ones are, so that one lost and one doubled can't cancel.
 * @module
 */
import assert from 'node:assert/strict';
import type { BlockFound } from '../../pool/domain/block-record.js';
import type { Store } from '../../pool/ports/store.js';
import type { ChainIndex } from '../../protocol/chain.js';
import { NONCE_BYTES } from '../../protocol/header.js';

/** What a miner was told of a share. */
export type ShareFate = 'unanswered' | 'acknowledged' | 'refused';

/** A share that was sent. */
export interface SentShare {
  readonly work: bigint;
  /** `Account.key` and name. */
  readonly account: string;
  readonly worker: string;
  readonly chain: ChainIndex;
  /** Hex of the block hash. */
  readonly hash: string;
}

/** Sums of some shares. */
export interface ShareSums {
  readonly shares: number;
  readonly work: bigint;
  readonly squares: bigint;
}

const NOTHING: ShareSums = { shares: 0, work: 0n, squares: 0n };

/** Shares by their work. */
export class ShareLedger {
  readonly #shares = new Map<bigint, SentShare>();
  readonly #fates = new Map<bigint, ShareFate>();
  readonly #byHash = new Map<string, bigint>();
  /** Nonces, hex, that were sent again by others than found them. */
  readonly #tried = new Set<string>();
  /** Why shares were refused, and how many. */
  readonly refusals: Record<string, number> = {};
  /** What a pool must never say: doubles that were taken, wrong targets. */
  readonly faults: string[] = [];
  #nextWork: bigint;
  readonly #unused: bigint[] = [];

  /** @param firstWork - of the first share, at least 16 */
  constructor(firstWork = 16n) {
    this.#nextWork = firstWork;
  }

  /** A work that no share had yet. */
  takeWork(): bigint {
    return this.#unused.pop() ?? this.#nextWork++;
  }

  /** A work that was taken is of no share: a later one may have it. */
  returnWork(work: bigint): void {
    assert.ok(!this.#shares.has(work));
    this.#unused.push(work);
  }

  send(share: SentShare): void {
    assert.ok(!this.#shares.has(share.work), 'each share has its own work');
    this.#shares.set(share.work, share);
    this.#byHash.set(share.hash, share.work);
    this.#fates.set(share.work, 'unanswered');
  }

  /** A nonce of another connection is sent, as no share: on whatever header it meets it may be a block, as any hash may. */
  try(nonce: string): void {
    this.#tried.add(nonce);
  }

  /** Whether a block is a share that was sent, or was hit with the nonce of one. @param header - hex */
  hasFound({ hash, header, work }: Pick<BlockFound, 'hash' | 'header' | 'work'>): boolean {
    return this.#byHash.has(hash) || (this.#tried.has(header.slice(0, 2 * NONCE_BYTES)) && work === '0');
  }

  acknowledge(work: bigint): void {
    this.#fates.set(work, 'acknowledged');
  }

  /** @param why - code and words */
  refuse(work: bigint, why: string): void {
    this.#fates.set(work, 'refused');
    this.refusals[why] = (this.refusals[why] ?? 0) + 1;
  }

  /** How many shares have a fate. */
  count(fate: ShareFate): number {
    let count = 0;
    for (const known of this.#fates.values()) if (known === fate) count++;
    return count;
  }

  /** Whether a miner was told what became of the share that has a hash. */
  wasTold(hash: string): boolean {
    const fate = this.fateOfHash(hash);
    return fate !== undefined && fate !== 'unanswered';
  }

  /** What a miner was told of the share that has a hash; undefined if there is none. */
  fateOfHash(hash: string): ShareFate | undefined {
    const work = this.#byHash.get(hash);
    return work === undefined ? undefined : this.#fates.get(work);
  }

  /**
   * Fails unless what is stored, by `placeOf`, is all that was acknowledged, some of what was not answered, and nothing else.
   * @returns how many of those that were not answered are stored
   */
  check(stored: ReadonlyMap<string, ShareSums>): number {
    assert.deepEqual(this.faults, []);
    const left = new Map(stored);
    const unanswered = new Map<string, bigint[]>();
    for (const [work, share] of this.#shares) {
      const place = placeOf(share);
      const fate = this.#fates.get(work);
      if (fate === 'acknowledged') left.set(place, addSums(left.get(place), sumsOf(work), -1));
      else if (fate === 'unanswered') unanswered.set(place, [...(unanswered.get(place) ?? []), work]);
    }
    let beyond = 0;
    for (const [place, sums] of left) {
      beyond += sums.shares;
      const maybe = unanswered.get(place) ?? [];
      assert.ok(
        isSumOfSome(maybe, sums),
        `${place}: beyond what was acknowledged, ${sums.shares} shares of work ${sums.work} are stored, which are not among [${maybe}]`,
      );
    }
    return beyond;
  }
}

/** Whose shares of which chain. */
export function placeOf({ account, worker, chain }: Omit<SentShare, 'work' | 'hash'>): string {
  return `${account}.${worker} ${chain}`;
}

/** What is in a store's slices, by `placeOf`. Fails if its totals of a worker or of the pool are others. */
export async function storedShares(store: Store): Promise<Map<string, ShareSums>> {
  const endMs = Date.now() + 86_400_000;
  const entries = (await store.slices(0, endMs)).flatMap((slice) => slice.entries);
  const ids = [...new Set(entries.map(({ worker }) => worker))];
  const workers = new Map((await store.workersById(ids)).map((worker) => [worker.id, worker]));
  const places = new Map<string, ShareSums>();
  const totals = new Map<number, ShareSums>();
  for (const { worker, chain, shares, work, workSquared: squares } of entries) {
    const { account, name } = workers.get(worker)!.identity;
    const place = placeOf({ account, worker: name, chain });
    places.set(place, addSums(places.get(place), { shares, work, squares }));
    totals.set(worker, addSums(totals.get(worker), { shares, work, squares }));
  }
  let pool = NOTHING;
  for (const [id, total] of totals) {
    const { shares, work, identity } = workers.get(id)!;
    assert.deepEqual({ shares, work }, { shares: total.shares, work: total.work }, identity.name);
    pool = addSums(pool, total);
  }
  const days = await store.series({ of: 'pool' }, 86_400_000, 0, endMs);
  const charted = days.reduce(
    (sum, { shares, work }) => addSums(sum, { shares, work, squares: 0n }),
    NOTHING,
  );
  assert.deepEqual({ ...charted, squares: pool.squares }, pool, 'the chart of the pool');
  return places;
}

function sumsOf(work: bigint): ShareSums {
  return { shares: 1, work, squares: work * work };
}

function addSums(sums: ShareSums = NOTHING, more: ShareSums, sign: 1 | -1 = 1): ShareSums {
  return {
    shares: sums.shares + sign * more.shares,
    work: sums.work + BigInt(sign) * more.work,
    squares: sums.squares + BigInt(sign) * more.squares,
  };
}

/** Whether some of the works have these sums. */
export function isSumOfSome(works: readonly bigint[], wanted: ShareSums, from = 0): boolean {
  if (wanted.shares === 0) return wanted.work === 0n && wanted.squares === 0n;
  if (wanted.shares < 0 || works.length - from < wanted.shares) return false;
  const rest = addSums(wanted, sumsOf(works[from]!), -1);
  return isSumOfSome(works, rest, from + 1) || isSumOfSome(works, wanted, from + 1);
}
