/**
 * Whether this machine has a native kernel that is right, and which. Nothing that is wrong with one is a reason not to mine: then it is
 * said why, and WebAssembly hashes.
 * @module
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NativeVariant } from './cpu-kernel.js';
import { NATIVE_FILE } from './native-addon.js';

/** The kernel of this machine, or why it has none. */
export interface NativeFinding {
  readonly variant?: NativeVariant;
  /** Why there is none, or why it is not the fastest that this processor should run. */
  readonly reason?: string;
  /** Whether something is broken: a kernel is there, and can't be used. */
  readonly broken: boolean;
}

/** Longest time of a try, ms: a machine that is busy takes a second. */
const LIMIT_MS = 10_000;

const PROBE = fileURLToPath(new URL('./native-probe.js', import.meta.url));

/** What the build says of it: native.json. */
type Built =
  | { readonly built: true; readonly sha256: string }
  | { readonly built: false; readonly reason: string };

export interface FindNativeOptions {
  /** The addon; native.json is beside it. */
  readonly file?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Longest time of a try, ms. */
  readonly limitMs?: number;
}

/**
 * Looks for it, and tries it in a process of its own, which takes some 60 ms.
 * @returns the fastest variant that proved right; with a reason if a faster one did not
 */
export function findNativeKernel({
  file = NATIVE_FILE,
  env = process.env,
  limitMs = LIMIT_MS,
}: FindNativeOptions = {}): NativeFinding {
  if (env.LESSWORK_NATIVE === 'off') return { reason: 'LESSWORK_NATIVE=off is set', broken: false };
  const fault = faultOfFile(file);
  if (fault !== undefined) return fault;
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
    if (right) return reason === undefined ? { variant, broken: false } : { variant, reason, broken: true };
    reason ??= `the native kernel ${variant} failed its test: ${faultOf(tried)}`;
  }
}

/** What is wrong with the file, before anything of it runs. */
function faultOfFile(file: string): NativeFinding | undefined {
  let built: Built;
  try {
    built = JSON.parse(readFileSync(join(dirname(file), 'native.json'), 'utf8')) as Built;
    if (!built.built) return { reason: built.reason, broken: false };
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
    return sum === built.sha256
      ? undefined
      : { reason: `${file} is not what was built: it is damaged`, broken: true };
  } catch (error) {
    return { reason: `the native kernel can't be read: ${(error as Error).message}`, broken: true };
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
