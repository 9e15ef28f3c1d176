/**
 * The native kernels' addon as a file: compiled by the build on this machine, or brought by the package for systems like this one. Whether
 * its bytes are those that were made; nothing of it runs here.
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from '../built-file.js';

/** Who made it: the build, with this machine's C compiler, or `npm run kernels`. */
export type NativeOrigin = 'compiled here' | 'prebuilt';

export interface NativeBinary {
  readonly file: string;
  readonly origin: NativeOrigin;
}

/** Why there is none. */
export interface NoBinary {
  readonly reason: string;
  /** Whether one is there, and can't be used. */
  readonly broken: boolean;
}

/** What the build says of it: native.json. */
type Built =
  | { readonly built: true; readonly sha256: string }
  | { readonly built: false; readonly reason: string };

/** What `npm run kernels` says of all of them: prebuilt.json. */
interface Prebuilt {
  readonly files: Readonly<Record<string, { readonly sha256: string }>>;
}

/** Where the build puts it; native.json is beside it. */
export const COMPILED_FILE = fileURLToPath(new URL('./native.node', import.meta.url));

/** Where the package has them. */
export const PREBUILT_FOLDER = join(PACKAGE_FOLDER, 'prebuilt');

/** The one that the build made. @returns undefined where no build tried: in a package */
export function compiledBinary(file: string): NativeBinary | NoBinary | undefined {
  const listing = join(dirname(file), 'native.json');
  if (!existsSync(listing)) return undefined;
  return whole({ file, origin: 'compiled here' }, () => {
    const built = JSON.parse(readFileSync(listing, 'utf8')) as Built;
    return built.built ? built.sha256 : { reason: built.reason, broken: false };
  });
}

/**
 * The one that the package brings.
 * @param system - as Node.js names platform and processor: `linux-x64`. Those for Linux need no C library: glibc or musl is the same
 * @returns undefined where none were made: in a checkout
 */
export function prebuiltBinary(folder: string, system: string): NativeBinary | NoBinary | undefined {
  const listing = join(folder, 'prebuilt.json');
  if (!existsSync(listing)) return undefined;
  return whole({ file: join(folder, `${system}.node`), origin: 'prebuilt' }, () => {
    const { files } = JSON.parse(readFileSync(listing, 'utf8')) as Prebuilt;
    return Object.hasOwn(files, system)
      ? files[system]!.sha256
      : { reason: `no native kernel is prebuilt for ${system}`, broken: false };
  });
}

/** The file, if it has the sum that it should have. @param sumOf - SHA-256, hex; throws if that can't be read */
function whole(binary: NativeBinary, sumOf: () => string | NoBinary): NativeBinary | NoBinary {
  try {
    const expected = sumOf();
    if (typeof expected === 'object') return expected;
    const sum = createHash('sha256').update(readFileSync(binary.file)).digest('hex');
    if (sum === expected) return binary;
    return { reason: `${binary.file} is not what was built: it is damaged`, broken: true };
  } catch (error) {
    return { reason: `the native kernel can't be read: ${(error as Error).message}`, broken: true };
  }
}
