/**
 * Somebody who looks at the pool's web pages: asks its HTTP API at a steady pace.
 * @module
 */
import { Histogram } from './histogram.js';

/** An answer must come within, ms. */
const TIMEOUT_MS = 5_000;

/** What a dashboard asks of a pool in the forms of Miningcore. @param account - address of a miner */
export function apiPaths(poolId: string, account: string): string[] {
  const pool = `/api/pools/${poolId}`;
  return [
    '/api/pools',
    pool,
    `${pool}/miners`,
    `${pool}/miners/${account}`,
    `${pool}/blocks`,
    `${pool}/performance`,
  ];
}

/** Asks until it is closed. */
export class ApiReader {
  readonly times = new Histogram();
  /** Answers other than 200, and none. */
  failures = 0;
  readonly #timer: NodeJS.Timeout;
  #next = 0;

  /** @param perSecond - requests, one path after the other */
  constructor(port: number, paths: readonly string[], perSecond: number) {
    this.#timer = setInterval(() => {
      void this.#ask(`http://127.0.0.1:${port}${paths[this.#next++ % paths.length]}`);
    }, 1000 / perSecond);
  }

  restart(): void {
    this.times.clear();
    this.failures = 0;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #ask(url: string): Promise<void> {
    const startedMs = performance.now();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      await response.arrayBuffer();
      if (response.status !== 200) this.failures++;
      this.times.record((performance.now() - startedMs) * 1000);
    } catch {
      this.failures++;
    }
  }
}
