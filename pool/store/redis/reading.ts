/**
 * What Redis gives back, as the store's values. Long answers are asked for in pieces.
 * @module
 */

import {
  type BlockListing,
  type FateStage,
  type FollowedBlock,
  stateOfListing,
} from '../../domain/block-fate.js';
import { type BlockFound, OPEN_BLOCK_STATES } from '../../domain/block-record.js';
import type { WorkerIdentity } from '../../domain/worker-identity.js';
import type {
  Ban,
  JournalMark,
  Page,
  SeriesPoint,
  SeriesScope,
  SeriesStep,
  StoredBlock,
  StoredSlice,
  StoredWorker,
  StoredWorkerId,
} from '../../ports/store.js';
import { decodeFate } from '../fate-text.js';
import { asDays, bucketRange, DAY_MS, TEN_MINUTES_MS } from '../series-buckets.js';
import { decodeSlice } from '../slice-codec.js';
import type { StoreKeys } from './keys.js';
import type { RedisLink } from './redis-link.js';
import { chunkMs, readChunk, SLOT_INTEGERS } from './series-chunks.js';
import { readWorkerRecord } from './worker-record.js';

/** Values asked for at once: some 150 KB of workers. */
const VALUES_AT_ONCE = 500;

/** Slices asked for at once: with 10,000 workers some 5 MB. */
const SLICES_AT_ONCE = 60;

/** Reads what the store holds. */
export class RedisReading {
  readonly #link: RedisLink;
  readonly #keys: StoreKeys;

  constructor(link: RedisLink, keys: StoreKeys) {
    this.#link = link;
    this.#keys = keys;
  }

  async marks(journals: readonly string[]): Promise<JournalMark[]> {
    if (journals.length === 0) return [];
    const marks = await this.#link.run((client) => client.hmget(this.#keys.journals, ...journals));
    return journals.flatMap((journal, i) => (marks[i] == null ? [] : [asMark(journal, marks[i])]));
  }

  async journals(): Promise<JournalMark[]> {
    const marks = await this.#link.run((client) => client.hgetall(this.#keys.journals));
    return Object.entries(marks).map(([journal, mark]) => asMark(journal, mark));
  }

