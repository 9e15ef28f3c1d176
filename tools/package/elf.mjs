// Which versions of symbols an ELF file asks its libraries for: what decides on which systems it loads. 64 bits, little endian.
import { readFileSync } from 'node:fs';

const SHT_GNU_VERNEED = 0x6ffffffe;

/**
 * @param path - of a program or a shared library
 * @returns names like `GLIBC_2.28` by library
 * @throws Error if it is no such file
 */
export function neededVersions(path) {
  const file = readFileSync(path);
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1)
    throw new Error(`${path}: expected a 64-bit little-endian ELF file`);
  const sections = {
    at: Number(file.readBigUInt64LE(40)),
    size: file.readUInt16LE(58),
    count: file.readUInt16LE(60),
  };
  const section = (i) => {
    const at = sections.at + i * sections.size;
    return {
      type: file.readUInt32LE(at + 4),
      offset: Number(file.readBigUInt64LE(at + 24)),
      link: file.readUInt32LE(at + 40),
      entries: file.readUInt32LE(at + 44),
    };
  };
  const needed = new Map();
  for (let i = 0; i < sections.count; i++) {
    const { type, offset, link, entries } = section(i);
    if (type !== SHT_GNU_VERNEED) continue;
    const names = section(link).offset;
    const text = (at) => file.toString('latin1', names + at, file.indexOf(0, names + at));
    let entry = offset;
    for (let n = 0; n < entries; n++) {
      const versions = [];
      let version = entry + file.readUInt32LE(entry + 8);
      for (let left = file.readUInt16LE(entry + 2); left > 0; left--) {
        versions.push(text(file.readUInt32LE(version + 8)));
        version += file.readUInt32LE(version + 12);
      }
      needed.set(text(file.readUInt32LE(entry + 4)), versions);
      entry += file.readUInt32LE(entry + 12);
    }
  }
  return needed;
}

/** The highest version of a family (`GLIBC`, `GLIBCXX`) that a file asks for, as numbers; undefined if it asks for none. */
export function highestVersion(path, family) {
  const versions = [...neededVersions(path).values()]
    .flat()
    .filter((name) => name.startsWith(`${family}_`))
    .map((name) =>
      name
        .slice(family.length + 1)
        .split('.')
        .map(Number),
    );
  return versions.sort(compareVersions).at(-1);
}

export function compareVersions(a, b) {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
