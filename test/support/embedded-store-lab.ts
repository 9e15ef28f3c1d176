/**
 * Embedded stores in a folder of their own, with a clock that the test moves.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../pool/ports/store.js';
import { openEmbeddedStore } from '../../pool/store/embedded/embedded-store.js';
import { IDENTITY, type StoreLab } from '../conformance/store-lab.js';

export async function embeddedStoreLab(): Promise<StoreLab> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-store-'));
  let now = 1_750_000_000_000;
  let current: Store | undefined;
  return {
    async open({ identity, retention, ...modules } = {}) {
      await current?.close();
      current = undefined;
      current = openEmbeddedStore(
        {
          type: 'embedded',
          path: join(folder, 'pool.db'),
          identity: { ...IDENTITY, ...identity },
          ...(retention === undefined ? {} : { retention }),
        },
        { ...modules, clock: () => now },
      );
      return current;
    },
    openBeside: async (first) => first,
    async pass(ms) {
      now += ms;
    },
    async close() {
      await current?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
