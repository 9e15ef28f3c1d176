/*
 * Which of the compiled variants this machine runs: what the processor has, and what the system keeps of its registers. Asked of
 * both directly, since not every compiler's library answers.
 */
#ifndef CPU_H
#define CPU_H

#include <stdint.h>

#if defined(__x86_64__)
static void ask_cpu(uint32_t leaf, uint32_t answer[4]) {
  __asm__ volatile("cpuid"
                   : "=a"(answer[0]), "=b"(answer[1]), "=c"(answer[2]), "=d"(answer[3])
                   : "a"(leaf), "c"(0));
}

/* State that the system keeps: bit 1 of SSE, 2 of AVX, 5 to 7 of AVX-512. */
static uint32_t kept_state(void) {
  uint32_t low, high;
  __asm__ volatile(".byte 0x0f, 0x01, 0xd0" /* xgetbv */ : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static int bit(uint32_t word, int at) { return word >> at & 1; }

static int runs_sse41(void) {
  uint32_t one[4];
  ask_cpu(1, one);
  return bit(one[2], 9) && bit(one[2], 19);
}

static int runs_avx2(void) {
  uint32_t most[4], one[4], seven[4];
  ask_cpu(0, most);
  if (most[0] < 7) return 0;
  ask_cpu(1, one);
  ask_cpu(7, seven);
  return bit(one[2], 27) && bit(one[2], 28) && (kept_state() & 0x06) == 0x06 && bit(seven[1], 5);
}

static int runs_avx512(void) {
  uint32_t seven[4];
  if (!runs_avx2()) return 0;
  ask_cpu(7, seven);
  return (kept_state() & 0xe0) == 0xe0 && bit(seven[1], 16) && bit(seven[1], 30) && bit(seven[1], 31);
}
#endif

#endif
