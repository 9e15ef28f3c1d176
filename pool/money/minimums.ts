/**
 * A miner's own minimum: from which balance on it is paid, in place of the pool's.
 *
 * The operator sets it, or the miner, by a request that the address's key has signed. Requests of a miner are told apart by their times, each
 * of which is later than that of the one before: so that none counts twice.
 * @module
 */
import { alphText } from '../../protocol/alph-text.js';
import type { Books } from '../ports/books.js';
import { minerName } from './money-texts.js';

/** Least and greatest minimum, attoALPH: less is dust before long, and more is a wish never to be paid. */
export const LEAST_MINIMUM = 10n ** 16n;
export const GREATEST_MINIMUM = 10n ** 24n;

/** Time between two changes that a miner makes, ms: each is a synced write. */
export const CHANGE_EVERY_MS = 60_000;

/** Longest time from the signature to the request, ms, and as long before it: clocks differ. */
export const SIGNED_WITHIN_MS = 600_000;

/** For how long the ledger's lease is taken, ms. */
const LEASE_MS = 10_000;

const MAX_TRIES = 5;

export interface MinimumOrder {
  /** Key of the account. */
  readonly key: string;
  /** attoALPH; undefined for that of the pool. */
  readonly amount: bigint | undefined;
  /** When the miner has signed it, ms since the epoch; undefined of the operator's. */
  readonly signedMs?: number;
}

/**
 * `busy`: another process writes, and may for a minute. `late`: one that was signed then or later is done. `often`: the miner changed it less than a minute
 * before.
 */
export type MinimumOutcome = 'done' | 'busy' | 'late' | 'often';

/** What a miner signs. @param poolId - of the pool @param address - canonical text @param signedMs - ms since the epoch */
export function minimumMessage(
  poolId: string,
  address: string,
  amount: bigint | undefined,
  signedMs: number,
): string {
  const threshold = amount === undefined ? '0' : alphText(amount);
  return `lesswork pool ${poolId}: pay ${address} from ${threshold} ALPH on, at ${signedMs}`;
}

/** @param owner - of the lease, 1 to 64 characters @throws as the store does */
export async function setMinimum(
  books: Books,
  owner: string,
  { key, amount, signedMs }: MinimumOrder,
): Promise<MinimumOutcome> {
  const name = minerName(key);
  const keys = [`minimum/${name}`, `minimum-set/${name}`] as const;
  const lease = await books.takeLease('ledger', owner, LEASE_MS);
  if (lease === undefined) return 'busy';
  const fence = { name: 'ledger', number: lease.fence } as const;
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const [minimum, set] = await books.get('note', keys);
      const setMs = Number(set?.text ?? 0);
      if (signedMs !== undefined && signedMs <= setMs) return 'late';
      if (signedMs !== undefined && signedMs < setMs + CHANGE_EVERY_MS) return 'often';
      const record = (at: 0 | 1, version: number | undefined, text: string | undefined) => ({
        table: 'note' as const,
        key: keys[at],
        version: version ?? 0,
        text,
      });
      const outcome = await books.commit({
        fence,
        append: [],
        records: [
          record(0, minimum?.version, amount === undefined ? undefined : `${amount}`),
          ...(signedMs === undefined ? [] : [record(1, set?.version, `${signedMs}`)]),
        ],
      });
      if (outcome === 'done') return 'done';
      if (outcome === 'fenced') break;
    }
    return 'busy';
  } finally {
    await books.releaseLease('ledger', lease.fence);
  }
}
