/**
 * The data folder of a pool at its start: made where it is not there, and with room in it.
 * @module
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openToOthers } from '../../files/open-to-others.js';
import { systemErrorText } from '../../protocol/system-error-text.js';
import type { PoolConfig } from '../config/pool-config.js';
import type { PoolServerEvent } from '../domain/events.js';

/** With fewer free bytes than this the first shares would be refused. */
export const LEAST_ROOM_BYTES = 64 * 1024;

/** Nothing can be written to the data folder. */
export class DataFolderUnwritableError extends Error {
  override readonly name = 'DataFolderUnwritableError';
  readonly code = 'ERR_DATA_FOLDER_UNWRITABLE';
}

/**
 * Makes the folder, for its owner alone. A pool that can't record shares is of no use to its miners. It
 * does not start, so that the operator sees why, rather than miners that connect and are let go.
 * @returns a warning for the operator where the folder is open to other users of the machine
 * @throws DataFolderUnwritableError if there is no room, or nothing may be written
 */
export function openDataFolder(path: string): string | undefined {
  const probe = join(path, `probe-${process.pid}.tmp`);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(probe, Buffer.alloc(LEAST_ROOM_BYTES), { mode: 0o600 });
    } finally {
      rmSync(probe, { force: true });
    }
    return widthWarning(path);
  } catch (error) {
    throw new DataFolderUnwritableError(
      `the data folder ${path} can not be written, so that no share could be recorded: ${systemErrorText(error)} (setting dataFolder)`,
      { cause: error },
    );
  }
}

/**
 * Opens the data folder of a configuration, and tells the operator where it is.
 * @throws DataFolderUnwritableError
 */
export function openPoolDataFolder(
  { dataFolder }: Pick<PoolConfig, 'dataFolder'>,
  onEvent: (event: PoolServerEvent) => void,
): void {
  const warning = openDataFolder(dataFolder);
  const tell = (level: 'info' | 'warn', message: string): void =>
    onEvent({ type: 'notice', level, name: 'data folder', message });
  tell('info', dataFolder);
  if (warning !== undefined) tell('warn', warning);
}

/** The warning about a folder that other users of the machine may look into; undefined if they may not. @throws the error of the operating system */
export function widthWarning(path: string): string | undefined {
  const mode = openToOthers(path);
  if (mode === undefined) return undefined;
  return `the data folder ${path} is open to other users of this machine (mode ${mode}): chmod 700 ${path}`;
}
