/**
 * Records of blocks that are not on disk yet. A block is worth more than its finder's share, so its record
 * outlives a failed commit and is written again as soon as there is room.
 * @module
 */
import type { BlockFound, BlockStateChange } from '../domain/block-record.js';
import { RECORD } from './segment-format.js';

/** Most characters of waiting block records: half of a commit, so that they fit into one together with new records. */
export const MAX_WAITING_BLOCK_CHARS = 16 * 1024 * 1024;

/** Size of a note without the block's transactions, characters, about. */
const NOTE_CHARS = 2_048;

interface FoundNote {
  readonly tag: typeof RECORD.blockFound;
  readonly block: BlockFound;
}

interface StateNote {
  readonly tag: typeof RECORD.blockState;
  readonly block: BlockStateChange;
}

/** A record that is to be written. */
export type BlockNote = FoundNote | StateNote;

export interface BlockNotesModules {
  /** A block's record could not be written and waits. Called once for each block. */
  readonly onWaiting: (hash: string) => void;
  /** A block's record is lost: too many wait, or the journal is closing. */
  readonly onLost: (hash: string) => void;
}

/** The notes, in order: a change of a block's state follows the block. */
export class BlockNotes {
  readonly #modules: BlockNotesModules;
  #notes: BlockNote[] = [];
  /** Number of notes, counted from the first, that were in a failed commit. */
  #waiting = 0;

  constructor(modules: BlockNotesModules) {
    this.#modules = modules;
  }

  /** All notes that are not on record, oldest first. */
  get all(): readonly BlockNote[] {
    return this.#notes;
  }

  /** Whether a commit with some of these notes has failed. */
  get waits(): boolean {
    return this.#waiting > 0;
  }

  /** Bytes that the waiting notes will take on disk, about. */
  get waitingBytes(): number {
    return this.#notes.slice(0, this.#waiting).reduce((sum, note) => sum + sizeOf(note), 0);
  }

  add(note: BlockNote): void {
    this.#notes.push(note);
  }

  /** All notes are on record now. @returns blocks among them that had waited */
  recorded(): number {
    if (this.#notes.length === 0) return 0;
    const blocks = this.#notes.slice(0, this.#waiting).filter(isBlock).length;
    this.#keep([]);
    return blocks;
  }

  /** The commit failed: the notes wait, oldest first, as many as there is room for. */
  failed(): void {
    if (this.#notes.length === this.#waiting) return;
    const kept: BlockNote[] = [];
    const lost = new Set<string>();
    let chars = 0;
    for (const [n, note] of this.#notes.entries()) {
      const { hash } = note.block;
      // A state change means nothing without its block's record.
      if (lost.has(hash)) continue;
      if (isBlock(note)) {
        const size = sizeOf(note);
        if (chars + size > MAX_WAITING_BLOCK_CHARS) {
          lost.add(hash);
          this.#modules.onLost(hash);
          continue;
        }
        chars += size;
      }
      if (n < this.#waiting || !isBlock(note)) {
        kept.push(note);
        continue;
      }
      // The block's share was in the failed commit: nobody is credited for it.
      kept.push({ ...note, block: { ...note.block, work: '0' } });
      this.#modules.onWaiting(hash);
    }
    this.#keep(kept);
  }

  /** The journal closes: every note that is left is lost. */
  end(): void {
    for (const { block } of this.#notes.filter(isBlock)) this.#modules.onLost(block.hash);
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
