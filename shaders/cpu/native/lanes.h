/*
 * Vectors of 32-bit words, a nonce a lane, for each instruction set that the kernel is compiled for. VARIANT says which one; the
 * compiler must be told to make its instructions, too.
 */
#ifndef LANES_H
#define LANES_H

/*
 * `candidates` are the lanes, a bit each, whose hash may be a find: word 7 is of the chain (the low bits of its last byte), word 0 as a
 * big-endian number is not above the target's, `top`.
 */

#include <stdint.h>

#define VARIANT_SSE41 1
#define VARIANT_AVX2 2
#define VARIANT_AVX512 3
#define VARIANT_NEON 4

#define INLINE static inline __attribute__((always_inline))

#if VARIANT == VARIANT_AVX512
#include <immintrin.h>
#define LANES 16
/* Two groups of 16 lanes fill the 32 registers, and neither waits for the other. */
#define GROUPS 2
typedef __m512i vec;
INLINE vec add(vec x, vec y) { return _mm512_add_epi32(x, y); }
INLINE vec xor(vec x, vec y) { return _mm512_xor_si512(x, y); }
INLINE vec all(uint32_t x) { return _mm512_set1_epi32((int)x); }
INLINE vec load(const uint32_t *from) { return _mm512_loadu_si512(from); }
INLINE void store(uint32_t *to, vec x) { _mm512_storeu_si512(to, x); }
INLINE vec rot16(vec x) { return _mm512_ror_epi32(x, 16); }
INLINE vec rot12(vec x) { return _mm512_ror_epi32(x, 12); }
INLINE vec rot8(vec x) { return _mm512_ror_epi32(x, 8); }
INLINE vec rot7(vec x) { return _mm512_ror_epi32(x, 7); }
INLINE uint32_t candidates(vec first, vec last, uint32_t top, uint32_t chain) {
  const vec order = _mm512_set4_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203);
  __mmask16 ours = _mm512_cmpeq_epi32_mask(_mm512_and_si512(_mm512_srli_epi32(last, 24), all(15)), all(chain));
  return _mm512_mask_cmple_epu32_mask(ours, _mm512_shuffle_epi8(first, order), all(top));
}

#elif VARIANT == VARIANT_AVX2
#include <immintrin.h>
#define LANES 8
#define GROUPS 1
typedef __m256i vec;
INLINE vec add(vec x, vec y) { return _mm256_add_epi32(x, y); }
INLINE vec xor(vec x, vec y) { return _mm256_xor_si256(x, y); }
INLINE vec all(uint32_t x) { return _mm256_set1_epi32((int)x); }
INLINE vec load(const uint32_t *from) { return _mm256_loadu_si256((const __m256i *)from); }
INLINE void store(uint32_t *to, vec x) { _mm256_storeu_si256((__m256i *)to, x); }
INLINE vec turned(vec x, int bits) {
  return _mm256_or_si256(_mm256_srli_epi32(x, bits), _mm256_slli_epi32(x, 32 - bits));
}
INLINE vec rot16(vec x) {
  return _mm256_shuffle_epi8(x, _mm256_setr_epi8(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13,
                                                 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
}
INLINE vec rot8(vec x) {
  return _mm256_shuffle_epi8(x, _mm256_setr_epi8(1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12,
                                                 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12));
}
INLINE vec rot12(vec x) { return turned(x, 12); }
INLINE vec rot7(vec x) { return turned(x, 7); }
INLINE uint32_t candidates(vec first, vec last, uint32_t top, uint32_t chain) {
  const vec order = _mm256_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
                                     3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
  vec hash = _mm256_shuffle_epi8(first, order);
  vec low = _mm256_cmpeq_epi32(_mm256_min_epu32(hash, all(top)), hash);
  vec ours = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_srli_epi32(last, 24), all(15)), all(chain));
  return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_and_si256(low, ours)));
}

#elif VARIANT == VARIANT_SSE41
#include <smmintrin.h>
#define LANES 4
#define GROUPS 1
typedef __m128i vec;
INLINE vec add(vec x, vec y) { return _mm_add_epi32(x, y); }
INLINE vec xor(vec x, vec y) { return _mm_xor_si128(x, y); }
INLINE vec all(uint32_t x) { return _mm_set1_epi32((int)x); }
INLINE vec load(const uint32_t *from) { return _mm_loadu_si128((const __m128i *)from); }
INLINE void store(uint32_t *to, vec x) { _mm_storeu_si128((__m128i *)to, x); }
INLINE vec turned(vec x, int bits) { return _mm_or_si128(_mm_srli_epi32(x, bits), _mm_slli_epi32(x, 32 - bits)); }
INLINE vec rot16(vec x) {
  return _mm_shuffle_epi8(x, _mm_setr_epi8(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
}
INLINE vec rot8(vec x) {
  return _mm_shuffle_epi8(x, _mm_setr_epi8(1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12));
}
INLINE vec rot12(vec x) { return turned(x, 12); }
INLINE vec rot7(vec x) { return turned(x, 7); }
INLINE uint32_t candidates(vec first, vec last, uint32_t top, uint32_t chain) {
  const vec order = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
  vec hash = _mm_shuffle_epi8(first, order);
  vec low = _mm_cmpeq_epi32(_mm_min_epu32(hash, all(top)), hash);
  vec ours = _mm_cmpeq_epi32(_mm_and_si128(_mm_srli_epi32(last, 24), all(15)), all(chain));
  return (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(_mm_and_si128(low, ours)));
}

#elif VARIANT == VARIANT_NEON
#include <arm_neon.h>
#define LANES 4
#define GROUPS 1
typedef uint32x4_t vec;
INLINE vec add(vec x, vec y) { return vaddq_u32(x, y); }
INLINE vec xor(vec x, vec y) { return veorq_u32(x, y); }
INLINE vec all(uint32_t x) { return vdupq_n_u32(x); }
INLINE vec load(const uint32_t *from) { return vld1q_u32(from); }
INLINE void store(uint32_t *to, vec x) { vst1q_u32(to, x); }
INLINE vec rot16(vec x) { return vreinterpretq_u32_u16(vrev32q_u16(vreinterpretq_u16_u32(x))); }
INLINE vec rot12(vec x) { return vsriq_n_u32(vshlq_n_u32(x, 20), x, 12); }
INLINE vec rot8(vec x) { return vsriq_n_u32(vshlq_n_u32(x, 24), x, 8); }
INLINE vec rot7(vec x) { return vsriq_n_u32(vshlq_n_u32(x, 25), x, 7); }
INLINE uint32_t candidates(vec first, vec last, uint32_t top, uint32_t chain) {
  static const uint32_t places[4] = {1, 2, 4, 8};
  vec low = vcleq_u32(vreinterpretq_u32_u8(vrev32q_u8(vreinterpretq_u8_u32(first))), all(top));
  vec ours = vceqq_u32(vandq_u32(vshrq_n_u32(last, 24), all(15)), all(chain));
  return vaddvq_u32(vandq_u32(vandq_u32(low, ours), vld1q_u32(places)));
}
#else
#error "VARIANT expected one of the instruction sets above"
#endif

#endif