  /** @param nowMs - bans that end by then are left out */
  async bans(nowMs: number): Promise<Ban[]> {
    const { bans, banReasons } = this.#keys;
    const ends = await this.#link.run((client) =>
      client.zrange(bans, `(${nowMs}`, '+inf', 'BYSCORE', 'WITHSCORES'),
    );
    const addresses = ends.filter((_, i) => i % 2 === 0);
    if (addresses.length === 0) return [];
    const reasons = await this.#link.run((client) => client.hmget(banReasons, ...addresses));
    return addresses
      .map((address, i) => ({ address, untilMs: Number(ends[2 * i + 1]), reason: reasons[i] ?? '' }))
      .toSorted((a, b) => (a.address < b.address ? -1 : 1));
  }

  async worker({ account, name }: WorkerIdentity): Promise<StoredWorker | undefined> {
    const id = await this.#numberOf(account, name);
    return id === undefined ? undefined : (await this.workersById([id]))[0];
  }

  /** By name. */
  async workersOf(account: string, { offset, limit }: Page): Promise<StoredWorker[]> {
    const ids = await this.#link.run((client) => client.hgetall(this.#keys.account(account)));
    const names = Object.keys(ids)
      .toSorted()
      .slice(offset, offset + limit);
    const workers = await this.#records(names.map((name) => Number(ids[name])));
    return workers.filter((worker) => worker !== undefined);
  }

  /** By number. */
  async workersById(ids: readonly StoredWorkerId[]): Promise<StoredWorker[]> {
    const workers = await this.#records([...new Set(ids)].toSorted((a, b) => a - b));
    return workers.filter((worker) => worker !== undefined);
  }

  async slices(fromMs: number, toMs: number): Promise<StoredSlice[]> {
    const starts = await this.#link.run((client) =>
      client.zrange(this.#keys.slices, fromMs, `(${toMs}`, 'BYSCORE'),
    );
    const slices: StoredSlice[] = [];
    for (const some of inPieces(starts, SLICES_AT_ONCE)) {
      const parts = await this.#link.run((client) =>
        Promise.all(some.map((start) => client.hgetallBuffer(this.#keys.slice(Number(start))))),
      );
      for (const [i, start] of some.entries()) slices.push(...asSlices(Number(start), parts[i]!));
    }
    return slices;
  }

  async blocks({ offset, limit }: Page, listed?: readonly BlockListing[]): Promise<StoredBlock[]> {
    const indexes = listed?.map((listing) => this.#keys.blocksIn(listing)) ?? [this.#keys.blocks];
    const found = await this.#hashesIn(indexes, offset + limit, 'newest');
    const blocks = await Promise.all(found.slice(offset).map(({ hash }) => this.block(hash)));
    return blocks.filter((block) => block !== undefined);
  }

  async countBlocks(listed?: readonly BlockListing[]): Promise<number> {
    const indexes = listed?.map((listing) => this.#keys.blocksIn(listing)) ?? [this.#keys.blocks];
    const counts = await this.#link.run((client) => Promise.all(indexes.map((index) => client.zcard(index))));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async block(hash: string): Promise<StoredBlock | undefined> {
    const [block, listing, stateMs, fate] = await this.#link.run((client) =>
      client.hmget(this.#keys.block(hash), 'block', 'state', 'stateMs', 'fate'),
    );
    if (block == null) return undefined;
    return {
      ...(JSON.parse(block) as BlockFound),
      state: stateOfListing(listing as BlockListing),
      stateMs: Number(stateMs),
      fate: fate == null ? undefined : decodeFate(fate),
    };
  }

  /** Oldest first. */
  async followed(stage: Exclude<FateStage, 'done'>, { offset, limit }: Page): Promise<FollowedBlock[]> {
    const { fatesOpen, fatesFinal, fatesEarned, blocksIn } = this.#keys;
    const indexes = { open: [blocksIn('accepted'), fatesOpen], final: [fatesFinal], earned: [fatesEarned] };
    const found = await this.#hashesIn(indexes[stage], offset + limit, 'oldest');
    return this.#followed(found.slice(offset));
  }

  /** Newest first. */
  async foundBefore(beforeMs: number, limit: number): Promise<FollowedBlock[]> {
    const { blocks } = this.#keys;
    const list = await this.#link.run((client) =>
      client.zrevrangebyscore(blocks, `(${beforeMs}`, '-inf', 'WITHSCORES', 'LIMIT', 0, limit),
    );
    return this.#followed(asFinds(list));
  }

  /** Oldest first. */
  async foundBetween(fromMs: number, toMs: number, { offset, limit }: Page): Promise<FollowedBlock[]> {
    const { blocks } = this.#keys;
    const list = await this.#link.run((client) =>
      client.zrangebyscore(blocks, fromMs, `(${toMs}`, 'WITHSCORES', 'LIMIT', offset, limit),
    );
    return this.#followed(asFinds(list));
  }

  async #followed(finds: readonly ScoredFind[]): Promise<FollowedBlock[]> {
    const followed: FollowedBlock[] = [];
    for (const some of inPieces(finds, VALUES_AT_ONCE)) {
      const records = await this.#link.run((client) =>
        Promise.all(some.map(({ hash }) => client.hmget(this.#keys.block(hash), 'state', 'fate'))),
      );
      for (const [i, [listing, fate]] of records.entries())
        if (listing != null)
          followed.push({
            ...some[i]!,
            state: stateOfListing(listing as BlockListing),
            fate: fate == null ? undefined : decodeFate(fate),
          });
    }
    return followed;
  }

  /** When the oldest block was found whose end is not final, ms since the epoch. */
  async oldestOpenMs(): Promise<number | undefined> {
    const { blocksIn, fatesOpen } = this.#keys;
    const indexes = [...OPEN_BLOCK_STATES, 'accepted'].map(blocksIn);
    const [oldest] = await this.#hashesIn([...indexes, fatesOpen], 1, 'oldest');
    return oldest?.foundMs;
  }

  /** The first so many hashes of some sorted sets together. Those of one time are in order in Redis, too. */
  async #hashesIn(
    indexes: readonly string[],
    count: number,
    first: 'newest' | 'oldest',
  ): Promise<ScoredFind[]> {
    const lists = await this.#link.run((client) =>
      Promise.all(
        indexes.map((index) =>
          first === 'newest'
            ? client.zrevrange(index, 0, count - 1, 'WITHSCORES')
            : client.zrangebyscore(index, '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, count),
        ),
      ),
    );
    const sign = first === 'newest' ? -1 : 1;
    return lists
      .flatMap(asFinds)
      .toSorted((a, b) => sign * (a.foundMs - b.foundMs || (a.hash < b.hash ? -1 : 1)))
      .slice(0, count);
  }

  async series(scope: SeriesScope, step: SeriesStep, fromMs: number, toMs: number): Promise<SeriesPoint[]> {
    const subject = await this.#subjectOf(scope, step);
    if (subject === undefined) return [];
    const { first, end } = bucketRange(fromMs, toMs, step);
    const keptIn = scope.of === 'worker' ? TEN_MINUTES_MS : step;
    const length = chunkMs(keptIn);
    const chunks: number[] = [];
    for (let chunk = Math.floor(first / length); chunk * length < end && chunk <= LAST_CHUNK; chunk++)
      chunks.push(chunk);
    const points: SeriesPoint[] = [];
    for (const some of inPieces(chunks, VALUES_AT_ONCE)) {
      const strings = await this.#link.run((client) =>
        client.mgetBuffer(...some.map((chunk) => this.#keys.series(subject, chunk))),
      );
      const integers = scope.of === 'worker' ? SLOT_INTEGERS.worker : SLOT_INTEGERS.shared;
      for (const [i, bytes] of strings.entries())
        if (bytes !== null) points.push(...readChunk(bytes, some[i]!, keptIn, integers));
    }
    const within = points.filter(({ startMs }) => startMs >= first && startMs < end);
    return keptIn !== step && step === DAY_MS ? asDays(within) : within;
  }

  async #subjectOf(scope: SeriesScope, step: SeriesStep): Promise<string | undefined> {
    if (scope.of === 'worker') {
      const id = await this.#numberOf(scope.identity.account, scope.identity.name);
      return id === undefined ? undefined : `w:${id}`;
    }
    const kind = step === DAY_MS ? 'd' : 't';
    return scope.of === 'pool' ? `${kind}:p` : `${kind}:a:${scope.account}`;
  }

  async #numberOf(account: string, name: string): Promise<StoredWorkerId | undefined> {
    const id = await this.#link.run((client) => client.hget(this.#keys.account(account), name));
    return id === null ? undefined : Number(id);
  }

  async #records(ids: readonly StoredWorkerId[]): Promise<(StoredWorker | undefined)[]> {
    const workers: (StoredWorker | undefined)[] = [];
    for (const some of inPieces(ids, VALUES_AT_ONCE)) {
      const records = await this.#link.run((client) =>
        client.mgetBuffer(...some.map((id) => this.#keys.worker(id))),
      );
      for (const [i, record] of records.entries())
        workers.push(record === null ? undefined : readWorkerRecord(some[i]!, record));
    }
    return workers;
  }
}

