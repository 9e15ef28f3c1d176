/*
 * Binds the calling thread to one CPU, where the system can: Linux and Windows.
 */
#ifndef AFFINITY_H
#define AFFINITY_H

#include <stdint.h>

#if defined(__linux__)
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAN_PIN 1
/* As many as Linux can have. */
enum { MOST_CPUS = 8192, BITS_OF_LONG = 8 * sizeof(unsigned long) };

/* Returns 0, or the system's number of what is wrong. */
static int pin_thread(uint32_t cpu) {
  unsigned long mask[MOST_CPUS / BITS_OF_LONG] = {0};
  mask[cpu / BITS_OF_LONG] = 1UL << cpu % BITS_OF_LONG;
  return syscall(SYS_sched_setaffinity, 0, sizeof mask, mask) == 0 ? 0 : errno;
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
