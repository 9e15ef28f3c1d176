// What a shared library asks its system for: of ELF, Mach-O and PE files of 64 bits, little endian.
import { readFileSync } from 'node:fs';

/**
 * @param path - of the file
 * @returns `format` (elf, mach-o, pe), `arch` as Node.js names it, `libraries` and `symbols` that it asks for, and of Mach-O whether it
 * is `signed`
 * @throws Error if it is of no such format
 */
export function needsOf(path) {
  const file = readFileSync(path);
  try {
    if (file.readUInt32BE(0) === 0x7f454c46) return needsOfElf(file);
    if (file.readUInt32LE(0) === 0xfeedfacf) return needsOfMachO(file);
    if (file.readUInt16LE(0) === 0x5a4d) return needsOfPe(file);
  } catch (error) {
    throw new Error(`${path}: it is damaged: ${error.message}`);
  }
  throw new Error(`${path}: expected an ELF, Mach-O or PE file of 64 bits`);
}

function text(file, at) {
  return file.toString('latin1', at, file.indexOf(0, at));
}

function number64(file, at) {
  return Number(file.readBigUInt64LE(at));
}

/** Numbers of processors, by format. */
const ELF_PROCESSORS = new Map([
  [62, 'x64'],
  [183, 'arm64'],
]);
const MACH_O_PROCESSORS = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);
const PE_PROCESSORS = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
]);

function archOf(processors, number) {
  const arch = processors.get(number);
  if (arch === undefined) throw new Error(`its processor has the number ${number}`);
  return arch;
}

const SHT_DYNAMIC = 6;
const SHT_DYNSYM = 11;
const DT_NEEDED = 1n;

function needsOfElf(file) {
  const sections = { at: number64(file, 40), size: file.readUInt16LE(58), count: file.readUInt16LE(60) };
  const section = (i) => {
    const at = sections.at + i * sections.size;
    return {
      type: file.readUInt32LE(at + 4),
      offset: number64(file, at + 24),
      size: number64(file, at + 32),
      link: file.readUInt32LE(at + 40),
    };
  };
  const libraries = [];
  const symbols = [];
  for (let i = 0; i < sections.count; i++) {
    const { type, offset, size, link } = section(i);
    if (type !== SHT_DYNAMIC && type !== SHT_DYNSYM) continue;
    const names = section(link).offset;
    if (type === SHT_DYNAMIC)
      for (let at = offset; at < offset + size; at += 16) {
        if (file.readBigInt64LE(at) === DT_NEEDED) libraries.push(text(file, names + number64(file, at + 8)));
      }
    else
      for (let at = offset + 24; at < offset + size; at += 24) {
        const isUndefined = file.readUInt16LE(at + 6) === 0;
        if (isUndefined) symbols.push(text(file, names + file.readUInt32LE(at)));
      }
  }
  const arch = archOf(ELF_PROCESSORS, file.readUInt16LE(18));
  return { format: 'elf', arch, libraries, symbols };
}

const LC_SYMTAB = 2;
const LC_LOAD_DYLIB = 12;
const LC_CODE_SIGNATURE = 29;
const N_STAB = 0xe0;
const N_TYPE = 0x0e;

function needsOfMachO(file) {
  const libraries = [];
  const symbols = [];
  let signed = false;
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const command = file.readUInt32LE(at);
    if (command === LC_LOAD_DYLIB) libraries.push(text(file, at + file.readUInt32LE(at + 8)));
    if (command === LC_CODE_SIGNATURE) signed = true;
    if (command === LC_SYMTAB) {
      const names = file.readUInt32LE(at + 16);
      for (let i = 0; i < file.readUInt32LE(at + 12); i++) {
        const symbol = file.readUInt32LE(at + 8) + i * 16;
        const isUndefined = (file[symbol + 4] & (N_STAB | N_TYPE)) === 0;
        if (isUndefined) symbols.push(text(file, names + file.readUInt32LE(symbol)));
      }
    }
    at += file.readUInt32LE(at + 4);
  }
  const arch = archOf(MACH_O_PROCESSORS, file.readUInt32LE(4));
  return { format: 'mach-o', arch, libraries, symbols, signed };
}

/** Place of the import table among the optional header's data directories. */
const IMPORTS = 112 + 8;

function needsOfPe(file) {
  const header = file.readUInt32LE(60);
  if (file.readUInt32BE(header) !== 0x50450000) throw new Error('it has no PE header');
  const optional = header + 24;
  if (file.readUInt16LE(optional) !== 0x20b) throw new Error('it is not of 64 bits');
  const sections = optional + file.readUInt16LE(header + 20);
  /** Where in the file an address of the loaded image is. */
  const placeOf = (address) => {
    for (let i = 0; i < file.readUInt16LE(header + 6); i++) {
      const at = sections + i * 40;
      const offset = address - file.readUInt32LE(at + 12);
      if (offset >= 0 && offset < file.readUInt32LE(at + 16)) return file.readUInt32LE(at + 20) + offset;
    }
    throw new Error(`nothing is at ${address}`);
  };
  const libraries = [];
  const symbols = [];
  const imports = file.readUInt32LE(optional + IMPORTS);
  for (let at = imports === 0 ? undefined : placeOf(imports); at !== undefined; at += 20) {
    const [lookups, name] = [file.readUInt32LE(at), file.readUInt32LE(at + 12)];
    if (name === 0) break;
    libraries.push(text(file, placeOf(name)));
    for (let entry = placeOf(lookups); file.readBigUInt64LE(entry) !== 0n; entry += 8) {
      const value = file.readBigUInt64LE(entry);
      symbols.push(value >> 63n ? `#${value & 0xffffn}` : text(file, placeOf(Number(value)) + 2));
    }
  }
  const arch = archOf(PE_PROCESSORS, file.readUInt16LE(header + 4));
  return { format: 'pe', arch, libraries, symbols };
}
