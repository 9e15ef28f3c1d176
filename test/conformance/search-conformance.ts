/**
 * What every search kernel must do, whatever it runs on: the same finds as the oracle, on ranges with some and on
 * ranges without one. One suite for all of them.
 * @module
 */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { bigIntToBytes, bytesToBigInt } from '../../protocol/bytes.js';
import { ALL_CHAINS, chainName } from '../../protocol/chain.js';
import { chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { MAX_TARGET, targetBytes } from '../../protocol/target.js';
import type { NonceRange, SearchKernel, SearchResult } from '../../shaders/search.js';
import { seededBytes, seededInteger } from '../support/seeded-bytes.js';
import { type HashTable, seededTable, seededTemplate } from './hash-table.js';

/** What a kernel can do, and how much time its test may take. */
export interface SearchConformanceOptions {
  /** Why the suite is left out, or false. */
  readonly skip?: string | false;
  /** Nonces of the run whose finds are compared one by one; at least 2^14. */
  readonly runNonces?: number;
  /** Nonces over which the rate of finds is measured: 1,600 are expected, however many they are. */
  readonly hitRateNonces?: number;
  /** Most nonces that the kernel takes in one search; longer ranges are cut. */
  readonly maxCount?: number;
}

/** A target that one hash in `hashes` meets, counting that it must be of its chain as well. */
function targetOf(hashes: number): Uint8Array {
  return targetBytes((MAX_TARGET * 16n) / BigInt(Math.round(hashes)));
}

/**
 * Registers the suite.
 * @param name - the kernel's, for people
 * @param createKernel - called once, before the first test
 */
export function testSearchKernel(
  name: string,
  createKernel: () => SearchKernel | Promise<SearchKernel>,
  options: SearchConformanceOptions = {},
): void {
  const { skip = false, runNonces = 2 ** 18, hitRateNonces = 1_000_000, maxCount = 2 ** 32 - 1 } = options;
  // Some 40 finds a run and chain.
  const runTarget = targetOf(runNonces / 40);

  describe(`search kernel ${name}`, { skip }, () => {
    let kernel: SearchKernel;
    let table: HashTable;
    before(async () => {
      kernel = await createKernel();
      table = seededTable('run', 2n ** 32n * 77n + 1_000_003n, runNonces);
    });

    /** One search, cut where the kernel takes less at once. */
    async function search(range: NonceRange): Promise<SearchResult> {
      const finds: bigint[] = [];
      let overflow = 0;
      for (let done = 0; done < range.count; done += maxCount) {
        const start = BigInt.asUintN(64, range.start + BigInt(done));
        const part = await kernel.search({ ...range, start, count: Math.min(maxCount, range.count - done) });
        finds.push(...part.finds);
        overflow += part.overflow;
      }
      return { finds, overflow };
    }

    async function expectFinds(range: NonceRange, expected: readonly bigint[]): Promise<void> {
      const { finds, overflow } = await search(range);
      const ascending = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
      assert.deepEqual(finds.toSorted(ascending), expected.toSorted(ascending));
      assert.equal(overflow, 0);
    }

    /** The entry with the lowest hash of a chain, away from both ends of the run: at that target there is no other. */
    function lowest(chain: number): number {
      const finds = table.finds(chain, runTarget, 2100, runNonces - 4200);
      assert(finds.length > 0);
      return finds.reduce((a, b) => (meetsTarget(table.hash(a), table.hash(b)) ? a : b));
    }

    test('finds what the oracle finds', async () => {
      const expected = table.counters(6, runTarget);
      assert(expected.length > 15 && expected.length < 65, `${expected.length} finds`);
      await expectFinds(table.range(6, runTarget), expected);
    });

    for (const chain of ALL_CHAINS) {
      test(`finds what the oracle finds on chain ${chainName(chain)}`, async () => {
        const target = targetOf(2 ** 14 / 20);
        const expected = table.counters(chain, target, 0, 2 ** 14);
        assert(expected.length > 0);
        await expectFinds(table.range(chain, target, 0, 2 ** 14), expected);
      });
    }

    test('finds the first and the last nonce of ranges of many lengths, and nothing beyond', async () => {
      const chain = 9;
      const find = lowest(chain);
      const target = table.hash(find);
      const found = [table.counter(find)];
      for (const count of [
        1, 2, 3, 4, 5, 7, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 257, 1023, 1025, 2047,
      ]) {
        await expectFinds(table.range(chain, target, find, count), found);
        await expectFinds(table.range(chain, target, find - count + 1, count), found);
        await expectFinds(table.range(chain, target, find + 1, count), []);
        await expectFinds(table.range(chain, target, find - count, count), []);
      }
    });

    test('finds each nonce of a short range by its place', async () => {
      const target = targetBytes(MAX_TARGET);
      for (let i = 0; i < 40; i++) {
        await expectFinds(table.range(chainOfHash(table.hash(i)), target, i, 1), [table.counter(i)]);
        await expectFinds(table.range((chainOfHash(table.hash(i)) + 1) % 16, target, i, 1), []);
      }
    });

    test('compares all 256 bits with the target', async () => {
      const chain = 3;
      const find = lowest(chain);
      const hash = bytesToBigInt(table.hash(find));
      const found = [table.counter(find)];
      for (let word = 0; word < 8; word++) {
        for (const bit of [0, 7, 15, 31]) {
          const step = 1n << BigInt(word * 32 + bit);
          const cases: [bigint, readonly bigint[]][] = [
            [hash, found],
            [hash + step, found],
            [hash - step, []],
          ];
          for (const [target, expected] of cases) {
            if (target < 0n || target > MAX_TARGET) continue;
            await expectFinds(table.range(chain, bigIntToBytes(target, 32), find - 1, 3), expected);
          }
        }
      }
      await expectFinds(table.range(chain, targetBytes(0n), find - 1, 3), []);
    });

    test('returns nothing from a range without finds', async () => {
      await expectFinds(table.range(11, targetBytes(2n ** 180n)), []);
    });

    for (const [edge, at] of [
      ['0', 0n],
      ['2^31 - 1', 2n ** 31n - 1n],
      ['2^32 - 1', 2n ** 32n - 1n],
      ['2^63 - 1', 2n ** 63n - 1n],
      ['2^64 - 1', 2n ** 64n - 1n],
    ] as const) {
      test(`carries over counter ${edge}`, async () => {
        // Odd lengths on both sides: the edge falls inside a vector and inside a workgroup.
        const edgeTable = seededTable(edge, BigInt.asUintN(64, at - 700n), 1501);
        const target = targetOf(80);
        const expected = edgeTable.counters(5, target);
        assert(expected.length > 4);
        await expectFinds(edgeTable.range(5, target), expected);
        // Each nonce near the edge, whatever its chain.
        const all = targetBytes(MAX_TARGET);
        for (const chain of ALL_CHAINS) {
          await expectFinds(edgeTable.range(chain, all, 690, 21), edgeTable.counters(chain, all, 690, 21));
        }
      });
    }

    test('counts the finds that it has no room for', async () => {
      const chain = 12;
      const target = targetBytes(MAX_TARGET);
      const count = Math.min(kernel.maxFinds * 16 * 3, runNonces, maxCount);
      const expected = new Set(table.counters(chain, target, 0, count));
      assert(expected.size > kernel.maxFinds, `${expected.size} finds in ${count} nonces`);
      const { finds, overflow } = await search(table.range(chain, target, 0, count));
      assert.equal(finds.length, kernel.maxFinds);
      assert.equal(overflow, expected.size - kernel.maxFinds);
      assert.equal(new Set(finds).size, finds.length);
      for (const find of finds) assert(expected.has(find), `${find} is no find`);
      // And the next search starts afresh.
      await expectFinds(table.range(chain, targetBytes(0n), 0, 1000), []);
    });

    test('keeps nothing of one search in the next', async () => {
      const other = seededTable('other', 5n, 3000);
      const target = targetOf(160);
      for (const chain of [1, 14]) {
        await expectFinds(other.range(chain, target), other.counters(chain, target));
        await expectFinds(table.range(chain, target, 100, 3001), table.counters(chain, target, 100, 3001));
      }
    });

    test('finds what the oracle finds in ranges of any start, length, chain and target', async () => {
      for (let i = 0; i < 60; i++) {
        const chain = seededInteger(`chain ${i}`, 16);
        const from = seededInteger(`from ${i}`, runNonces - 5000);
        const count = 1 + seededInteger(`count ${i}`, 5000);
        const target = seededBytes(`target ${i}`, 32);
        // At most 5 finds a thousand nonces: none beyond any kernel's room.
        target[0] = seededInteger(`top ${i}`, 16);
        await expectFinds(
          table.range(chain, target, from, count),
          table.counters(chain, target, from, count),
        );
      }
    });

    test(`finds as often as chance says over ${hitRateNonces} nonces`, async () => {
      const perFind = Math.round(hitRateNonces / 1600);
      const target = targetOf(perFind);
      const template = seededTemplate(`${name}, hit rate`);
      // Short enough that the finds of a range do not pass any kernel's room.
      const rangeNonces = perFind * 10;
      let finds = 0;
      for (let done = 0; done < hitRateNonces; done += rangeNonces) {
        const count = Math.min(rangeNonces, hitRateNonces - done);
        const result = await search({ ...template, chain: 8, target, start: BigInt(done), count });
        finds += result.finds.length + result.overflow;
      }
      const expected = hitRateNonces / perFind;
      const sigma = Math.sqrt(expected);
      assert(Math.abs(finds - expected) <= 4 * sigma, `${finds} finds, expected ${expected} +- ${4 * sigma}`);
    });
  });
}
