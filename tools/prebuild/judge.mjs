// Whether a kernel may go along: it is for its system, and asks that for nothing but what every one has.
import { compareVersions, highestVersion } from '../package/elf.mjs';
import { needsOf } from './needs.mjs';
import { ALLOWED_LIBRARIES, ALLOWED_SYMBOLS, NEWEST_GLIBC } from './targets.mjs';

/** What is wrong with a file for a system, or undefined. @param system - as Node.js names it: `linux-x64` */
export function faultOfKernel(path, system) {
  const [platform, arch] = system.split('-');
  const needs = needsOf(path);
  if (needs.arch !== arch) return `it is for ${needs.arch}`;
  const library = needs.libraries.find((name) => !ALLOWED_LIBRARIES[platform].includes(name));
  if (library !== undefined) return `it asks for the library ${library}`;
  const symbol = needs.symbols.find((name) => !ALLOWED_SYMBOLS[platform].some((one) => one.test(name)));
  if (symbol !== undefined) return `it asks for ${symbol}`;
  if (needs.format === 'elf') {
    const glibc = highestVersion(path, 'GLIBC') ?? [0];
    if (compareVersions(glibc, NEWEST_GLIBC) > 0) return `it asks for glibc ${glibc.join('.')}`;
  }
  // macOS loads no code for ARM64 that has no signature, be it of nobody.
  if (system === 'darwin-arm64' && !needs.signed) return 'it is not signed';
  return undefined;
}
