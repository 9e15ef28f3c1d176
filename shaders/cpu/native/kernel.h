/*
 * What a compiled variant of the kernel offers, and the memory that its callers hand it. Nothing here is kept between calls, so that
 * any number of threads may search at once, each with a memory of its own.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>

#define HEADER_WORDS 96 /* six blocks of 16; the header's 326 bytes, zeros after them */
#define TARGET_WORDS 8
enum { MAX_FINDS = 1024 };

/* In the byte order of the machine, which is little-endian everywhere that this is compiled for. */
typedef struct {
  uint32_t header[HEADER_WORDS];
  uint32_t target[TARGET_WORDS];
  uint32_t hash[8];
  uint64_t finds[MAX_FINDS];
} kernel_memory;

#define MOST_LANES 16
#define MOST_CHAINS 6

/* Words a, b, c, d of each chain, a vector each, one chain after the other. */
typedef struct {
  uint32_t seeds[MOST_CHAINS * 4 * MOST_LANES];
  uint32_t results[MOST_CHAINS * 4 * MOST_LANES];
} mix_memory;

typedef struct {
  /* How an operator knows it: "avx2". */
  const char *name;
  uint32_t lanes;
  /* Searches counters start to start + count - 1, modulo 2^64; the finds are left in the memory, as far as there is room.
   * Returns how many there were. */
  uint32_t (*search)(kernel_memory *memory, uint64_t start, uint32_t count, uint32_t chain);
  /* Mixes chains that do not wait for each other, with nothing beside: what a search is judged against. Eight Gs a turn.
   * Returns 0 for a number of chains that there is no form of: 2, 3, 4 and 6 are there. */
  int (*mix)(mix_memory *memory, uint32_t chains, uint32_t turns, uint32_t x, uint32_t y);
} kernel_variant;

/* The hash of the header in the memory, to its `hash`. */
void kernel_hash(kernel_memory *memory);

#endif
