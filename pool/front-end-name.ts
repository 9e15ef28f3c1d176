/**
 * What a front end is called: by itself, in the store, in records of blocks.
 * @module
 */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';

/**
 * A name that no other front end of the pool has, and that is the same after a restart: of its machine, its data folder,
 * and its number among the processes that share that.
 */
export function frontEndName({ dataFolder }: { readonly dataFolder: string }, worker = 0): string {
  const folder = createHash('sha256').update(resolve(dataFolder)).digest('hex').slice(0, 8);
  return `${hostname().slice(0, 40)}-${folder}-${worker}`;
}
