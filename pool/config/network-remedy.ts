/**
 * What an operator can do where a pool's store is of another network than its nodes.
 * @module
 */
import type { PoolConfig } from './pool-config.js';

/** Words for people: the way to a pool on another network. They remove nothing. */
export function networkRemedy({ store, pool, dataFolder }: PoolConfig): string {
  return store.type === 'embedded'
    ? `a pool on another network needs a data folder of its own: set dataFolder, or LESSWORK_DATA where there is no configuration (now ${dataFolder}, which may be removed if nobody needs what is in it)`
    : `a pool on another network needs an id of its own: set pool.id, and dataFolder with it (now "${pool.id}" in ${dataFolder})`;
}
