/**
 * Binds threads to CPUs. Node.js has nothing for it: the native kernels' addon does it.
 * @module
 */
import { getSystemErrorName } from 'node:util';
import type { NativeFinding } from './find-native.js';
import type { NativeAddon } from './native-addon.js';

/** Why threads can't be bound to CPUs on a machine; undefined where they can. @param native - whether its addon may be loaded */
export function pinningFault(
  native: () => NativeFinding,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (platform !== 'linux' && platform !== 'win32')
    return `${platform === 'darwin' ? 'macOS' : platform} has no way to bind a thread to a CPU`;
  const { variant, reason } = native();
  return variant === undefined
    ? `threads are bound to CPUs by the addon of the native kernels, and there is none here: ${reason}`
    : undefined;
}

/** Binds the calling thread to a CPU. @param load - loads the addon into it @returns why it can't be, or undefined */
export function pinThread(cpu: number, load: () => NativeAddon): string | undefined {
  try {
    const fault = load().pin?.(cpu);
    if (fault === undefined) return 'this system can not';
    if (fault === 0) return undefined;
    return process.platform === 'win32' ? `error ${fault} of Windows` : getSystemErrorName(-fault);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
