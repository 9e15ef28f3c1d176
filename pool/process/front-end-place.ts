/**
 * The name of a front end, which no other front end has: both follow from its data folder.
 *
 * ```
 * <data folder>/front-end              the name: made once, and kept wherever the folder goes
 *              /front-ends/0/owner.db  locked as long as the front end lives, that has number 0 among its processes
 * ```
 * Extranonces are leased under the name. A front end that starts gives up the leases of an earlier one of its name, which
 * one must be dead.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '../journal/folder-lock.js';

/** Another process has the data folder. */
export class DataFolderTakenError extends Error {
  override readonly name = 'DataFolderTakenError';
  readonly code = 'ERR_DATA_FOLDER_TAKEN';
}

/** The place of a front end: its name and its lock. */
export interface FrontEndPlace {
  /** Up to 60 characters; the same after a restart. */
  readonly name: string;
  /** Releases the place for another process. */
  release(): void;
}

/** Wait for an earlier owner that may be about to end, ms. */
const PATIENCE_MS = 2_000;

const LOOK_MS = 100;

/**
 * The name of a front end.
 * @param dataFolder - where it is noted, or will be; must be there
 * @param number - among the processes that share the folder, from 0
 * @throws the error of the operating system
 */
export function frontEndName(dataFolder: string, number = 0): string {
  const path = join(dataFolder, 'front-end');
  const known = readName(path);
  if (known !== undefined) return `${known}-${number}`;
  const host = hostname()
    .replace(/[^\w.-]/g, '')
    .slice(0, 40);
  const made = `${path}.${process.pid}`;
  try {
    writeFileSync(made, `${host}-${randomBytes(4).toString('hex')}\n`, { mode: 0o600 });
    // The name is written whole or not at all; if several processes make one at once, the first is kept.
    linkSync(made, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(made, { force: true });
  }
  return `${readName(path)}-${number}`;
}

/**
 * Takes the place of a front end for as long as this process lives.
 * @throws DataFolderTakenError if another process has it, and keeps it for some seconds
 * @throws the error of the operating system
 */
export async function takeFrontEndPlace(dataFolder: string, number = 0): Promise<FrontEndPlace> {
  const folder = join(dataFolder, 'front-ends', String(number));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const deadline = performance.now() + PATIENCE_MS; ; ) {
    const lock = lockFolder(folder);
    if (lock !== undefined) return { name: frontEndName(dataFolder, number), release: lock.release };
    if (performance.now() >= deadline)
      throw new DataFolderTakenError(
        `a pool is already running here, in the data folder ${dataFolder}: end it, or give each pool a data folder of its own (setting dataFolder, or LESSWORK_DATA where there is no configuration)`,
      );
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * Takes the places of all front ends that ever were in a data folder.
 * @throws DataFolderTakenError if one of them is alive
 */
export async function takeAllFrontEndPlaces(dataFolder: string): Promise<FrontEndPlace[]> {
  mkdirSync(join(dataFolder, 'front-ends'), { recursive: true, mode: 0o700 });
  const numbers = readdirSync(join(dataFolder, 'front-ends')).filter((name) => /^\d+$/.test(name));
  const places: FrontEndPlace[] = [];
  try {
    for (const number of numbers) places.push(await takeFrontEndPlace(dataFolder, Number(number)));
  } catch (error) {
    for (const { release } of places) release();
    throw error;
  }
  return places;
}

function readName(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
