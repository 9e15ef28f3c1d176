/*
 * Of BLAKE3, what the search and the hash of one header share.
 */
#ifndef BLAKE3_H
#define BLAKE3_H

#include <stdint.h>

#define CHUNK_START 1u
#define CHUNK_END 2u
#define ROOT 8u
#define BLOCK_BYTES 64u
#define LAST_BYTES 6u /* of a header: 326 - 5 * 64 */
#define HASH_BYTES 32u

static const uint32_t IV[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static inline uint32_t turn(uint32_t x, int bits) { return x >> bits | x << (32 - bits); }

/* A G in a state of words. */
static inline void mix_words(uint32_t *s, int a, int b, int c, int d, uint32_t x, uint32_t y) {
  s[a] += s[b] + x;
  s[d] = turn(s[d] ^ s[a], 16);
  s[c] += s[d];
  s[b] = turn(s[b] ^ s[c], 12);
  s[a] += s[b] + y;
  s[d] = turn(s[d] ^ s[a], 8);
  s[c] += s[d];
  s[b] = turn(s[b] ^ s[c], 7);
}

#endif
