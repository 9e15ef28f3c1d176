import test from 'node:test';
import {
  CHUNK_END,
  CHUNK_START,
  compress,
  feedForward,
  initialState,
  mix,
  mixColumns,
  mixDiagonals,
  permute,
  ROOT,
  rotateRight,
  rounds,
  wordsOf,
} from '../../shaders/blake3.js';
import { skipWhen } from '../support/requirement.js';
import { seededBytes } from '../support/seeded-bytes.js';
import { checkCases, type ShaderCase } from '../support/shader-cases.js';
import { noSoftwareGpu, softwareGpu } from '../support/software-gpu.js';

const skip = skipWhen(noSoftwareGpu);
const files = ['blake3'];

/** Words at the edges, then random ones. */
function inputs(words: number): { name: string; input: Uint32Array }[] {
  return [
    ...[0, 1, 0x7fffffff, 0x80000000, 0xffffffff].map((word) => ({
      name: `all ${word.toString(16)}`,
      input: new Uint32Array(words).fill(word),
    })),
    { name: 'counting', input: Uint32Array.from({ length: words }, (_, i) => i) },
    ...[0, 1, 2, 3].map((i) => ({
      name: `random ${i}`,
      input: wordsOf(seededBytes(`wgsl ${words} ${i}`, words * 4), words),
    })),
  ];
}

/** A WGSL function on words and its twin. */
interface Twins {
  readonly name: string;
  readonly words: number;
  readonly body: string;
  twin(input: Uint32Array): ArrayLike<number>;
}

/** A twin that works in place on a state of 16 words, with the words after it. */
const onState =
  (change: (state: Uint32Array, rest: Uint32Array) => void) =>
  (input: Uint32Array): Uint32Array => {
    const state = input.slice(0, 16);
    change(state, input.slice(16));
    return state;
  };

const TWINS: readonly Twins[] = [
  ...[1, 7, 8, 12, 16, 31].map((bits) => ({
    name: `rotate_right by ${bits}`,
    words: 4,
    body: `put_vec(0, rotate_right(vec(0), ${bits}u));`,
    twin: (input: Uint32Array) => input.map((x) => rotateRight(x, bits)),
  })),
  {
    name: 'mix',
    words: 24,
    body: 'put_state(0, mix(state(0), vec(16), vec(20)));',
    twin: onState((s, m) => {
      for (let i = 0; i < 4; i++) mix(s, i, 4 + i, 8 + i, 12 + i, m[i]!, m[4 + i]!);
    }),
  },
  {
    name: 'mix_columns',
    words: 32,
    body: 'put_state(0, mix_columns(state(0), block(16)));',
    twin: onState(mixColumns),
  },
  {
    name: 'diagonals_up',
    words: 16,
    body: 'put_state(0, diagonals_up(state(0)));',
    twin: (s) => Uint32Array.from({ length: 16 }, (_, i) => s[(i & 12) + ((i + (i >> 2)) & 3)]!),
  },
  {
    name: 'diagonals_down after diagonals_up',
    words: 16,
    body: 'put_state(0, diagonals_down(diagonals_up(state(0))));',
    twin: (s) => s,
  },
  {
    name: 'mix_diagonals',
    words: 32,
    body: 'put_state(0, mix_diagonals(state(0), block(16)));',
    twin: onState(mixDiagonals),
  },
  {
    name: 'one_round',
    words: 32,
    body: 'put_state(0, one_round(state(0), block(16)));',
    twin: onState((s, m) => rounds(s, m, 1)),
  },
  { name: 'permute', words: 16, body: 'put_block(0, permute(block(0)));', twin: permute },
  {
    name: 'permute_six',
    words: 16,
    body: 'put_block(0, permute_six(block(0)));',
    twin: (m) => [0, 1, 2, 3, 4, 5].reduce(permute, m),
  },
  {
    name: 'six_rounds',
    words: 32,
    body: 'put_state(0, six_rounds(state(0), block(16)));',
    twin: onState((s, m) => rounds(s, m, 6)),
  },
  {
    name: 'initial_state',
    words: 10,
    body: 'put_state(0, initial_state(words(0), word(8), word(9)));',
    twin: (input) => initialState(input.subarray(0, 8), input[8]!, input[9]!),
  },
  { name: 'feed_forward', words: 16, body: 'put_words(0, feed_forward(state(0)));', twin: feedForward },
  ...[0, CHUNK_START, CHUNK_END | ROOT, CHUNK_START | CHUNK_END | ROOT].map((flags) => ({
    name: `compress with flags ${flags}`,
    words: 25,
    body: `put_words(0, compress(words(0), block(8), word(24), ${flags}u));`,
    twin: (input: Uint32Array) => compress(input.subarray(0, 8), input.subarray(8, 24), input[24]!, flags),
  })),
];

for (const rotate_by_multiplication of [0, 1]) {
  test(`blake3.wgsl as its CPU twin, rotation by multiplication ${rotate_by_multiplication}`, {
    skip,
  }, async (t) => {
    const device = await softwareGpu();
    for (const { name, words, body, twin } of TWINS) {
      await t.test(name, async () => {
        const cases: ShaderCase[] = inputs(words).map((one) => ({ ...one, expected: twin(one.input) }));
        await checkCases(device, { files, body, constants: { rotate_by_multiplication } }, cases);
      });
    }
  });
}
