import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { difficultyOfWork } from '../../../pool/domain/difficulty.js';
import { BatchDamagedError, decodeBatch, encodeBatch } from '../../../pool/journal/batch-file.js';
import { SegmentDamagedError } from '../../../pool/journal/frames.js';
import { journalFile } from '../../../pool/journal/journal-folder.js';
import { readSegment } from '../../../pool/journal/read-segment.js';
import {
  START_MS,
  testAccount,
  testBlock,
  testFolder,
  testHash,
  writerHarness,
} from '../../support/journal-writing.js';
import { seededBytes } from '../../support/seeded-bytes.js';

/** A segment of five commits of one share each, the works 16 to 20, and where each commit ends. */
function fiveCommits(t: Parameters<typeof testFolder>[0]): { bytes: Buffer; ends: number[] } {
  const harness = writerHarness(testFolder(t));
  const ends: number[] = [];
  for (let n = 0; n < 5; n++) {
    harness.nowMs += 10;
    const worker = harness.writer.worker(testAccount(n % 2), 'rig');
    harness.writer.share(worker, n, difficultyOfWork(BigInt(16 + n)), testHash(n));
    if (n === 3) harness.writer.blockFound(testBlock('ab'));
    harness.writer.commit();
    ends.push(harness.segments.openBytes);
  }
  return { bytes: readFileSync(journalFile(harness.folder, 1, 'seg')), ends };
}

const works = (bytes: Uint8Array): bigint[] =>
  (readSegment(bytes)?.slices ?? [])
    .flatMap(({ entries }) => entries.map(({ work }) => work))
    .sort((a, b) => Number(a - b));

test('torn at any byte, a segment holds the commits before, whole', (t) => {
  const { bytes, ends } = fiveCommits(t);
  for (let length = 0; length <= bytes.length; length++) {
    const whole = ends.filter((end) => end <= length).length;
    assert.deepEqual(
      works(bytes.subarray(0, length)),
      [16n, 17n, 18n, 19n, 20n].slice(0, whole),
      `${length}`,
    );
    const batch = readSegment(bytes.subarray(0, length));
    if (whole > 0) assert.equal(batch?.throughMs, START_MS + whole * 10);
    else assert.equal(batch, undefined);
  }
});

test('a torn end may hold anything', (t) => {
  const { bytes, ends } = fiveCommits(t);
  for (let garbage = 1; garbage < 200; garbage += 13) {
    const torn = Buffer.concat([bytes.subarray(0, ends[2]), seededBytes(`garbage ${garbage}`, garbage)]);
    assert.deepEqual(works(torn), [16n, 17n, 18n]);
    assert.deepEqual(works(Buffer.concat([bytes.subarray(0, ends[2]), Buffer.alloc(garbage)])), [
      16n,
      17n,
      18n,
    ]);
  }
});

test('any bit that flips is noticed: at the end it is a torn commit, elsewhere an error that says where', (t) => {
  const { bytes, ends } = fiveCommits(t);
  for (let at = 0; at < bytes.length; at++) {
    const flipped = Buffer.from(bytes);
    flipped[at]! ^= 1 << (at % 8);
    if (at >= ends[3]!) {
      assert.deepEqual(works(flipped), [16n, 17n, 18n, 19n], `${at}`);
      continue;
    }
    const offset = at < 32 ? 0 : at < ends[0]! ? 32 : ends.findLast((end) => end <= at)!;
    assert.throws(
      () => readSegment(flipped),
      (error) => error instanceof SegmentDamagedError && error.offset === offset,
      `${at}`,
    );
    // What is before the damage can be had.
    assert.deepEqual(works(flipped.subarray(0, offset)), works(bytes.subarray(0, offset)));
  }
});

test('a segment of another version is not read', (t) => {
  const { bytes } = fiveCommits(t);
  bytes[7] = 2;
  assert.throws(() => readSegment(bytes), { code: 'ERR_SEGMENT_DAMAGED' });
});

test('the same bytes give the same batch, and it survives its file', (t) => {
  const { bytes } = fiveCommits(t);
  const batch = readSegment(bytes)!;
  assert.deepEqual(readSegment(Buffer.from(bytes)), batch);
  const file = encodeBatch(batch);
  assert.deepEqual(encodeBatch(readSegment(bytes)!), file);
  assert.deepEqual(decodeBatch(file), batch);
  assert.deepEqual(encodeBatch(decodeBatch(file)), file);
  assert.ok(batch.workers.some(({ bestHash }) => bestHash !== undefined));
  assert.equal(batch.blocksFound.length, 1);
});

test('a batch whose file is cut or damaged is not taken', (t) => {
  const batch = readSegment(fiveCommits(t).bytes)!;
  const file = encodeBatch(batch);
  let unnoticed = 0;
  for (let length = 0; length < file.length; length += 7)
    assert.throws(() => decodeBatch(file.subarray(0, length)), BatchDamagedError);
  // Past the header of gzip, some bytes of which mean nothing.
  for (let at = 10; at < file.length; at++) {
    const flipped = Buffer.from(file);
    flipped[at]! ^= 0x10;
    try {
      // Some bits mean nothing to gzip.
      assert.deepEqual(decodeBatch(flipped), batch);
      unnoticed++;
    } catch (error) {
      assert.ok(error instanceof BatchDamagedError, `${at}`);
    }
  }
  assert.ok(unnoticed < file.length / 20);
});

test('a day at 10^18 hashes a second is summed exactly', (t) => {
  const harness = writerHarness(testFolder(t));
  const { writer } = harness;
  // 16 chains, 20 shares a slice each: 10^19 hashes in 320 shares, and an odd unit in each.
  const base = 10n ** 19n / 320n;
  const workers = Array.from({ length: 7 }, (_, n) => writer.worker(testAccount(n), 'rig'));
  const hash = testHash(1);
  let work = 0n;
  let squares = 0n;
  for (let slice = 0; slice < 8640; slice++) {
    const difficulty = difficultyOfWork(base + BigInt(slice % 97));
    for (let share = 0; share < 320; share++) {
      writer.share(workers[share % 7]!, share % 16, difficulty, hash);
      work += difficulty.work;
      squares += difficulty.work ** 2n;
    }
    writer.commit();
    harness.nowMs += 10_000;
  }
  writer.close();
  const entries = harness.batches().flatMap((batch) => {
    const again = decodeBatch(encodeBatch(batch));
    return again.slices.flatMap((slice) => slice.entries);
  });
  assert.equal(
    entries.reduce((sum, entry) => sum + entry.work, 0n),
    work,
  );
  assert.equal(
    entries.reduce((sum, entry) => sum + entry.workSquared, 0n),
    squares,
  );
  assert.ok(work > 864n * 10n ** 20n);
});
