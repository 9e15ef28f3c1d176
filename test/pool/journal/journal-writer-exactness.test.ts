import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { SLICE_MS } from '../../../pool/domain/batch.js';
import { difficultyOfWork } from '../../../pool/domain/difficulty.js';
import { REJECT_REASON_NAMES } from '../../../pool/domain/reject-reasons.js';
import {
  testAccount,
  testBlock,
  testFolder,
  testHash,
  writerHarness,
} from '../../support/journal-writing.js';

/** Something that a pool does with its journal. */
const operation = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      op: fc.constant('share' as const),
      worker: fc.nat(5),
      chain: fc.nat(15),
      work: fc.nat(3),
      hash: fc.nat(1000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('reject' as const),
      worker: fc.nat(5),
      reason: fc.nat(REJECT_REASON_NAMES.length - 1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('target' as const), chain: fc.nat(15), target: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('block' as const), hash: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('state' as const), hash: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('commit' as const) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('wait' as const), ms: fc.nat(15_000) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('tick' as const) }) },
);

const WORKS = [16n, 17n, 2n ** 40n + 1n, 2n ** 84n].map(difficultyOfWork);

test('whatever is committed is in the batches, exactly, and nothing else', (t) => {
  const root = testFolder(t);
  let run = 0;
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
      const folder = `${root}/${run++}`;
      const harness = writerHarness(makeFolder(folder));
      const { writer } = harness;
      const expected = new Map<string, { shares: number; work: bigint; squares: bigint }>();
      const best = new Map<string, Buffer>();
      const rejects = new Map<string, number>();
      const blocks: string[] = [];
      const states: string[] = [];
      for (const step of operations) {
        switch (step.op) {
          case 'share': {
            // Two objects of the same work are the same difficulty.
            const difficulty =
              step.hash % 2 === 0 ? WORKS[step.work]! : difficultyOfWork(WORKS[step.work]!.work);
            writer.share(
              writer.worker(testAccount(step.worker), 'rig'),
              step.chain,
              difficulty,
              testHash(step.hash),
            );
            const key = `${testAccount(step.worker).key} ${step.chain}`;
            const sum = expected.get(key) ?? { shares: 0, work: 0n, squares: 0n };
            sum.shares += 1;
            sum.work += difficulty.work;
            sum.squares += difficulty.work ** 2n;
            expected.set(key, sum);
            const hash = Buffer.from(testHash(step.hash));
            const old = best.get(testAccount(step.worker).key);
            if (old === undefined || hash.compare(old) < 0) best.set(testAccount(step.worker).key, hash);
            break;
          }
          case 'reject': {
            const reason = REJECT_REASON_NAMES[step.reason]!;
            writer.reject(writer.worker(testAccount(step.worker), 'rig'), reason);
            const key = `${testAccount(step.worker).key} ${reason}`;
            rejects.set(key, (rejects.get(key) ?? 0) + 1);
            break;
          }
          case 'target':
            writer.target(step.chain, testHash(`target ${step.target}`));
            break;
          case 'block':
            writer.blockFound(testBlock(`${step.hash}`));
            blocks.push(`${step.hash}`);
            break;
          case 'state':
            writer.blockState({ hash: `${step.hash}`, state: 'accepted', atMs: 5 });
            states.push(`${step.hash}`);
            break;
          case 'commit':
            assert.equal(writer.commit(), true);
            break;
          case 'wait':
            harness.nowMs += step.ms;
            break;
          case 'tick':
            writer.tick();
            break;
        }
      }
      writer.close();
      const batches = harness.batches();
      assert.deepEqual(
        batches.map(({ number }) => number),
        harness.closed.map(({ number }) => number),
      );
      assert.deepEqual(
        batches.map(({ number }) => number),
        batches.map((_, i) => i + 1),
      );
      let throughMs = 0;
      const got = new Map<string, { shares: number; work: bigint; squares: bigint }>();
      const gotBest = new Map<string, Buffer>();
      const gotRejects = new Map<string, number>();
      for (const batch of batches) {
        assert.ok(batch.throughMs >= throughMs);
        for (const worker of batch.workers) {
          if (worker.lastShareMs !== undefined) assert.ok(worker.lastShareMs >= throughMs);
          const key = worker.identity.account;
          if (worker.bestHash !== undefined) {
            const old = gotBest.get(key);
            const hash = Buffer.from(worker.bestHash);
            if (old === undefined || hash.compare(old) < 0) gotBest.set(key, hash);
          }
          for (const [reason, count] of Object.entries(worker.rejects))
            gotRejects.set(`${key} ${reason}`, (gotRejects.get(`${key} ${reason}`) ?? 0) + count);
        }
        throughMs = batch.throughMs;
        assert.ok(batch.slices.length <= 1);
        for (const slice of batch.slices) {
          assert.equal(slice.startMs % SLICE_MS, 0);
          assert.ok(batch.throughMs <= slice.startMs + SLICE_MS);
          for (const entry of slice.entries) {
            const key = `${batch.workers[entry.worker]!.identity.account} ${entry.chain}`;
            const sum = got.get(key) ?? { shares: 0, work: 0n, squares: 0n };
            sum.shares += entry.shares;
            sum.work += entry.work;
            sum.squares += entry.workSquared;
            got.set(key, sum);
          }
        }
      }
      assert.deepEqual(sorted(got), sorted(expected));
      assert.deepEqual(sorted(gotBest), sorted(best));
      assert.deepEqual(sorted(gotRejects), sorted(rejects));
      assert.deepEqual(
        batches.flatMap(({ blocksFound }) => blocksFound.map(({ hash }) => hash)),
        blocks,
      );
      assert.deepEqual(
        batches.flatMap(({ blockStates }) => blockStates.map(({ hash }) => hash)),
        states,
      );
    }),
    { numRuns: 150 },
  );
});

function makeFolder(path: string): string {
  mkdirSync(path);
  return path;
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
