import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import test from 'node:test';
import { createSearchEngine, SOFTWARE_TUNING } from '../../miner/backends/gpu/search-engine.js';
import { bigIntToBytes } from '../../protocol/bytes.js';
import { createWasmKernel } from '../../shaders/cpu/wasm.js';
import { skipWhen } from '../support/requirement.js';
import { seededBytes } from '../support/seeded.js';
import { noSoftwareGpu, softwareGpu } from '../support/software-gpu.js';

const NONCES = 10_000_000;
/** Nonces of a dispatch: some 40 finds, within its room. */
const PART = 40_000;
/** 1 in 16 for the chain, 1 in 64 for the target. */
const PROBABILITY = 1 / 1024;

test(`the hit rate over ${NONCES} nonces is right`, { skip: skipWhen(noSoftwareGpu) }, async () => {
  const engine = await createSearchEngine(await softwareGpu(), SOFTWARE_TUNING);
  const cpu = createWasmKernel();
  const template = {
    headerBlob: seededBytes('hit rate', 302),
    prefix: seededBytes('hit rate prefix', 16),
    chain: 13,
    target: bigIntToBytes(2n ** 250n, 32),
  };
  let next = 0;
  let found = 0;
  const work = async (): Promise<void> => {
    while (next < NONCES) {
      const range = { ...template, start: BigInt(next), count: PART };
      next += PART;
      const { finds, overflow } = await engine.dispatch(range);
      strictEqual(overflow, 0);
      found += finds.length;
      // The CPU's kernel has made the same finds by other code.
      const offsets = finds.map(({ offset }) => range.start + BigInt(offset)).sort((a, b) => Number(a - b));
      deepStrictEqual(
        offsets,
        [...cpu.search(range).finds].sort((a, b) => Number(a - b)),
      );
    }
  };
  await Promise.all([work(), work()]);
  const expected = NONCES * PROBABILITY;
  const sigma = Math.sqrt(expected * (1 - PROBABILITY));
  ok(Math.abs(found - expected) <= 4 * sigma, `${found} finds, expected ${expected} +- ${4 * sigma}`);
});
