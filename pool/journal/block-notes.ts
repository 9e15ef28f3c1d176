/**
 * What is noted of blocks, until it is on record: a block is worth more than its finder's share, so that its record
 * outlasts a commit that failed, and is written again as soon as there is room.
 * @module
 */
import type { BlockFound, BlockStateChange } from '../core/block-record.js';
import { RECORD } from './segment-format.js';

/** What waits for room, characters: half of a commit, so that what waits goes into one with all else. */
export const MAX_WAITING_BLOCK_CHARS = 16 * 1024 * 1024;

/** About what a block takes beside its transactions, characters. */
const BLOCK_CHARS = 2_048;

/** One record to be. */
export interface BlockNote {
  readonly tag: typeof RECORD.blockFound | typeof RECORD.blockState;
  readonly block: BlockFound | BlockStateChange;
}

export interface BlockNotesParts {
  /** A block's record could not be written: it waits. Told once. */
  readonly onWaiting: (hash: string) => void;
  /** There is no room to keep a block's record for later. */
  readonly onLost: (hash: string) => void;
}

/** The notes, in their order: what became of a block follows the block. */
export class BlockNotes {
  readonly #parts: BlockNotesParts;
  #notes: BlockNote[] = [];
  /** So many of them were in a commit that failed, the first ones. */
  #waiting = 0;

  constructor(parts: BlockNotesParts) {
    this.#parts = parts;
  }

  /** All that are not on record, the oldest first. */
  get all(): readonly BlockNote[] {
    return this.#notes;
  }

  /** Whether a commit with some of them has failed. */
  get waits(): boolean {
    return this.#waiting > 0;
  }

  add(note: BlockNote): void {
    this.#notes.push(note);
  }

  /** All are on record. @returns blocks among them that had waited */
  recorded(): number {
    const blocks = this.#notes.slice(0, this.#waiting).filter(isBlock).length;
    this.#notes = [];
    this.#waiting = 0;
    return blocks;
  }

  /** They could not be written: the oldest wait, as many as there is room for. */
  failed(): void {
    if (this.#notes.length === this.#waiting) return;
    const kept: BlockNote[] = [];
    const lost = new Set<string>();
    let chars = 0;
    for (const [n, note] of this.#notes.entries()) {
      const { hash } = note.block;
      const size = BLOCK_CHARS + (isBlock(note) ? (note.block as BlockFound).txsBlob.length : 0);
      // What became of a block that is not known says nothing.
      if (lost.has(hash)) continue;
      if (chars + size > MAX_WAITING_BLOCK_CHARS) {
        lost.add(hash);
        this.#parts.onLost(hash);
        continue;
      }
      chars += size;
      if (n < this.#waiting || !isBlock(note)) {
        kept.push(note);
        continue;
      }
      // Its share was in the same commit: nobody is credited.
      kept.push({ ...note, block: { ...(note.block as BlockFound), work: '0' } });
      this.#parts.onWaiting(hash);
    }
    this.#notes = kept;
    this.#waiting = kept.length;
  }

  /** Nothing more will be written. */
  end(): void {
    for (const hash of new Set(this.#notes.map(({ block }) => block.hash))) this.#parts.onLost(hash);
    this.#notes = [];
    this.#waiting = 0;
  }
}

function isBlock({ tag }: BlockNote): boolean {
  return tag === RECORD.blockFound;
}
