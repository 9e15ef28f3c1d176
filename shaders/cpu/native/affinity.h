/*
 * Binds the calling thread to one CPU, where the system can: Linux and Windows.
 */
#ifndef AFFINITY_H
#define AFFINITY_H

#include <stdint.h>

#if defined(__linux__)
#include <sys/syscall.h>

#define CAN_PIN 1
/* As many as Linux can have. */
enum { MOST_CPUS = 8192, BITS_OF_LONG = 8 * sizeof(unsigned long) };

/* Asks the kernel itself: C libraries differ, and the addon needs none. Returns what it answers: 0, or less than that. */
static long set_affinity(unsigned long bytes, const unsigned long *mask) {
#if defined(__x86_64__)
  long answer;
  __asm__ volatile("syscall"
                   : "=a"(answer)
                   : "a"((long)SYS_sched_setaffinity), "D"(0L), "S"(bytes), "d"(mask)
                   : "rcx", "r11", "memory");
  return answer;
#elif defined(__aarch64__)
  register long number __asm__("x8") = SYS_sched_setaffinity;
  register long answer __asm__("x0") = 0;
  register unsigned long length __asm__("x1") = bytes;
  register const unsigned long *from __asm__("x2") = mask;
  __asm__ volatile("svc 0" : "+r"(answer) : "r"(number), "r"(length), "r"(from) : "memory");
  return answer;
#endif
}

/* Returns 0, or the system's number of what is wrong. */
static int pin_thread(uint32_t cpu) {
  unsigned long mask[MOST_CPUS / BITS_OF_LONG];
  /* Not with an initializer: compilers call a function of the C library for that. */
  for (uint32_t i = 0; i < MOST_CPUS / BITS_OF_LONG; i++)
    mask[i] = i == cpu / BITS_OF_LONG ? 1UL << cpu % BITS_OF_LONG : 0;
  return (int)-set_affinity(sizeof mask, mask);
}

#elif defined(_WIN32)
#define CAN_PIN 1
/* Those of the thread's group. */
enum { MOST_CPUS = 8 * sizeof(uintptr_t) };

__declspec(dllimport) void *__stdcall GetCurrentThread(void);
__declspec(dllimport) uintptr_t __stdcall SetThreadAffinityMask(void *thread, uintptr_t mask);
__declspec(dllimport) unsigned long __stdcall GetLastError(void);

static int pin_thread(uint32_t cpu) {
  return SetThreadAffinityMask(GetCurrentThread(), (uintptr_t)1 << cpu) != 0 ? 0 : (int)GetLastError();
}
#endif

#endif
