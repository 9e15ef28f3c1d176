/**
 * A fund kept in a folder, for a miner that mines for itself:
 *
 * ```
 * <folder>/fund       the final state, and how much of the log counts
 *         /log        entries, a line each
 *         /notes      reservations and finds: written at once
 *         /blocks     found blocks whose fate is not known, see file-block-record.ts
 * ```
 *
 * A damaged `fund` or `log` is set aside, and the fund begins anew from the chain. A damaged `notes` is not: nobody could tell which
 * coins a withdrawal has in hand.
 * @module
 */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { EntryLog, type LogLength, NO_LOG } from '../../files/entry-log.js';
import { readSealed, type SealedForm, writeSealed } from '../../files/sealed-file.js';
import { ioError, StoredFileError } from '../../files/stored-file-error.js';
import type { FundEntry } from '../fund/accounts.js';
import type { Find } from '../fund/finds.js';
import { type FundCommit, type FundStore, FundStoreError } from '../fund/fund-store.js';
import type { FundKept, FundSnapshot, Reservation } from '../fund/snapshot.js';
import { restoredSnapshot } from './restored-snapshot.js';

/** Of `fund` and `notes`. */
const FORM: SealedForm = { name: 'lesswork-fund', version: 1 };

/** Entries that are read at a time. */
const MAX_ENTRIES_READ = 1000;

interface StateFile {
  readonly snapshot: FundSnapshot;
  readonly log: LogLength;
  /** What ended and may still be among the notes. */
  readonly ended: Ended;
}

interface Ended {
  readonly finds: readonly string[];
  readonly reservations: readonly string[];
}

const NOTHING: Ended = { finds: [], reservations: [] };

interface NotesFile {
  readonly reservations: readonly Reservation[];
  readonly finds: readonly Find[];
}

export class FileFundStore implements FundStore {
  readonly #folder: string;
  #snapshot: FundSnapshot | undefined;
  #log: EntryLog<FundEntry>;
  #reservations: Map<string, Reservation>;
  #finds: Map<string, Find>;
  /** What ended and may still be among the notes on disk. */
  #ended: Ended;
  /** What was damaged and begins anew, for people; undefined if nothing was. */
  readonly damage: string | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(folder: string, state: OpenState, notes: NotesFile) {
    this.#folder = folder;
    this.#snapshot = state.snapshot;
    this.#log = state.log;
    this.damage = state.damage;
    this.#reservations = new Map(notes.reservations.map((reservation) => [reservation.id, reservation]));
    this.#finds = new Map(notes.finds.map((find) => [find.hash, find]));
    this.#ended = state.ended;
    this.#forget(state.ended);
  }

