/*
 * The hash of one header, word by word: what a share of a miner is checked with, and finds that only the later words of a hash decide.
 */
#include <string.h>
#include "blake3.h"
#include "kernel.h"

/* Message words of each round, by their place in the block. */
static const uint8_t SCHEDULE[7][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1}, {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4}, {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13}};

static void compress(uint32_t value[8], const uint32_t m[16], uint32_t length, uint32_t flags) {
  uint32_t s[16];
  memcpy(s, value, 32);
  memcpy(s + 8, IV, 16);
  s[12] = s[13] = 0;
  s[14] = length;
  s[15] = flags;
#pragma GCC unroll 7
  for (int round = 0; round < 7; round++) {
    const uint8_t *t = SCHEDULE[round];
    mix_words(s, 0, 4, 8, 12, m[t[0]], m[t[1]]);
    mix_words(s, 1, 5, 9, 13, m[t[2]], m[t[3]]);
    mix_words(s, 2, 6, 10, 14, m[t[4]], m[t[5]]);
    mix_words(s, 3, 7, 11, 15, m[t[6]], m[t[7]]);
    mix_words(s, 0, 5, 10, 15, m[t[8]], m[t[9]]);
    mix_words(s, 1, 6, 11, 12, m[t[10]], m[t[11]]);
    mix_words(s, 2, 7, 8, 13, m[t[12]], m[t[13]]);
    mix_words(s, 3, 4, 9, 14, m[t[14]], m[t[15]]);
  }
  for (int i = 0; i < 8; i++) value[i] = s[i] ^ s[8 + i];
}

void kernel_hash(kernel_memory *memory) {
  uint32_t value[8], second[16] = {0};
  memcpy(value, IV, sizeof IV);
  for (int i = 0; i < 6; i++)
    compress(value, memory->header + 16 * i, i < 5 ? BLOCK_BYTES : LAST_BYTES, i == 0 ? CHUNK_START : i == 5 ? CHUNK_END | ROOT : 0);
  memcpy(second, value, sizeof value);
  memcpy(memory->hash, IV, sizeof IV);
  compress(memory->hash, second, HASH_BYTES, CHUNK_START | CHUNK_END | ROOT);
}
