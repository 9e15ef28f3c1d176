/*
 * The search for nonces whose hash is a block or a share: BLAKE3 twice over 326 bytes, a nonce a lane. Compiled once for each
 * instruction set of lanes.h.
 *
 * Of the first block only words 4 and 5 differ from nonce to nonce: the counter. Its high word is the same over a run, since a run
 * ends where the low word would wrap. What does not depend on the low word is done once a run.
 */
#include <string.h>
#include "blake3.h"
#include "kernel.h"
#include "lanes.h"
#include "rounds.h"

#define JOIN_(x, y) x##y
#define JOIN(x, y) JOIN_(x, y)

/* A message word in all lanes: an operand of the addition where the instruction set has that, else a vector made before. */
#if VARIANT == VARIANT_AVX512
typedef uint32_t wide_word;
INLINE void widen(wide_word *to, const uint32_t *from, int words) { memcpy(to, from, (size_t)words * 4); }
#define WORD(m, i) all((m)[i])
#else
typedef struct { uint32_t lanes[LANES]; } wide_word;
INLINE void widen(wide_word *to, const uint32_t *from, int words) {
  for (int i = 0; i < words; i++) store(to[i].lanes, all(from[i]));
}
#define WORD(m, i) load((m)[i].lanes)
#endif

INLINE void begin(vec s[16], uint32_t length, uint32_t flags) {
  for (int i = 0; i < 4; i++) s[8 + i] = all(IV[i]);
  s[12] = all(0);
  s[13] = all(0);
  s[14] = all(length);
  s[15] = all(flags);
}

/* The output of a compression is the chaining value of the next: its first half of the state. */
INLINE void feed_forward(vec s[16]) {
  for (int i = 0; i < 8; i++) s[i] = xor(s[i], s[8 + i]);
}

/* What is done to the state of each group, and the rounds of all groups side by side. */
#if GROUPS == 2
#define EACH(does) do { does(s0); does(s1); } while (0)
#define COMPRESS(name, m) JOIN(name, _2)(m)
#else
#define EACH(does) do { does(s0); } while (0)
#define COMPRESS(name, m) JOIN(name, _1)(m)
#endif

/* The first block's state as far as the low word of the counter has no part in it. */
static void head_of(uint32_t s[16], const uint32_t m[16]) {
  memcpy(s, IV, sizeof IV);
  memcpy(s + 8, IV, 16);
  s[12] = s[13] = 0;
  s[14] = BLOCK_BYTES;
  s[15] = CHUNK_START;
  mix_words(s, 0, 4, 8, 12, m[0], m[1]);
  mix_words(s, 1, 5, 9, 13, m[2], m[3]);
  mix_words(s, 3, 7, 11, 15, m[6], m[7]);
  s[2] += s[6];
}

static uint32_t swapped(uint32_t x) {
  return x << 24 | (x << 8 & 0xff0000) | (x >> 8 & 0xff00) | x >> 24;
}

/* Whether the whole hash is not above the target: both are big-endian numbers. */
static int meets_target(const kernel_memory *memory) {
  for (int i = 0; i < 8; i++) {
    uint32_t hash = swapped(memory->hash[i]), target = swapped(memory->target[i]);
    if (hash != target) return hash < target;
  }
  return 1;
}

/* Finds of a search so far. */
typedef struct {
  kernel_memory *memory;
  uint32_t chain;
  uint32_t count;
} finds;

/* Looks at the lanes of a group. `first` and `last` are words 0 and 7 of their hashes; lanes from `lanes` on are of no nonce. */
INLINE void judge(finds *found, vec first, vec last, uint64_t counter, uint32_t lanes) {
  kernel_memory *memory = found->memory;
  const uint32_t top = swapped(memory->target[0]);
  uint32_t left = candidates(first, last, top, found->chain);
  if (__builtin_expect(left == 0, 1)) return;
  uint32_t firsts[LANES];
  store(firsts, first);
  for (uint32_t i = 0; i < lanes && i < LANES; i++) {
    if ((left >> i & 1) == 0) continue;
    if (swapped(firsts[i]) == top) {
      /* The other words decide: rare, except where the target is tiny. */
      memory->header[4] = (uint32_t)(counter + i);
      memory->header[5] = (uint32_t)((counter + i) >> 32);
      kernel_hash(memory);
      if (!meets_target(memory)) continue;
    }
    if (found->count < MAX_FINDS) memory->finds[found->count] = counter + i;
    found->count++;
  }
}

