import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openRecording, type RecordingEvent } from '../../../pool/recorder/open-recording.js';
import { openStore } from '../../../pool/store/open-store.js';
import {
  Acknowledgements,
  type StoredSum,
  startJournalProcess,
  sumsOfBatches,
  sumsOfStore,
} from '../../support/journal-kill.js';
import { testFolder } from '../../support/journal-writing.js';
import { storedBatches } from '../../support/memory-store.js';
import { seededBytes } from '../../support/seeded-bytes.js';
import { sleep, waitFor } from '../../support/wait.js';

const KILLS = 8;

interface StoreCase {
  readonly module: string;
  readonly settings: unknown;
  stored(): Promise<readonly StoredSum[]>;
}

const stores: Readonly<Record<string, (t: TestContext) => StoreCase>> = {
  'a folder of batches': (t) => {
    const folder = testFolder(t);
    return {
      module: '../../support/memory-store.js',
      settings: { folder },
      stored: async () => sumsOfBatches(storedBatches(folder)),
    };
  },
  'the embedded store': (t) => {
    const identity = { poolId: 'test', networkId: undefined, extranonceBytes: 2 };
    const settings = { type: 'embedded', path: join(testFolder(t), 'pool.db'), identity } as const;
    return {
      module: '../../../pool/store/open-store.js',
      settings,
      stored: async () => {
        const store = await openStore(settings, { onNotice: () => {} });
        try {
          return await sumsOfStore(store);
        } finally {
          await store.close();
        }
      },
    };
  },
};

for (const [name, make] of Object.entries(stores)) {
  test(`killed ${KILLS} times, a pool has in ${name} what it acknowledged, and nothing twice`, async (t) => {
    const folder = testFolder(t);
    const { module, settings, stored } = make(t);
    const storeModule = new URL(module, import.meta.url).href;
    const told = new Acknowledgements();
    const moments = seededBytes('moments of killing', KILLS);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = told.acknowledged.size;
      // From a multiple of 10 on some ticks end at a multiple of 40: with a state of a block, which closes the segment.
      const first = 20 + kill * 1_000_000;
      const owner = await startJournalProcess(
        t,
        [folder, `${first}`, storeModule, JSON.stringify(settings)],
        told,
      );
      await waitFor('shares', () => told.acknowledged.size > before + 10);
      await sleep(moments[kill]! * 2);
      await owner.kill();
    }
    assert.ok(told.acknowledged.size > KILLS * 10);
    const events: RecordingEvent[] = [];
    const recording = await openRecording(
      { folder, maxUnconfirmedBytes: 2 ** 30, storeModule, settings },
      { onEvent: (event) => events.push(event) },
    );
    assert.equal(await recording.close(30_000), true);
    told.check(await stored());
    assert.deepEqual(
      events.filter(({ type }) => type === 'damaged' || type === 'batchesLost' || type === 'storeAway'),
      [],
    );
  });
}

test('the comparison notices one that is lost and one that is doubled', () => {
  const told = new Acknowledgements();
  for (const work of [100n, 148n, 196n]) told.asked.add(work);
  told.acknowledged.add(100n).add(148n);
  const account = `00${'1'.padStart(64, '0')}`;
  const sums = (...works: bigint[]): StoredSum[] =>
    works.map((work) => ({ account, chain: 4, shares: 1, work, workSquared: work * work }));
  told.check(sums(100n, 148n));
  told.check(sums(100n, 148n, 196n));
  for (const works of [[100n], [100n, 100n], [100n, 148n, 148n], [100n, 148n, 196n, 196n], [100n, 196n]])
    assert.throws(() => told.check(sums(...works)), assert.AssertionError);
  told.refused.add(196n);
  assert.throws(() => told.check(sums(100n, 148n, 196n)), assert.AssertionError);
});
