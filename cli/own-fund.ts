/**
 * The fund of a miner that mines for itself: its folder, which one process has at a time.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FileFundStore } from '../polw/store/file-fund-store.js';
import { defaultDataFolder } from '../pool/config/data-folder.js';
import { lockFolder } from '../pool/journal/folder-lock.js';

/** A fund that no other process has. */
export interface OwnFund {
  readonly store: FileFundStore;
  /** Closes the store, and lets others have it. */
  close(): Promise<void>;
}

/**
 * Where the fund of a network is kept unless somebody says otherwise.
 * @param option - by which one could have said so, for people
 * @throws RangeError where there is no home folder
 */
export function defaultFundFolder(networkId: number, option: string): string {
  const folder = defaultDataFolder('fund', process.env);
  if (folder === undefined)
    throw new RangeError(`"${option}" expected a folder where there is no home folder, got nothing`);
  return join(folder, `${networkId}`);
}

/**
 * Opens the fund of a folder, which is made if it is not there.
 * @throws FundStoreError if the folder can't be used
 * @throws Error if another process has it
 */
export async function openOwnFund(folder: string): Promise<OwnFund> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  if (lock === undefined)
    throw new Error(`${folder}: another process has this fund, perhaps a miner: end it first`);
  try {
    const store = await FileFundStore.open(folder);
    return {
      store,
      close: async () => {
        await store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
