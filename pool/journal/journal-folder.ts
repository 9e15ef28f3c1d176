/**
 * Names of the folders and files of journals.
 *
 * ```
 * <data folder>/journal/<id>/00000001.seg     a segment, open or closed
 *                           /00000001.batch   the segment summed: written before it is sent, replaces the segment
 *                           /00000001.done    the same, confirmed by the store; its mtime is the confirmation
 *                           /owner.db         locked as long as the owner lives
 * ```
 * @module
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The stages of a numbered file. */
export type JournalFileKind = 'seg' | 'batch' | 'done';

export interface JournalFileName {
  readonly number: number;
  readonly kind: JournalFileKind;
  readonly name: string;
}

/** Folder that holds the journals. */
export function journalsFolder(dataFolder: string): string {
  return join(dataFolder, 'journal');
}

/** Path of a numbered file of a journal. */
export function journalFile(folder: string, number: number, kind: JournalFileKind): string {
  return join(folder, `${String(number).padStart(8, '0')}.${kind}`);
}

/** The numbered files of a journal's folder, ascending by number; `seg` comes last among files of one number. @throws the error of the operating system */
export function listJournalFiles(folder: string): JournalFileName[] {
  return readdirSync(folder)
    .map((name) => /^(\d{8,})\.(seg|batch|done)$/.exec(name))
    .filter((match) => match !== null)
    .map((match) => ({ number: Number(match[1]), kind: match[2] as JournalFileKind, name: match[0] }))
    .sort((a, b) => a.number - b.number || (a.kind < b.kind ? -1 : 1));
}

/** Ids of the journals in a data folder; none if the folder does not exist. */
export function listJournals(dataFolder: string): string[] {
  try {
    return readdirSync(journalsFolder(dataFolder)).filter((name) => /^[0-9a-f]{16}$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
