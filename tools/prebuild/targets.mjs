// The systems that the package brings a kernel of machine code for, and how zig compiles it for them. None of these files needs a C
// library: those for Linux load with glibc and with musl alike, however old.

/** As Node.js names a system, and zig; and what zig's linkers need. */
export const TARGETS = {
  'linux-x64': { zig: 'x86_64-linux-gnu.2.17', linkFlags: ['-shared', '-s', '-nostdlib'] },
  'linux-arm64': { zig: 'aarch64-linux-gnu.2.17', linkFlags: ['-shared', '-s', '-nostdlib'] },
  // The least versions of macOS are those of Node.js 20.
  'darwin-x64': { zig: 'x86_64-macos.10.15', linkFlags: macFlags() },
  'darwin-arm64': { zig: 'aarch64-macos.11.0', linkFlags: macFlags() },
  'win32-x64': {
    zig: 'x86_64-windows-gnu',
    // compiler_rt has what touches the pages of a large stack frame. Brepro: a hash of the file in the place of the time.
    linkFlags: ['-shared', '-s', '-nostdlib', '-lcompiler_rt', '-lkernel32', '-Wl,/Brepro'],
  },
};

/** Without a name of its own it would be that of the folder where it was made. */
function macFlags() {
  return ['-dynamiclib', '-s', '-undefined', 'dynamic_lookup', '-Wl,-install_name,native.node'];
}

/** Libraries that a file may ask its system for. Every macOS and Windows has these. */
export const ALLOWED_LIBRARIES = {
  linux: [],
  darwin: ['/usr/lib/libSystem.B.dylib'],
  win32: ['KERNEL32.dll'],
};

/** Symbols that a file may ask for: Node-API's, and what the two systems above bring. */
export const ALLOWED_SYMBOLS = {
  linux: [/^napi_\w+$/],
  darwin: [/^_napi_\w+$/, /^dyld_stub_binder$/],
  win32: [/^(GetModuleHandleW|GetProcAddress|GetCurrentThread|SetThreadAffinityMask|GetLastError)$/],
};

/** Newest glibc that a file may ask for. */
export const NEWEST_GLIBC = [2, 17];
