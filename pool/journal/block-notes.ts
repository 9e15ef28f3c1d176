/**
 * What is noted of blocks, until it is on record: a block is worth more than its finder's share, so that its record
 * outlasts a commit that failed, and is written again as soon as there is room.
 * @module
 */
import type { BlockFound, BlockStateChange } from '../domain/block-record.js';
import { RECORD } from './segment-format.js';

/** Blocks that wait for room, characters: half of a commit, so that what waits goes into one with all else. */
export const MAX_WAITING_BLOCK_CHARS = 16 * 1024 * 1024;

/** About what a note takes beside a block's transactions, characters. */
const NOTE_CHARS = 2_048;

interface FoundNote {
  readonly tag: typeof RECORD.blockFound;
  readonly block: BlockFound;
}

interface StateNote {
  readonly tag: typeof RECORD.blockState;
  readonly block: BlockStateChange;
}

/** One record to be. */
export type BlockNote = FoundNote | StateNote;

export interface BlockNotesParts {
  /** A block's record could not be written: it waits. Told once. */
  readonly onWaiting: (hash: string) => void;
  /** There is no room to keep a block's record for later, or no later. */
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

  /** About what those that wait take on the disk, bytes. */
  get waitingBytes(): number {
    return this.#notes.slice(0, this.#waiting).reduce((sum, note) => sum + sizeOf(note), 0);
  }

  add(note: BlockNote): void {
    this.#notes.push(note);
  }

  /** All are on record. @returns blocks among them that had waited */
  recorded(): number {
    if (this.#notes.length === 0) return 0;
    const blocks = this.#notes.slice(0, this.#waiting).filter(isBlock).length;
    this.#keep([]);
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
      // What became of a block that is not known says nothing.
      if (lost.has(hash)) continue;
      if (isBlock(note)) {
        const size = sizeOf(note);
        if (chars + size > MAX_WAITING_BLOCK_CHARS) {
          lost.add(hash);
          this.#parts.onLost(hash);
          continue;
        }
        chars += size;
      }
      if (n < this.#waiting || !isBlock(note)) {
        kept.push(note);
        continue;
      }
      // Its share was in the same commit: nobody is credited.
      kept.push({ ...note, block: { ...note.block, work: '0' } });
      this.#parts.onWaiting(hash);
    }
    this.#keep(kept);
  }

  /** Nothing more will be written. */
  end(): void {
    for (const { block } of this.#notes.filter(isBlock)) this.#parts.onLost(block.hash);
    this.#keep([]);
  }

  #keep(notes: BlockNote[]): void {
    this.#notes = notes;
    this.#waiting = notes.length;
  }
}

function sizeOf(note: BlockNote): number {
  return NOTE_CHARS + (isBlock(note) ? note.block.txsBlob.length : 0);
}

function isBlock(note: BlockNote): note is FoundNote {
  return note.tag === RECORD.blockFound;
}
