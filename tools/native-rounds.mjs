// The rounds of BLAKE3 as C, unrolled, for the native kernels: `rounds.h`. Each line is one step of all columns (or diagonals) of
// all groups of lanes side by side: none waits for another. Message words that are known to be zero are not added.

/** Index of the present message's word that becomes word i of the next round's message. */
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const ROUNDS = 7;

/** Message words of each round, by their place in the block. */
const SCHEDULE = [Array.from({ length: 16 }, (_, i) => i)];
while (SCHEDULE.length < ROUNDS) SCHEDULE.push(PERMUTATION.map((from) => SCHEDULE.at(-1)[from]));

const COLUMNS = [0, 1, 2, 3].map((i) => ({ at: [i, 4 + i, 8 + i, 12 + i], x: 2 * i, y: 2 * i + 1 }));
const DIAGONALS = [0, 1, 2, 3].map((i) => ({
  at: [i, 4 + ((i + 1) & 3), 8 + ((i + 2) & 3), 12 + ((i + 3) & 3)],
  x: 8 + 2 * i,
  y: 9 + 2 * i,
}));

/** The eight steps of a G. `w` names its message word. */
const STEPS = [
  (s, [a, b], x) =>
    x === undefined ? `${s(a)} = add(${s(a)}, ${s(b)});` : `${s(a)} = add(add(${s(a)}, ${x}), ${s(b)});`,
  (s, [a, , , d]) => `${s(d)} = rot16(xor(${s(d)}, ${s(a)}));`,
  (s, [, , c, d]) => `${s(c)} = add(${s(c)}, ${s(d)});`,
  (s, [, b, c]) => `${s(b)} = rot12(xor(${s(b)}, ${s(c)}));`,
  (s, [a, b], _, y) =>
    y === undefined ? `${s(a)} = add(${s(a)}, ${s(b)});` : `${s(a)} = add(add(${s(a)}, ${y}), ${s(b)});`,
  (s, [a, , , d]) => `${s(d)} = rot8(xor(${s(d)}, ${s(a)}));`,
  (s, [, , c, d]) => `${s(c)} = add(${s(c)}, ${s(d)});`,
  (s, [, b, c]) => `${s(b)} = rot7(xor(${s(b)}, ${s(c)}));`,
];

/** Half a round: its Gs step by step, in each of the groups. */
function half(gs, round, groups, wordOf) {
  const lines = [];
  for (const step of STEPS)
    for (let group = 0; group < groups; group++)
      lines.push(
        gs
          .map(({ at, x, y }) => {
            const state = (word) => `s${group}[${word}]`;
            return step(state, at, wordOf(SCHEDULE[round][x], group), wordOf(SCHEDULE[round][y], group));
          })
          .join(' '),
      );
  return lines;
}

/**
 * A macro with the rounds of a compression.
 * @param words - message words that may be other than zero
 * @param options.headDone - columns 0, 1 and 3 of the first round are done, and word 4 alone is missing in column 2's first sum
 * @param options.ends - only words 0 and 7 of the output are read
 * @param wordOf - the C of a message word in a group of lanes
 */
function macro(name, groups, words, { headDone = false, ends = false }, wordOf) {
  const word = (index, group) => (index < words ? wordOf(index, group) : undefined);
  const lines = [];
  for (let round = 0; round < ROUNDS; round++) {
    const columns = half(headDone && round === 0 ? [COLUMNS[2]] : COLUMNS, round, groups, word);
    // The first addition is done but for word 4.
    if (headDone && round === 0)
      for (let group = 0; group < groups; group++)
        columns[group] = `s${group}[2] = add(s${group}[2], ${word(4, group)});`;
    lines.push(...columns);
    lines.push(
      ...half(ends && round === ROUNDS - 1 ? [DIAGONALS[0], DIAGONALS[2]] : DIAGONALS, round, groups, word),
    );
  }
  return `#define ${name}(m) do { \\\n${lines.map((line) => `  ${line} \\\n`).join('')}} while (0)\n`;
}

/** The text of `rounds.h`: macros for one and for two groups of lanes, with the states s0 and s1. */
export function nativeRounds() {
  const text = ['/* Made by tools/native-rounds.mjs. */\n'];
  for (const groups of [1, 2]) {
    text.push(
      // Of block 0: words 4 and 5 are a vector of their own in each group; the others are the same in all lanes.
      macro(`FIRST_${groups}`, groups, 16, { headDone: true }, (i, g) =>
        i === 4 ? `low${g}` : `WORD(m, ${i})`,
      ),
      macro(`WHOLE_${groups}`, groups, 16, {}, (i) => `WORD(m, ${i})`),
      macro(`LAST_${groups}`, groups, 2, {}, (i) => `WORD(m, ${i})`),
      macro(`SECOND_${groups}`, groups, 8, { ends: true }, (i, g) => `m${g}[${i}]`),
    );
  }
  return text.join('\n');
}
