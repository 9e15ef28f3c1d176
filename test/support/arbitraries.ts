/**
 * What property tests draw: bytes, chains, jobs, and damaged copies of good bytes.
 * @module
 */
import fc from 'fast-check';
import { HEADER_BLOB_BYTES } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';

/** Bytes of exactly this length. */
export function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** A chain index, 0 to 15. */
export const anyChain = fc.integer({ min: 0, max: 15 });

/** A u32. */
export const anyU32 = fc.integer({ min: 0, max: 0xffffffff });

/** A target of 32 bytes, above 0, of any length in bits. */
export const anyTarget = fc
  .tuple(bytesOf(32), fc.integer({ min: 0, max: 31 }), fc.integer({ min: 1, max: 255 }))
  .map(([bytes, zeros, first]) => {
    bytes.fill(0, 0, zeros);
    bytes[zeros] = first;
    return bytes;
  });

/** A template, without regard to what its blobs mean. */
export const anyJob: fc.Arbitrary<Job> = fc.record(
  {
    chain: anyChain,
    headerBlob: bytesOf(HEADER_BLOB_BYTES),
    txsBlob: fc.uint8Array({ maxLength: 50 }).map((bytes) => [bytes]),
    target: anyTarget,
    height: anyU32,
  },
  { noNullPrototype: true },
);

/** None to 16 templates, each for another chain. */
export const anyJobs: fc.Arbitrary<Job[]> = fc.uniqueArray(anyJob, {
  maxLength: 16,
  selector: (job) => job.chain,
});

/** Good bytes, damaged: some changed, and cut short or with more behind them. */
export function damaged(good: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(Math.max(0, good.length - 1)), fc.integer({ min: 0, max: 255 }));
  return fc
    .record({
      changes: fc.array(change, { maxLength: 4 }),
      length: fc.oneof(fc.constant(good.length), fc.nat(good.length)),
      more: fc.uint8Array({ maxLength: 3 }),
    })
    .map(({ changes, length, more }) => {
      const bytes = new Uint8Array([...good.subarray(0, length), ...more]);
      for (const [index, value] of changes) if (index < bytes.length) bytes[index] = value;
      return bytes;
    });
}
