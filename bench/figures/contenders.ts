/**
 * What the figures measure: threads and a software adapter, warmed up.
 * @module
 */
import { availableParallelism, cpus } from 'node:os';
import { listAdapters } from '../../miner/backends/gpu/adapters.js';
import type { CpuKernel } from '../../shaders/cpu/cpu-kernel.js';
import { bestCpuKernel } from '../../shaders/cpu/kernels.js';
import type { Contender, SearchOrder } from '../contender.js';
import { Crew } from '../cpu/crew.js';
import { type Card, openCard } from '../gpu/card.js';
import { hashesPerBusySecond } from '../statistics.js';
import { templateOf } from '../verification.js';

/** Length of a window, ms. */
export const WINDOW_MS = 400;

const WARM_UP_MS = 1_000;

/** A range in which nothing can be found: what is measured is the search alone. */
export const NOTHING: SearchOrder = {
  ...templateOf('figures'),
  chain: 9,
  target: new Uint8Array(32),
  start: 0n,
};

/** All cores that this process may use. */
export const CORES = availableParallelism();

/** Threads on the fastest kernel, or another one, warmed up. */
export async function warmCrew(threads: number, kernel: CpuKernel = bestCpuKernel()): Promise<Crew> {
  const crew = new Crew({ kernel, threads, device: cpus()[0]?.model ?? 'cpu' });
  await crew.searchFor(NOTHING, WARM_UP_MS);
  return crew;
}

/** One thread of the yardstick, warmed up: `blake3(blake3(buf))` on one reused buffer. */
export async function warmYardstick(): Promise<Crew> {
  const crew = new Crew({ kernel: { name: 'noble' }, threads: 1, device: cpus()[0]?.model ?? 'cpu' });
  await crew.yardstick(WARM_UP_MS);
  return crew;
}

/** A software adapter, warmed up. @throws Error where there is none */
export async function warmSoftwareCard(): Promise<Card> {
  const adapter = (await listAdapters({ software: true })).find(
    ({ software, name }) => software && /swiftshader/i.test(name),
  );
  if (!adapter) throw new Error('no SwiftShader here (Debian: apt-get install chromium-common libvulkan1)');
  const card = await openCard(adapter);
  await card.searchFor(NOTHING, WARM_UP_MS);
  return card;
}

/** Hashes per CPU-second in one window. */
export async function searchRate(contender: Contender, windowMs = WINDOW_MS): Promise<number> {
  return hashesPerBusySecond(await contender.searchFor(NOTHING, windowMs));
}
