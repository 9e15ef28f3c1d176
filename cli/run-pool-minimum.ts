/**
 * `lesswork pool minimum`: asks a running pool at its administration.
 * @module
 */
import { alphText } from '../protocol/alph-text.js';
import { askAdmin } from './ask-admin.js';
import { readPoolConfig } from './run-pool.js';

/** Longest wait for the pool, which asks its store, ms. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Sets from which balance on a miner is paid.
 * @param amount - attoALPH; 0 for the minimum of the pool
 * @throws Error if the pool can't be asked, or refuses
 */
export async function runPoolMinimum(
  configPath: string | undefined,
  address: string,
  amount: bigint,
): Promise<void> {
  const { admin } = readPoolConfig(configPath);
  const path = `/admin/miners/${encodeURIComponent(address)}/minimum?alph=${alphText(amount)}`;
  const response = await askAdmin(admin, path, ANSWER_TIMEOUT_MS);
  const set = (await response.json()) as { readonly address: string };
  const from = amount === 0n ? 'the minimum of the pool' : `${alphText(amount)} ALPH`;
  process.stdout.write(`${set.address} is paid from ${from} on\n`);
}
