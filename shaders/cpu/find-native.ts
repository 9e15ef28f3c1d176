/**
 * Whether this machine has a native kernel that is right, and which. Nothing that is wrong with one is a reason not to mine: then it is
 * said why, and WebAssembly hashes.
 * @module
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NativeVariant } from './cpu-kernel.js';
import {
  COMPILED_FILE,
  compiledBinary,
  type NativeBinary,
  type NativeOrigin,
  type NoBinary,
  PREBUILT_FOLDER,
  prebuiltBinary,
} from './native-binaries.js';

/** A kernel of this machine that is right. */
export interface NativeFound {
  readonly variant: NativeVariant;
  /** Path of the addon. */
  readonly file: string;
  readonly origin: NativeOrigin;
  /** Why it is not the one that should run here. */
  readonly reason?: string;
  /** Whether something is broken: a kernel is there that can't be used. */
  readonly broken: boolean;
}

/** The kernel of this machine, or why it has none. */
export type NativeFinding = NativeFound | (NoBinary & { readonly variant?: undefined });

/** Longest time of a try, ms: a machine that is busy takes a second. */
const LIMIT_MS = 10_000;

const PROBE = fileURLToPath(new URL('./native-probe.js', import.meta.url));

export interface FindNativeOptions {
  /** The addon that the build made; native.json is beside it. */
  readonly compiled?: string;
  /** The folder of those that the package brings. */
  readonly prebuilt?: string;
  /** Platform and processor as Node.js names them. */
  readonly system?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Longest time of a try, ms. */
  readonly limitMs?: number;
}

/**
 * Looks for it, and tries it in a process of its own, which takes some 60 ms. The one that was compiled here comes first: then the machine
 * is a developer's, who wants to try what was changed.
 * @returns the fastest variant that proved right; with a reason if a faster one did not, or the addon that comes first
 */
export function findNativeKernel({
  compiled = COMPILED_FILE,
  prebuilt = PREBUILT_FOLDER,
  system = `${process.platform}-${process.arch}`,
  env = process.env,
  limitMs = LIMIT_MS,
}: FindNativeOptions = {}): NativeFinding {
  const { LESSWORK_NATIVE: wish } = env;
  if (wish === 'off') return { reason: 'LESSWORK_NATIVE=off is set', broken: false };
  const without: NoBinary[] = [];
  for (const binary of [
    wish === 'prebuilt' ? undefined : compiledBinary(compiled),
    prebuiltBinary(prebuilt, system),
  ]) {
    if (binary === undefined) continue;
    const found = 'file' in binary ? tryBinary(binary, limitMs) : binary;
    if (!('file' in found)) {
      without.push(found);
      continue;
    }
    const fault = without.find(({ broken }) => broken);
    return fault === undefined ? found : { ...found, reason: fault.reason, broken: true };
  }
  const fault = without.find(({ broken }) => broken) ?? without[0];
  return fault ?? { reason: 'there is no native kernel in this package', broken: false };
}

function tryBinary({ file, origin }: NativeBinary, limitMs: number): NativeFound | NoBinary {
  let reason: string | undefined;
  for (let index = 0; ; index++) {
    const tried = spawnSync(process.execPath, [PROBE, file, String(index)], {
      encoding: 'utf8',
      timeout: limitMs,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { variants, right } = answerOf(tried);
    if (variants === undefined)
      return { reason: `the native kernel can't be loaded: ${faultOf(tried)}`, broken: true };
    const variant = variants[index];
    if (variant === undefined)
      return reason === undefined
        ? { reason: 'no native kernel is made for this processor', broken: false }
        : { reason, broken: true };
    if (right) {
      const found = { variant, file, origin };
      return reason === undefined ? { ...found, broken: false } : { ...found, reason, broken: true };
    }
    reason ??= `the native kernel ${variant} failed its test: ${faultOf(tried)}`;
  }
}

/** What a try said; without variants it came to nothing. */
function answerOf({ status, stdout }: SpawnSyncReturns<string>): {
  readonly variants?: readonly NativeVariant[];
  readonly right: boolean;
} {
  const [variants, verdict] = (stdout ?? '').split('\n');
  const right = status === 0 && verdict === 'right';
  return variants?.startsWith('[') ? { variants: JSON.parse(variants) as NativeVariant[], right } : { right };
}

/** In a few words: the message of the error that ended it, or the signal. */
function faultOf({ error, signal, status, stderr }: SpawnSyncReturns<string>): string {
  if (error !== undefined) return error.message;
  if (signal !== null) return `it was ended by ${signal}`;
  const said = /^(?:\w*Error(?: \[\w+\])?): (.+)$/m.exec(stderr)?.[1];
  return said ?? `it ended with ${status}`;
}