/* Searches a run in which the counter's low word does not wrap. */
static void search_run(finds *found, uint64_t start, uint32_t count) {
  kernel_memory *memory = found->memory;
  wide_word block[6][16];
  uint32_t head[16], lane[LANES];
  memory->header[4] = 0;
  memory->header[5] = (uint32_t)(start >> 32);
  for (int i = 0; i < 6; i++) widen(block[i], memory->header + 16 * i, i < 5 ? 16 : 2);
  head_of(head, memory->header);
  for (uint32_t i = 0; i < LANES; i++) lane[i] = i;
  const vec lanes = load(lane);
  for (uint32_t done = 0; done < count; done += GROUPS * LANES) {
    const uint64_t counter = start + done;
    vec s0[16], m0[8];
    const vec low0 = add(all((uint32_t)counter), lanes);
    for (int i = 0; i < 16; i++) s0[i] = all(head[i]);
#if GROUPS == 2
    vec s1[16], m1[8];
    const vec low1 = add(all((uint32_t)counter + LANES), lanes);
    for (int i = 0; i < 16; i++) s1[i] = all(head[i]);
#endif
    COMPRESS(FIRST, block[0]);
    EACH(feed_forward);
    for (int i = 1; i < 5; i++) {
#define BEGIN(s) begin(s, BLOCK_BYTES, 0)
      EACH(BEGIN);
      COMPRESS(WHOLE, block[i]);
      EACH(feed_forward);
    }
#define BEGIN_LAST(s) begin(s, LAST_BYTES, CHUNK_END | ROOT)
    EACH(BEGIN_LAST);
    COMPRESS(LAST, block[5]);
#define BEGIN_SECOND(s, m) \
  do { \
    for (int i = 0; i < 8; i++) { \
      m[i] = xor(s[i], s[8 + i]); \
      s[i] = all(IV[i]); \
    } \
    begin(s, HASH_BYTES, CHUNK_START | CHUNK_END | ROOT); \
  } while (0)
    BEGIN_SECOND(s0, m0);
#if GROUPS == 2
    BEGIN_SECOND(s1, m1);
#endif
    COMPRESS(SECOND, unused);
    const uint32_t left = count - done;
    judge(found, xor(s0[0], s0[8]), xor(s0[7], s0[15]), counter, left);
#if GROUPS == 2
    if (left > LANES) judge(found, xor(s1[0], s1[8]), xor(s1[7], s1[15]), counter + LANES, left - LANES);
#endif
  }
}

static uint32_t search(kernel_memory *memory, uint64_t start, uint32_t count, uint32_t chain) {
  finds found = {memory, chain, 0};
  while (count > 0) {
    const uint64_t until_wrap = 0x100000000u - (start & 0xffffffffu);
    const uint32_t run = count < until_wrap ? count : (uint32_t)until_wrap;
    search_run(&found, start, run);
    start += run;
    count -= run;
  }
  return found.count;
}

/* Eight Gs a turn in each of some chains, from the seeds on. `chains` is a constant where this is inlined. */
INLINE void mix_chains(mix_memory *memory, uint32_t turns, uint32_t x, uint32_t y, const int chains) {
  vec a[MOST_CHAINS], b[MOST_CHAINS], c[MOST_CHAINS], d[MOST_CHAINS];
  const vec mx = all(x), my = all(y);
  for (int i = 0; i < chains; i++) {
    const uint32_t *seed = memory->seeds + i * 4 * LANES;
    a[i] = load(seed);
    b[i] = load(seed + LANES);
    c[i] = load(seed + 2 * LANES);
    d[i] = load(seed + 3 * LANES);
  }
#define EACH_CHAIN _Pragma("GCC unroll 8") for (int i = 0; i < chains; i++)
  for (uint32_t done = 0; done < turns; done++) {
    _Pragma("GCC unroll 8") for (int k = 0; k < 8; k++) {
      EACH_CHAIN a[i] = add(add(a[i], mx), b[i]);
      EACH_CHAIN d[i] = rot16(xor(d[i], a[i]));
      EACH_CHAIN c[i] = add(c[i], d[i]);
      EACH_CHAIN b[i] = rot12(xor(b[i], c[i]));
      EACH_CHAIN a[i] = add(add(a[i], my), b[i]);
      EACH_CHAIN d[i] = rot8(xor(d[i], a[i]));
      EACH_CHAIN c[i] = add(c[i], d[i]);
      EACH_CHAIN b[i] = rot7(xor(b[i], c[i]));
    }
  }
  for (int i = 0; i < chains; i++) {
    uint32_t *result = memory->results + i * 4 * LANES;
    store(result, a[i]);
    store(result + LANES, b[i]);
    store(result + 2 * LANES, c[i]);
    store(result + 3 * LANES, d[i]);
  }
}

/* Chains of a form are a constant each, so that all of them are held in registers as far as those go. */
static int mix(mix_memory *memory, uint32_t chains, uint32_t turns, uint32_t x, uint32_t y) {
  switch (chains) {
    case 2: mix_chains(memory, turns, x, y, 2); return 1;
    case 3: mix_chains(memory, turns, x, y, 3); return 1;
    case 4: mix_chains(memory, turns, x, y, 4); return 1;
    case 6: mix_chains(memory, turns, x, y, 6); return 1;
    default: return 0;
  }
}

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

const kernel_variant JOIN(kernel_, VARIANT_NAME) = {TEXT(VARIANT_NAME), LANES, search, mix};
