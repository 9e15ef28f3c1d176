/**
 * BLAKE2b-256 (RFC 7693) as WebAssembly, which has the integers of 64 bits that JavaScript lacks: one function over bytes in a memory
 * of one page. Its code is put together here.
 * @module
 */

/** Where the memory holds what, in bytes. */
export const BLAKE2B_MEMORY = {
  /** Order of message words by round: of each its distance from the block's start, in bytes. */
  order: 0,
  /** The state at the start, eight words, little-endian. */
  initial: 192,
  /** What comes out, 32 bytes. */
  hash: 256,
  /** What is hashed. Zeros must follow it up to the end of its last block. */
  message: 384,
  /** Longest message. */
  maxMessageBytes: 64_000,
} as const;

/** Bytes that are hashed at once. */
export const BLAKE2B_BLOCK_BYTES = 128;

/** RFC 7693, 2.7: words by round. The last two of the twelve rounds are the first two again. */
const ORDER = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
  '0123456789abcdef',
  'ea489fd61c02b753',
].join('');

/** RFC 7693, 2.6. */
const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];

const HASH_BYTES = 32;
/** Of the first parameter word: no key, a tree of one node, 32 bytes. */
const PARAMETERS = 0x0101_0000 | HASH_BYTES;

/** Words of the state that are mixed with each other: columns, then diagonals. */
const MIXED = ['048c', '159d', '26ae', '37bf', '05af', '16bc', '278d', '349e'].map((words) =>
  [...words].map((word) => Number.parseInt(word, 16)),
) as unknown as readonly (readonly [number, number, number, number])[];

/** Opcodes. */
const LOOP = [0x03, 0x40];
const END = 0x0b;
const BR_IF_0 = [0x0d, 0];
const SELECT = 0x1b;
const I32_EQZ = 0x45;
const I32_LT_U = 0x49;
const I32_GE_U = 0x4f;
const I32_ADD = 0x6a;
const I64_ADD = 0x7c;
const I64_XOR = 0x85;
const I64_ROTR = 0x8a;
const I64_OF_I32 = 0xad;
const I64 = 0x7e;
const I32 = 0x7f;

/** Locals: the argument, then words of 64 bits, then numbers. */
const LENGTH = 0;
const v = (i: number): number => 1 + i;
const h = (i: number): number => 17 + i;
const WORDS = 24;
const BLOCK = 25;
const ORDER_AT = 26;
const HASHED = 27;
const IS_LAST = 28;
const NUMBERS = 4;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const i32 = (value: number): number[] => [0x41, ...signedBytes(value)];
/** @param value - -64 to 63 */
const i64 = (value: number): number[] => [0x42, value & 0x7f];
const load64 = (offset: number): number[] => [0x29, 0, ...unsignedBytes(offset)];
const store64 = (offset: number): number[] => [0x37, 0, ...unsignedBytes(offset)];
const load8 = (offset: number): number[] => [0x2d, 0, ...unsignedBytes(offset)];

/**
 * The module. It exports `memory`, to be filled by `initBlake2bMemory`, and `hash(length)`, which hashes the first bytes of the message
 * there.
 */
export function blake2bModule(): Uint8Array {
  const body = [
    ...vector([
      [WORDS, I64],
      [NUMBERS, I32],
    ]),
    ...hashCode(),
    END,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, 1, I32, 0]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[1, 1, 1]])),
    ...section(7, vector([exported('memory', 2), exported('hash', 0)])),
    ...section(10, vector([[...unsignedBytes(body.length), ...body]])),
  ]);
}

/** Writes what the function reads beside the message. @param memory - the whole of it */
export function initBlake2bMemory(memory: Uint8Array): void {
  for (const [i, word] of [...ORDER].entries())
    memory[BLAKE2B_MEMORY.order + i] = 8 * Number.parseInt(word, 16);
  const view = new DataView(memory.buffer, BLAKE2B_MEMORY.initial);
  for (const [i, word] of IV.entries()) view.setBigUint64(8 * i, word, true);
}

