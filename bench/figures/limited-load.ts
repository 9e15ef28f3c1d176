/**
 * What a limit of the load leaves of the rate, and whether new parents wait for its rests.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCpuDevice } from '../../miner/backends/cpu/create-cpu-device.js';
import { listAdapters } from '../../miner/backends/gpu/adapters.js';
import { createGpuDevice } from '../../miner/backends/gpu/create-gpu-device.js';
import type { GpuDevice } from '../../miner/backends/gpu/gpu-device.js';
import type { SearchDevice } from '../../miner/core/device.js';
import { median } from '../statistics.js';
import { keepBusy } from './busy-device.js';
import type { Figure, FigureLine } from './figure.js';
import { watchParents } from './stale-work.js';

const LOAD = 0.6;
/** How far the rate may be from its part. */
const TOLERANCE = 0.02;
/** Windows under the limit, each between two without. */
const WINDOWS = 31;
/** As long as the rate is promised to be even over: the machine's own speed changes over longer times. */
const WINDOW_MS = 1_000;
const WARM_UP_MS = 4_000;
/** After a change of the limit. */
const SETTLE_MS = 300;
/** Longer than work and rest together: windows begin anywhere in it. */
const CYCLE_MS = 150;

export const limitedLoad: Figure = {
  name: 'limited-load',
  async measure() {
    const lines = [
      ...(await rateOf(createCpuDevice(1))),
      ...(await watchParents(createCpuDevice(1), `cpu, 1 thread at ${LOAD * 100} %`, 50, LOAD)),
    ];
    const adapter = (await listAdapters({ software: true }))[0];
    if (adapter === undefined) return lines;
    const card = (): GpuDevice => createGpuDevice({ adapter, driverManifest: adapter.driverManifest });
    return [
      ...lines,
      ...(await rateOf(card())),
      ...(await watchParents(card(), `${adapter.name} at ${LOAD * 100} %`, 100, LOAD)),
    ];
  },
};

/** The rate under the limit to that just before and after without, by the clock. */
async function rateOf(device: SearchDevice): Promise<FigureLine[]> {
  const busy = await keepBusy(device, 'limited load');
  await sleep(WARM_UP_MS);
  let windows = 0;
  const rate = async (load: number): Promise<number> => {
    device.setLoad(load);
    await sleep(SETTLE_MS + CYCLE_MS * ((windows++ * 0.618) % 1));
    const before = busy.hashes;
    const startedMs = performance.now();
    await sleep(WINDOW_MS);
    return (busy.hashes - before) / (performance.now() - startedMs);
  };
  const ratios: number[] = [];
  let before = await rate(1);
  while (ratios.length < WINDOWS) {
    const limited = await rate(LOAD);
    const after = await rate(1);
    ratios.push((2 * limited) / (before + after));
    before = after;
  }
  await device.close();
  const middle = median(ratios);
  return [
    {
      what: `${device.name}: rate at --max-load ${LOAD * 100}% to that without`,
      measured: `${middle.toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}, ${ratios.length} windows)`,
      required: `${LOAD} ± ${TOLERANCE}`,
      met: Math.abs(middle - LOAD) <= TOLERANCE,
    },
  ];
}
