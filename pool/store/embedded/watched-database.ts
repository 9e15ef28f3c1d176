/**
 * The embedded store's database, watched: a file that was removed, renamed or replaced under a running pool is noticed,
 * and the database at the path is opened instead.
 *
 * ```
 * open --(path names another file, or none)--> gone: requests are refused as of a store that is away
 *                                               |  what is at the path is the same at two looks
 *                                               v
 *              none: all that is in the open database is written there; another: it is a backup, and is opened
 * ```
 * @module
 */
import { rmSync } from 'node:fs';
import { StoreUnavailableError } from '../../ports/store.js';
import type { StoreNotice } from '../store-settings.js';
import { DatabaseFile, makePrivateFile } from './database-file.js';
import type { Sql } from './sql.js';
import { writeBackup } from './write-backup.js';

/** How often the file is looked at, ms. */
export const LOOK_EVERY_MS = 2_000;

export interface WatchedDatabaseModules {
  readonly path: string;
  /** Opens the database at the path, made if it is not there. */
  readonly open: () => Sql;
  readonly onNotice: (notice: StoreNotice) => void;
  /** ms; `LOOK_EVERY_MS`, except in tests. */
  readonly lookEveryMs?: number;
}

export class WatchedDatabase {
  readonly #modules: WatchedDatabaseModules;
  readonly #timer: NodeJS.Timeout;
  #sql: Sql;
  #file: DatabaseFile;
  /** While the file is gone: what was at the path at the last look. */
  #gone: { readonly found: string } | undefined;
  #trouble = '';
  #closed = false;

  /** @throws what opening the database throws */
  constructor(modules: WatchedDatabaseModules) {
    this.#modules = modules;
    this.#sql = modules.open();
    this.#file = new DatabaseFile(modules.path);
    this.#timer = setInterval(() => this.look(), modules.lookEveryMs ?? LOOK_EVERY_MS).unref();
  }

  /** @throws StoreUnavailableError if it is closed, or its file is gone */
  get sql(): Sql {
    this.requireOpen();
    if (this.#gone !== undefined)
      throw new StoreUnavailableError(`embedded store: the database is no longer at ${this.#modules.path}`);
    return this.#sql;
  }

  /** @throws StoreUnavailableError if it is closed */
  requireOpen(): void {
    if (this.#closed) throw new StoreUnavailableError('embedded store: it is closed');
  }

  /**
   * Compares the file that is open with the one at the path. An error of the file system says nothing of the file: it is
   * told, and the database that is open goes on.
   */
  look(): void {
    if (this.#closed) return;
    try {
      this.#compare();
    } catch (error) {
      const message = `the store's database ${this.#modules.path} can not be looked at: ${(error as Error).message}`;
      if (message === this.#trouble) return;
      this.#trouble = message;
      this.#modules.onNotice({ type: 'fileUnseen', message });
    }
  }

  #compare(): void {
    const look = this.#file.look();
    if (this.#gone !== undefined) {
      const { found } = this.#gone;
      this.#gone = { found: this.#file.found };
      // Somebody may be copying it there.
      if (found === this.#gone.found) this.#openAgain();
    } else if (look !== 'same') {
      this.#gone = { found: this.#file.found };
      const { path } = this.#modules;
      const what = look === 'missing' ? 'was removed or renamed' : 'was replaced by another file';
      this.#tell(`the store's database ${path} ${what} under the running pool; shares wait in the journal`);
    }
  }

  /** What `Store.backup` says. */
  async backup(path: string): Promise<void> {
    const { sql } = this;
    await writeBackup(path, () => sql.copyTo(path));
  }

  close(): void {
    if (this.#closed) return;
    clearInterval(this.#timer);
    this.look();
    this.#closed = true;
    if (this.#gone === undefined) {
      this.#sql.close();
      return;
    }
    if (this.#file.look() === 'missing') this.#restore();
    this.#sql.abandon();
  }

  #openAgain(): void {
    const look = this.#file.look();
    const restored = look === 'missing' && this.#restore();
    // What is open is the only copy of all that the journals hold no more: shares wait until it can be written.
    if (look === 'missing' && !restored) return;
    // The log of the database that is open goes on if that is in its place again.
    if (look !== 'same') this.#file.removeLog();
    let opened: Sql;
    try {
      opened = look === 'same' ? this.#sql : this.#modules.open();
    } catch (error) {
      this.#tell(`the store's database can not be opened anew: ${(error as Error).message}`);
      return;
    }
    if (opened !== this.#sql) this.#sql.abandon();
    this.#sql = opened;
    this.#file = new DatabaseFile(this.#modules.path);
    this.#gone = undefined;
    this.#trouble = '';
    const what =
      look === 'same'
        ? 'is back in its place'
        : restored
          ? 'was missing, and is written again, with all that it held'
          : 'was opened anew, and is brought what the journals hold';
    this.#modules.onNotice({
      type: 'fileBack',
      message: `the store's database ${this.#modules.path} ${what}`,
    });
  }

  /** Writes what the open database holds to the path. @returns false if it can't be written */
  #restore(): boolean {
    const copy = `${this.#modules.path}.${process.pid}.tmp`;
    try {
      rmSync(copy, { force: true });
      makePrivateFile(copy);
      this.#sql.copyTo(copy);
      this.#file.removeLog();
      this.#file.replaceBy(copy);
      return true;
    } catch (error) {
      try {
        rmSync(copy, { force: true });
      } catch {
        // There is no place for it, and so nothing to remove.
      }
      this.#tell(`the store's database can not be written again: ${(error as Error).message}`);
      return false;
    }
  }

  #tell(message: string): void {
    if (message === this.#trouble) return;
    this.#trouble = message;
    this.#modules.onNotice({ type: 'fileGone', message });
  }
}
