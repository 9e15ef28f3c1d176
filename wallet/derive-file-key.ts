/**
 * The key of a wallet's file, from its password: slow and in need of memory, so that guessing is.
 * @module
 */
import { scrypt } from 'node:crypto';

const KEY_BYTES = 32;
const BLOCK = 8;
const LANES = 1;

/** @returns 32 bytes */
export type DeriveFileKey = (password: string, salt: Uint8Array, rounds: number) => Promise<Uint8Array>;

/**
 * scrypt with blocks of 8 and one lane: 128 MiB at 2^17 rounds. It runs in a thread.
 * @param password - taken in its Unicode form NFKC, since keyboards differ in how they make a letter
 * @param rounds - a power of two
 */
export const deriveFileKey: DeriveFileKey = (password, salt, rounds) =>
  new Promise((resolve, reject) => {
    // OpenSSL asks for a little more than the blocks take.
    const maxmem = 128 * BLOCK * (rounds + LANES + 8);
    const options = { N: rounds, r: BLOCK, p: LANES, maxmem };
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
