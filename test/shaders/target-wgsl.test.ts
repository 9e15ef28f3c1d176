import test from 'node:test';
import { bigIntToBytes } from '../../protocol/bytes.js';
import { chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { wordsOf } from '../../shaders/blake3.js';
import { skipWhen } from '../support/requirement.js';
import { seededBytes } from '../support/seeded-bytes.js';
import { checkCases } from '../support/shader-cases.js';
import { noSoftwareGpu, softwareGpu } from '../support/software-gpu.js';

const skip = skipWhen(noSoftwareGpu);
const files = ['blake3', 'target'];
const hash = seededBytes('target.wgsl', 32);
const value = BigInt(`0x${Buffer.from(hash).toString('hex')}`);

/** The target as the uniform buffer holds it. */
function targetWords(target: Uint8Array): Uint32Array {
  return wordsOf(
    Uint8Array.from(target, (_, i) => target[(i & ~3) + 3 - (i & 3)]!),
    8,
  );
}

test('target.wgsl: swap_bytes', { skip }, async () => {
  const cases = [
    [0x01020304, 0x04030201],
    [0xff000000, 0x000000ff],
    [0x00ff0000, 0x0000ff00],
    [0xffffffff, 0xffffffff],
  ].map(([input, expected]) => ({ name: String(input), input: [input!], expected: [expected!] }));
  await checkCases(await softwareGpu(), { files, body: 'put(0, swap_bytes(word(0)));' }, cases);
});

test('target.wgsl: chain_of_word_7', { skip }, async () => {
  const cases = [0, 1, 15, 16, 0xf7, 0xff].map((last) => {
    const bytes = Uint8Array.from(hash);
    bytes[31] = last;
    return { name: `last byte ${last}`, input: [wordsOf(bytes, 8)[7]!], expected: [chainOfHash(bytes)] };
  });
  await checkCases(await softwareGpu(), { files, body: 'put(0, chain_of_word_7(word(0)));' }, cases);
});

test('target.wgsl: meets_target, with a difference in each byte', { skip }, async () => {
  const targets = [0n, 2n ** 256n - 1n, value];
  for (let byte = 0; byte < 32; byte++) {
    const unit = 1n << BigInt(8 * byte);
    targets.push(value - unit, value + unit);
  }
  const cases = targets
    .filter((target) => target >= 0n && target < 2n ** 256n)
    .map((target) => bigIntToBytes(target, 32))
    .map((target) => ({
      name: `target ${Buffer.from(target).toString('hex')}`,
      input: [...wordsOf(hash, 8), ...targetWords(target)],
      expected: [Number(meetsTarget(hash, target))],
    }));
  const body = 'put(0, select(0u, 1u, meets_target(words(0), words(8))));';
  await checkCases(await softwareGpu(), { files, body }, cases);
});
