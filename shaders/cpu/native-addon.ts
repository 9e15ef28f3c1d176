/**
 * The native kernels' addon: what native/addon.c exports.
 * @module
 */
import { createRequire } from 'node:module';
import type { NativeVariant } from './cpu-kernel.js';

/** Places are bytes in the memories that the functions take; a memory is a Uint8Array of just that length. */
export interface NativeAddon {
  /** Those that this machine runs, the fastest first. Functions take their index. */
  readonly variants: readonly NativeVariant[];
  /** Of each of them, how many nonces are hashed side by side. */
  readonly lanes: readonly number[];
  readonly HEADER: number;
  readonly TARGET: number;
  readonly HASH: number;
  readonly FINDS: number;
  readonly MAX_FINDS: number;
  /** Length of the memory of `search` and `hash`. */
  readonly BYTES: number;
  readonly SEEDS: number;
  readonly RESULTS: number;
  /** Length of the memory of `mix`. */
  readonly MIX_BYTES: number;
  /** @returns how many finds there were; the memory holds MAX_FINDS of them at most */
  search(variant: number, memory: Uint8Array, start: bigint, count: number, chain: number): number;
  /** Hashes the memory's header. */
  hash(memory: Uint8Array): void;
  /**
   * Binds the calling thread to a CPU; missing where the system can't.
   * @returns 0, or the system's number of what is wrong
   */
  readonly pin?: (cpu: number) => number;
  /** @param turns - of eight Gs in each chain */
  mix(variant: number, memory: Uint8Array, chains: number, turns: number, x: number, y: number): void;
  /**
   * Of the Vulkan layer that is part of the addon, on Linux: shows this process one physical device alone from its next list on, all of
   * them, or copies what was in the last list. Memories are as in native/layer.h.
   */
  readonly showDevice?: (memory: Uint8Array) => void;
  readonly showAllDevices?: () => void;
  readonly seenDevices?: (memory: Uint8Array) => void;
  readonly DEVICE_BYTES?: number;
  readonly SEEN_BYTES?: number;
}

/** Loads it into this thread. @throws Error where the system can't: another architecture, another C library */
export function loadNativeAddon(file: string): NativeAddon {
  return createRequire(import.meta.url)(file) as NativeAddon;
}
