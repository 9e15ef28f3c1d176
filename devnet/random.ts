/**
 * Random numbers that repeat with the same seed. For a simulation only: anybody can predict them.
 * @module
 */

/** A source of random numbers. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  bytes(length: number): Uint8Array;
}

/** A small generator (sfc32): the same seed gives the same numbers on every machine. @param seed - any integer */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  const u32 = (): number => {
    const result = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let i = 0; i < 12; i++) u32();
  return {
    next: () => u32() / 2 ** 32,
    bytes: (length) => Uint8Array.from({ length }, () => u32() & 0xff),
  };
}
