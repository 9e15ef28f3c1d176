/**
 * All keys of a pool in Redis. Each has the pool's tag, so that a Redis Cluster keeps them in one slot and a script may
 * touch several. Scripts make the keys with a subject themselves: `prefix`, and the part that is told here.
 * @module
 */

/** Keys of one pool. */
export interface StoreKeys {
  /** What every key begins with. */
  readonly prefix: string;
  /** Hash: schema, extranonceBytes, networkId, minerAddresses. */
  readonly meta: string;
  /** Hash: journal to `number throughMs finished`. */
  readonly journals: string;
  /** String: the last number given to a worker. */
  readonly workerIds: string;
  /** Set of all accounts. */
  readonly accounts: string;
  /** Sorted set of the slices' starts, by start. */
  readonly slices: string;
  /** Sorted set of all chunks of charts but the pool's, as `prefix` + `chunk:` names their members; by end. */
  readonly chunks: string;
  /** Sorted set of hashes by time of the find. */
  readonly blocks: string;
  /** Hash: block's hash to `rank state atMs`, of blocks that no journal has brought yet. */
  readonly earlyBlockStates: string;
  /** Sorted set of hashes by time of the find: not accepted ones whose end is not final, those with a locked reward, those to credit. */
  readonly fatesOpen: string;
  readonly fatesFinal: string;
  readonly fatesEarned: string;
  /** Sorted set of blocks of extranonces, by the end of their lease or when they were given back. */
  readonly extranonces: string;
  /** Hash: block to owner. */
  readonly extranonceOwners: string;
  /** Hash: task to `fence expiresMs owner` of its lease; the owner is empty if it was given back. */
  readonly leases: string;
  /** Hash: id, pieces, of, rank of the fund's snapshot that counts, and `entries`: the number of entries since ever. */
  readonly fund: string;
  /** Sorted set of keys of the fund's entries, by number from 0. */
  readonly fundEntryNumbers: string;
  /** Hash: key to text of the fund's entries. */
  readonly fundEntries: string;
  /** Sorted set of keys of reservations, by number. */
  readonly fundReservationNumbers: string;
  /** Hash: key to text of reservations. */
  readonly fundReservations: string;
  /** Hash: key of a reserved coin to key of its reservation. */
  readonly fundReserved: string;
  /** Hash: key to text of finds without an end. */
  readonly fundFinds: string;
  /**
   * Hash of the books: `end` and `start` of the log, `floor:` and a table: greatest version of the records removed from it,
   * and `durable`: a count that is of no other use.
   */
  readonly books: string;
  /** Hash: task to its lease in the books, as `leases`; its fence is the greatest that was seen. */
  readonly bookLeases: string;
  /** Hash: number to key, line feed and text of the log's entries. */
  readonly bookLog: string;
  /** Hash: key to number of all entries that the log ever had. */
  readonly bookLogNumbers: string;
  /** Hash: address to reason. */
  readonly banReasons: string;
  /** Sorted set of addresses by end. */
  readonly bans: string;
  /** Channel of the pool's events. */
  readonly events: string;
  /** Hash: key to version, blank and text of a table's records. */
  book(table: string): string;
  /** Sorted set of a table's keys, all with the same score. */
  bookKeys(table: string): string;
  /** Hash: number of a piece to its text, of a snapshot of the fund. */
  fundPieces(id: string): string;
  /** Hash: a worker's name to its number. */
  account(account: string): string;
  /** String: what worker-record.ts says. */
  worker(id: number): string;
  /** Hash: `journal:number` to the bytes of slice-codec.ts. */
  slice(startMs: number): string;
  /** String: a piece of a chart, what series-chunks.ts says. */
  series(subject: string, chunk: number): string;
  /** Set of the subjects that have this chunk of a kind. */
  chunk(member: string): string;
  /** Hash: block, state (where it is listed), rank, stateMs; fate, fateNumber once something became of it. */
  block(hash: string): string;
  /** Sorted set of hashes by time of the find, of the blocks that are listed there. */
  blocksIn(state: string): string;
}

export function storeKeys(poolId: string): StoreKeys {
  const prefix = `{lesswork:${poolId}}:`;
  return {
    prefix,
    meta: `${prefix}meta`,
    journals: `${prefix}journals`,
    workerIds: `${prefix}worker-ids`,
    accounts: `${prefix}accounts`,
    slices: `${prefix}slices`,
    chunks: `${prefix}chunks`,
    blocks: `${prefix}blocks`,
    earlyBlockStates: `${prefix}early-block-states`,
    fatesOpen: `${prefix}fates-open`,
    fatesFinal: `${prefix}fates-final`,
    fatesEarned: `${prefix}fates-earned`,
    extranonces: `${prefix}extranonces`,
    extranonceOwners: `${prefix}extranonce-owners`,
    leases: `${prefix}leases`,
    fund: `${prefix}fund`,
    fundEntryNumbers: `${prefix}fund-entry-numbers`,
    fundEntries: `${prefix}fund-entries`,
    fundReservationNumbers: `${prefix}fund-reservation-numbers`,
    fundReservations: `${prefix}fund-reservations`,
    fundReserved: `${prefix}fund-reserved`,
    fundFinds: `${prefix}fund-finds`,
    books: `${prefix}books`,
    bookLeases: `${prefix}book-leases`,
    bookLog: `${prefix}book-log`,
    bookLogNumbers: `${prefix}book-log-numbers`,
    banReasons: `${prefix}ban-reasons`,
    bans: `${prefix}bans`,
    events: `${prefix}events`,
    book: (table) => `${prefix}book:${table}`,
    bookKeys: (table) => `${prefix}book-keys:${table}`,
    fundPieces: (id) => `${prefix}fund-pieces:${id}`,
    account: (account) => `${prefix}account:${account}`,
    worker: (id) => `${prefix}worker:${id}`,
    slice: (startMs) => `${prefix}slice:${startMs}`,
    series: (subject, chunk) => `${prefix}series:${subject}:${chunk}`,
    chunk: (member) => `${prefix}chunk:${member}`,
    block: (hash) => `${prefix}block:${hash}`,
    blocksIn: (state) => `${prefix}blocks:${state}`,
  };
}