function hashCode(): number[] {
  const words = Array.from({ length: 8 }, (_, i) => i);
  const initial = (i: number): number[] => [...i32(0), ...load64(BLAKE2B_MEMORY.initial + 8 * i)];
  return [
    ...words.flatMap((i) => [...initial(i), ...set(h(i))]),
    ...[...get(h(0)), ...i32(PARAMETERS), I64_OF_I32, I64_XOR, ...set(h(0))],
    ...[...i32(BLAKE2B_MEMORY.message), ...set(BLOCK)],
    ...LOOP,
    // How much is hashed with this block, and whether it is the last.
    ...[...get(BLOCK), ...i32(BLAKE2B_BLOCK_BYTES - BLAKE2B_MEMORY.message), I32_ADD, ...set(HASHED)],
    ...[...get(HASHED), ...get(LENGTH), I32_GE_U, ...set(IS_LAST)],
    ...words.flatMap((i) => [...get(h(i)), ...set(v(i)), ...initial(i), ...set(v(8 + i))]),
    ...[...get(LENGTH), ...get(HASHED), ...get(IS_LAST), SELECT, I64_OF_I32, ...get(v(12)), I64_XOR],
    ...set(v(12)),
    ...[...i64(-1), ...i64(0), ...get(IS_LAST), SELECT, ...get(v(14)), I64_XOR, ...set(v(14))],
    ...[...i32(BLAKE2B_MEMORY.order), ...set(ORDER_AT)],
    ...LOOP,
    ...MIXED.flatMap((mixed, i) => mixCode(mixed, 2 * i)),
    ...[...get(ORDER_AT), ...i32(16), I32_ADD, ...set(ORDER_AT)],
    ...[...get(ORDER_AT), ...i32(BLAKE2B_MEMORY.order + ORDER.length), I32_LT_U, ...BR_IF_0],
    END,
    ...words.flatMap((i) => [
      ...[...get(h(i)), ...get(v(i)), I64_XOR, ...get(v(8 + i)), I64_XOR, ...set(h(i))],
    ]),
    ...[...get(BLOCK), ...i32(BLAKE2B_BLOCK_BYTES), I32_ADD, ...set(BLOCK)],
    ...[...get(IS_LAST), I32_EQZ, ...BR_IF_0],
    END,
    ...words
      .slice(0, HASH_BYTES / 8)
      .flatMap((i) => [...i32(0), ...get(h(i)), ...store64(BLAKE2B_MEMORY.hash + 8 * i)]),
  ];
}

/** RFC 7693, 3.1. @param first - the first of the two message words, in this round's order */
function mixCode([a, b, c, d]: readonly [number, number, number, number], first: number): number[] {
  const message = (i: number): number[] => [
    ...[...get(BLOCK), ...get(ORDER_AT), ...load8(i), I32_ADD, ...load64(0)],
  ];
  const add = (to: number, from: number): number[] => [
    ...[...get(v(to)), ...get(v(from)), I64_ADD, ...set(v(to))],
  ];
  const turn = (to: number, from: number, bits: number): number[] => [
    ...[...get(v(to)), ...get(v(from)), I64_XOR, ...i64(bits), I64_ROTR, ...set(v(to))],
  ];
  const addMessage = (i: number): number[] => [...get(v(a)), ...message(i), I64_ADD, ...set(v(a))];
  return [
    ...[...add(a, b), ...addMessage(first), ...turn(d, a, 32), ...add(c, d), ...turn(b, c, 24)],
    ...[...add(a, b), ...addMessage(first + 1), ...turn(d, a, 16), ...add(c, d), ...turn(b, c, 63)],
  ];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsignedBytes(content.length), ...content];
}

function vector(elements: readonly (readonly number[])[]): number[] {
  return [...unsignedBytes(elements.length), ...elements.flat()];
}

/** @param kind - 0 for a function, 2 for a memory; each the first of its kind */
function exported(name: string, kind: number): number[] {
  return [name.length, ...[...name].map((letter) => letter.charCodeAt(0)), kind, 0];
}

/** LEB128. */
function unsignedBytes(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsignedBytes(value >>> 7)];
}

/** Signed LEB128. */
function signedBytes(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signedBytes(value >> 7)];
}
