/**
 * What Redis keeps of a fund.
 * @module
 */
import {
  type FundEnded,
  type FundRecord,
  type FundRecords,
  type FundReservation,
  type FundSnapshotHead,
  type FundSnapshotOutcome,
  type KeptFund,
  MAX_FUND_ENTRIES,
  MAX_FUND_FINDS,
  MAX_FUND_PIECES_MS,
} from '../../ports/fund-records.js';
import { checkPage } from '../page.js';
import type { StoreKeys } from './keys.js';
import type { RedisLink } from './redis-link.js';

export class RedisFundRecords implements FundRecords {
  readonly #link: RedisLink;
  readonly #keys: StoreKeys;
  readonly #maxEntries: number;
  readonly #maxFinds: number;

  /** @param maxEntries, maxFinds - those of the port, except in tests */
  constructor(link: RedisLink, keys: StoreKeys, maxEntries = MAX_FUND_ENTRIES, maxFinds = MAX_FUND_FINDS) {
    this.#link = link;
    this.#keys = keys;
    this.#maxEntries = maxEntries;
    this.#maxFinds = maxFinds;
  }

  async load(): Promise<KeptFund> {
    const { fund, fundReservationNumbers, fundReservations, fundFinds } = this.#keys;
    const [head, order, reservations, finds] = await Promise.all([
      this.#link.run((client) => client.hmget(fund, 'id', 'pieces', 'of', 'rank')),
      this.#link.run((client) => client.zrange(fundReservationNumbers, '0', '-1')),
      this.#link.run((client) => client.hgetall(fundReservations)),
      this.#link.run((client) => client.hgetall(fundFinds)),
    ]);
    return {
      snapshot: headOf(head),
      reservations: order
        .filter((key) => reservations[key] !== undefined)
        .map((key) => ({ key, text: reservations[key]! })),
      finds: Object.entries(finds).map(([key, text]) => ({ key, text })),
    };
  }

  async piece(id: string, piece: number): Promise<string | undefined> {
    const key = this.#keys.fundPieces(id);
    return (await this.#link.run((client) => client.hget(key, String(piece)))) ?? undefined;
  }

  async putPiece(id: string, piece: number, text: string): Promise<void> {
    await this.#link.script(
      'put-fund-piece-1',
      [this.#keys.fundPieces(id)],
      [piece, text, MAX_FUND_PIECES_MS],
    );
  }

  async keepSnapshot(head: FundSnapshotHead, ended: FundEnded): Promise<FundSnapshotOutcome> {
    const { prefix, fund, fundFinds, fundReservationNumbers, fundReservations, fundReserved } = this.#keys;
    const outcome = await this.#link.script(
      'keep-fund-snapshot-5',
      [fund, fundFinds, fundReservationNumbers, fundReservations, fundReserved],
      [
        prefix,
        head.id,
        head.pieces,
        head.of,
        head.rank,
        ended.finds.length,
        ...ended.finds,
        ...ended.reservations,
      ],
    );
    return outcome as FundSnapshotOutcome;
  }

  async addEntries(entries: readonly FundRecord[]): Promise<void> {
    if (entries.length === 0) return;
    const { fund, fundEntryNumbers, fundEntries } = this.#keys;
    await this.#link.script(
      'add-fund-entries-3',
      [fund, fundEntryNumbers, fundEntries],
      [this.#maxEntries, ...entries.flatMap(({ key, text }) => [key, text])],
    );
  }

  async entries(from: number, limit: number): Promise<readonly string[]> {
    checkPage({ offset: from, limit });
    const { fundEntryNumbers, fundEntries } = this.#keys;
    const keys = await this.#link.run((client) =>
      client.zrangebyscore(fundEntryNumbers, from, '+inf', 'LIMIT', 0, limit),
    );
    if (keys.length === 0) return [];
    const texts = await this.#link.run((client) => client.hmget(fundEntries, ...keys));
    return texts.filter((text) => text !== null);
  }

  async reserve({ key, text, coins }: FundReservation): Promise<boolean> {
    const { fund, fundReservationNumbers, fundReservations, fundReserved } = this.#keys;
    const reserved = await this.#link.script(
      'reserve-fund-4',
      [fund, fundReservationNumbers, fundReservations, fundReserved],
      [key, text, ...coins],
    );
    return reserved === 1;
  }

  async release(key: string): Promise<void> {
    const { fundReservationNumbers, fundReservations, fundReserved } = this.#keys;
    await this.#link.script(
      'release-fund-3',
      [fundReservationNumbers, fundReservations, fundReserved],
      [key],
    );
  }

  async addFind({ key, text }: FundRecord): Promise<void> {
    await this.#link.script('add-fund-find-1', [this.#keys.fundFinds], [key, text, this.#maxFinds]);
  }
}

function headOf([id, pieces, of, rank]: readonly (string | null)[]): FundSnapshotHead | undefined {
  if (!id || !pieces || of === null || of === undefined || !rank) return undefined;
  return { id, pieces: Number(pieces), of, rank: Number(rank) };
}
