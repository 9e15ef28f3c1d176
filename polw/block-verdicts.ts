/**
 * Verdicts on blocks that went to several nodes: any that takes a block has it, and a refusal counts when all have refused,
 * or when their time is up.
 * @module
 */
import { BoundedMap } from '../protocol/bounded-map.js';

/** How long the other nodes' verdicts are waited for after a refusal, ms: a node answers within some 30 ms, or never. */
const VERDICTS_MS = 3_000;

/** Blocks whose verdicts are gathered. */
const MAX_GATHERED = 1_024;

/** What became of a block, to be told: once, and taken only after refused where a node is late. */
export interface BlockEnd<T> {
  readonly hash: string;
  readonly accepted: boolean;
  readonly block: T;
}

interface Entry<T> {
  readonly block: T;
  /** Sessions whose verdict is awaited. */
  readonly waiting: Set<number>;
  readonly sentMs: number;
  refused: boolean;
  /** What was told of it. */
  told: boolean | undefined;
}

/** Gathers verdicts. Pure: time comes in as an argument, in ms, and never goes back. `T` is what is noted of a block. */
export class BlockVerdicts<T> {
  readonly #entries = new BoundedMap<string, Entry<T>>(MAX_GATHERED);

  /**
   * A block was sent.
   * @param hash - hex
   * @param sessions - ids of those that it was sent to
   */
  sent(hash: string, block: T, sessions: readonly number[], nowMs: number): void {
    // Sent once more: what was told stays told.
    const told = this.#entries.get(hash)?.told === true ? true : undefined;
    this.#entries.renew(hash, { block, waiting: new Set(sessions), sentMs: nowMs, refused: false, told });
  }

  /** Whether a block's verdicts are gathered. @param hash - hex */
  has(hash: string): boolean {
    return this.#entries.has(hash);
  }

  /** Whether there are any whose time is not up. */
  get waiting(): boolean {
    return this.#entries.size > 0;
  }

  /** A node has said what it makes of a block. @returns what is to be told, if anything */
  take(hash: string, session: number, accepted: boolean): BlockEnd<T> | undefined {
    const entry = this.#entries.get(hash);
    if (entry === undefined) return undefined;
    if (accepted) return this.#tell(hash, entry, true);
    if (!entry.waiting.delete(session)) return undefined;
    entry.refused = true;
    return entry.waiting.size === 0 ? this.#tell(hash, entry, false) : undefined;
  }

  /** Those whose time is up. @returns refusals that are to be told */
  due(nowMs: number): BlockEnd<T>[] {
    const ends: BlockEnd<T>[] = [];
    for (const [hash, entry] of this.#entries) {
      if (nowMs - entry.sentMs < VERDICTS_MS) continue;
      this.#entries.delete(hash);
      const end = entry.refused ? this.#tell(hash, entry, false) : undefined;
      if (end !== undefined) ends.push(end);
    }
    return ends;
  }

  #tell(hash: string, entry: Entry<T>, accepted: boolean): BlockEnd<T> | undefined {
    if (entry.told === true || entry.told === accepted) return undefined;
    entry.told = accepted;
    return { hash, accepted, block: entry.block };
  }
}