interface ScoredFind {
  readonly hash: string;
  readonly foundMs: number;
}

/** @param list - members and scores by turns */
function asFinds(list: readonly string[]): ScoredFind[] {
  return list.flatMap((hash, i) => (i % 2 === 0 ? [{ hash, foundMs: Number(list[i + 1]) }] : []));
}

/** No chart goes on beyond the year 3000. */
const LAST_CHUNK = 400_000;

function asMark(journal: string, mark: string): JournalMark {
  const [number, throughMs, finished] = mark.split(' ');
  return { journal, number: Number(number), throughMs: Number(throughMs), finished: finished === '1' };
}

function asSlices(startMs: number, parts: Readonly<Record<string, Buffer>>): StoredSlice[] {
  return Object.entries(parts)
    .map(([name, content]) => {
      const [journal = '', number] = name.split(':');
      return { journal, number: Number(number), content };
    })
    .toSorted((a, b) => (a.journal === b.journal ? a.number - b.number : a.journal < b.journal ? -1 : 1))
    .map(({ journal, number, content }) => ({ startMs, journal, number, ...decodeSlice(content) }));
}

function* inPieces<T>(values: readonly T[], length: number): Generator<readonly T[]> {
  for (let from = 0; from < values.length; from += length) yield values.slice(from, from + length);
}
