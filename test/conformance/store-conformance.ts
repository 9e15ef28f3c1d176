/**
 * What every implementation of the store must do. One suite; a file for each implementation runs it.
 * @module
 */
import { test } from 'node:test';
import type { Store } from '../../pool/ports/store.js';
import { applyCases } from './store-apply-cases.js';
import { blockCases } from './store-block-cases.js';
import { extranonceCases } from './store-extranonce-cases.js';
import { fateCases } from './store-fate-cases.js';
import { fundCases } from './store-fund-cases.js';
import { identityCases } from './store-identity-cases.js';
import type { StoreLab, StoreLabs } from './store-lab.js';
import { leaseCases } from './store-lease-cases.js';
import { pruneCases } from './store-prune-cases.js';
import { readingCases } from './store-reading-cases.js';
import { workCases } from './store-work-cases.js';

/** A case: a name, and what is done with fresh data. */
export type StoreCase = readonly [name: string, run: (lab: StoreLab, store: Store) => Promise<void>];

/** Registers all tests of the store. */
export function storeConformance({ name, skip, makeLab }: StoreLabs): void {
  const cases: readonly StoreCase[] = [
    ...identityCases,
    ...applyCases,
    ...workCases,
    ...readingCases,
    ...blockCases,
    ...fateCases,
    ...extranonceCases,
    ...leaseCases,
    ...fundCases,
    ...pruneCases,
  ];
  for (const [what, run] of cases) {
    test(`${name}: ${what}`, { skip }, async () => {
      const lab = await makeLab();
      try {
        await run(lab, await lab.open());
      } finally {
        await lab.close();
      }
    });
  }
}
