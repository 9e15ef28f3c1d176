/**
 * `lesswork pool accept-addresses`: asks a running pool at its administration.
 * @module
 */
import { askAdmin } from './ask-admin.js';
import { readPoolConfig } from './run-pool.js';

/** Longest wait for the pool, which asks its nodes and its store, ms. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Has the pool of a configuration pay what its nodes pay now, and says what that is.
 * @throws Error if it can't be asked, or refuses
 */
export async function runAcceptAddresses(configPath: string | undefined): Promise<void> {
  const { admin } = readPoolConfig(configPath);
  const response = await askAdmin(admin, '/admin/miner-addresses/accept', ANSWER_TIMEOUT_MS);
  const { minerAddresses, before } = (await response.json()) as Accepted;
  const lines = minerAddresses.map((address, group) => {
    const old = before.minerAddresses?.[group];
    const change = old === undefined || old === address ? '' : ` (was ${old})`;
    return `  group ${group}: ${address}${change}\n`;
  });
  process.stdout.write(`the pool's nodes have to pay from now on:\n${lines.join('')}`);
}

interface Accepted {
  readonly minerAddresses: readonly string[];
  readonly before: { readonly minerAddresses?: readonly string[] };
}
