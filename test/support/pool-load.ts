/**
 * A pool with miners at work, and what they know.
 * @module
 */
import type { TestContext } from 'node:test';
import { PoolLab, type PoolLabOptions } from './pool-lab.js';
import { seededRandom } from './seeded-random.js';
import { type CrewOptions, type ShareCrew, startCrew } from './share-crew.js';
import { ShareLedger } from './share-ledger.js';
import { waitFor } from './wait.js';

const SEED = Number(process.env.LESSWORK_SEED ?? Math.floor(Math.random() * 2 ** 31));

export interface PoolLoadOptions {
  readonly lab: PoolLabOptions;
  readonly crew: CrewOptions;
  /** Work of the least share; the ledger's own where undefined. */
  readonly leastWork?: bigint;
}

export interface PoolLoad {
  readonly lab: PoolLab;
  readonly ledger: ShareLedger;
  readonly crew: ShareCrew;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Waits until so many more shares were acknowledged. */
  goesOn(shares?: number): Promise<void>;
}

/** Miners that wait for a pool, which is not yet started. All ends with the test. */
export async function openPoolLoad(
  t: TestContext,
  { lab: labOptions, crew: crewOptions, leastWork }: PoolLoadOptions,
): Promise<PoolLoad> {
  t.diagnostic(`LESSWORK_SEED=${SEED}`);
  const random = seededRandom(SEED);
  const lab = await PoolLab.open(t, labOptions);
  const ledger = new ShareLedger(leastWork);
  const crew = startCrew(crewOptions, { ledger, random, port: () => lab.port });
  t.after(() => crew.stop());
  const goesOn = async (shares = 50): Promise<void> => {
    const before = ledger.count('acknowledged');
    await waitFor('shares', () => ledger.count('acknowledged') >= before + shares, 30_000);
  };
  return { lab, ledger, crew, random, goesOn };
}

/** Waits until the store has all that is in the journal but what is about to be written there. */
export function isStored(lab: PoolLab, timeoutMs: number): Promise<void> {
  return waitFor(
    'the store has caught up',
    () => lab.pending().every((file) => file.endsWith('.seg')),
    timeoutMs,
  );
}

/** What a recorder never says but when something was lost. */
export const LOSSES = /damaged|lacks batches|thread died/;
