#!/usr/bin/env bash
# Guess:  C that asks __builtin_cpu_supports() which instructions the processor has says the same by whatever compiler it was made.
# Really: `zig cc` compiles and links it for x86 without a word, and each question is answered with no, also after __builtin_cpu_init(); only
#         cpuid itself tells.
# Bites:  kernels that are chosen at run time and cross-built by zig: all of them load, all tests pass, and the slowest one runs everywhere.
#         Ask cpuid, and xgetbv for what the system saves.
# Seen:   zig 0.17.1 (the package ziglang of PyPI), targets x86_64-linux-gnu and x86_64-linux-musl; gcc 12 says yes.
source "$(dirname "$0")/setup.sh"
[ "$(uname -m)" = x86_64 ] || { echo 'only on x86'; exit 0; }
python3 -m pip install --quiet --root-user-action ignore --disable-pip-version-check --only-binary :all: --target . ziglang==0.17.1
cat > look.c <<'C'
#include <stdio.h>
int main(void) {
  __builtin_cpu_init();
  unsigned a = 1, b, c, d;
  __asm__("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
  // Bit 19 of ECX: SSE4.1.
  printf("builtin %d, cpuid %u", __builtin_cpu_supports("sse4.1") != 0, (c >> 19) & 1);
}
C
for target in x86_64-linux-gnu.2.17 x86_64-linux-musl; do
  PYTHONPATH=. python3 -m ziglang cc -target $target look.c -o look
  expect "zig cc, $target" 'builtin 0, cpuid 1' "$(./look)"
done
cc look.c -o look
expect "cc" 'builtin 1, cpuid 1' "$(./look)"