  /** @throws FundStoreError if the folder can't be used, a newer version wrote it, or its notes are damaged */
  static async open(folder: string): Promise<FileFundStore> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        throw ioError(folder, error);
      });
      const notes = (await readSealed(join(folder, 'notes'), FORM)) as NotesFile | undefined;
      return new FileFundStore(folder, await openState(folder), notes ?? { reservations: [], finds: [] });
    } catch (error) {
      throw fundErrorOf(error);
    }
  }

  load(): Promise<FundKept> {
    return this.#inTurn(async () => ({
      snapshot: this.#snapshot,
      reservations: [...this.#reservations.values()],
      finds: [...this.#finds.values()],
    }));
  }

  commit({ snapshot, entries, finds, reservations }: FundCommit): Promise<void> {
    return this.#inTurn(async () => {
      const ended: Ended = {
        finds: [...this.#ended.finds, ...finds],
        reservations: [...this.#ended.reservations, ...reservations],
      };
      const log = await this.#log.append(entries);
      await writeSealed(join(this.#folder, 'fund'), FORM, { snapshot, log, ended } satisfies StateFile);
      this.#log.confirm(log);
      this.#snapshot = snapshot;
      this.#ended = ended;
      this.#forget(ended);
      // Kept it is already: if the notes can't be written now, they are with the next one.
      if (finds.length + reservations.length > 0) await this.#writeNotes().catch(() => undefined);
    });
  }

  reserve(reservation: Reservation): Promise<void> {
    return this.#inTurn(() =>
      this.#note(() => {
        this.#reservations.set(reservation.id, reservation);
        return true;
      }),
    );
  }

  release(id: string): Promise<void> {
    return this.#inTurn(() => this.#note(() => this.#reservations.delete(id)));
  }

  found(find: Find): Promise<void> {
    return this.#inTurn(() =>
      this.#note(() => {
        this.#finds.set(find.hash, find);
        return true;
      }),
    );
  }

  entries(from: number, limit: number): Promise<readonly FundEntry[]> {
    return this.#inTurn(() => this.#log.read(from, Math.min(limit, MAX_ENTRIES_READ)));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const closed = this.#inTurn(() => this.#log.close());
    this.#closed = true;
    await closed;
  }

  /** Changes the notes and writes them; if that fails they are as they were. @param change - whether anything has changed */
  async #note(change: () => boolean): Promise<void> {
    const [reservations, finds] = [new Map(this.#reservations), new Map(this.#finds)];
    if (!change()) return;
    try {
      await this.#writeNotes();
    } catch (error) {
      this.#reservations = reservations;
      this.#finds = finds;
      throw error;
    }
  }

  async #writeNotes(): Promise<void> {
    const notes: NotesFile = {
      reservations: [...this.#reservations.values()],
      finds: [...this.#finds.values()],
    };
    await writeSealed(join(this.#folder, 'notes'), FORM, notes);
    this.#ended = NOTHING;
  }

  #forget({ finds, reservations }: Ended): void {
    for (const hash of finds) this.#finds.delete(hash);
    for (const id of reservations) this.#reservations.delete(id);
  }

  #inTurn<T>(request: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new FundStoreError('closed', `${this.#folder}: closed`));
    const done = this.#last.then(request, request).catch((error: unknown) => {
      throw fundErrorOf(error);
    });
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/**
 * What a folder's fund was when something became final last. Whoever keeps it may do so meanwhile: nothing is changed.
 * @returns undefined if there is none
 * @throws FundStoreError if it can't be read, is damaged, or a newer version wrote it
 */
export async function readFinalFund(folder: string): Promise<FundSnapshot | undefined> {
  const state = (await readSealed(join(folder, 'fund'), FORM).catch((error: unknown) => {
    throw fundErrorOf(error);
  })) as StateFile | undefined;
  return state && restoredSnapshot(state.snapshot);
}

/** In the words of the port. */
function fundErrorOf(error: unknown): unknown {
  return error instanceof StoredFileError ? new FundStoreError(error.fault, error.message) : error;
}

interface OpenState {
  readonly snapshot: FundSnapshot | undefined;
  readonly log: EntryLog<FundEntry>;
  readonly ended: Ended;
  readonly damage: string | undefined;
}

async function openState(folder: string): Promise<OpenState> {
  const [path, logPath] = [join(folder, 'fund'), join(folder, 'log')];
  try {
    const state = (await readSealed(path, FORM)) as StateFile | undefined;
    const log = await EntryLog.open<FundEntry>(logPath, state?.log ?? NO_LOG);
    const ended = state?.ended ?? NOTHING;
    return { snapshot: state && restoredSnapshot(state.snapshot), log, ended, damage: undefined };
  } catch (error) {
    if (!(error instanceof StoredFileError) || error.fault !== 'damaged') throw error;
    for (const name of [path, logPath]) await setAside(name);
    const log = await EntryLog.open<FundEntry>(logPath, NO_LOG);
    return { snapshot: undefined, log, ended: NOTHING, damage: error.message };
  }
}

async function setAside(path: string): Promise<void> {
  try {
    await rename(path, `${path}.damaged`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw ioError(path, error);
  }
}
