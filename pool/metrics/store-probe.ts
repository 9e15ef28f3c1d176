/**
 * Asks the store a small question from time to time, to see whether it answers and how fast.
 * @module
 */
import type { Store } from '../ports/store.js';

const PROBE_MS = 5_000;

export interface StoreProbe {
  /** Whether the store answered the last question. */
  readonly up: boolean;
  close(): void;
}

/** @param onLatency - called with the time of each answer, seconds */
export function startStoreProbe(
  store: Pick<Store, 'now'>,
  onLatency: (seconds: number) => void,
  everyMs = PROBE_MS,
): StoreProbe {
  let up = true;
  let asking = false;
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    const startMs = performance.now();
    try {
      await store.now();
      up = true;
      onLatency((performance.now() - startMs) / 1000);
    } catch {
      up = false;
    }
    asking = false;
  };
  const timer = setInterval(() => void ask(), everyMs).unref();
  return {
    get up() {
      return up;
    },
    close: () => clearInterval(timer),
  };
}
