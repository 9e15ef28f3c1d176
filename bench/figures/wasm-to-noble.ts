/**
 * One thread of the WASM kernel to one thread of the reference.
 * @module
 */
import { formatHashrate } from '../../protocol/quantity-text.js';
import { bestWasmKernel } from '../../shaders/cpu/kernels.js';
import { hashesPerBusySecond, median } from '../statistics.js';
import { searchRate, WINDOW_MS, warmCrew, warmYardstick } from './contenders.js';
import { type Figure, ratioLine, ratiosOf } from './figure.js';

export const wasmToNoble: Figure = {
  name: 'wasm-to-noble',
  async measure() {
    const kernel = bestWasmKernel();
    if (kernel === undefined) return [{ what: 'WASM kernel', measured: 'does not run here' }];
    const wasm = await warmCrew(1, kernel);
    const noble = await warmYardstick();
    const nobleRates: number[] = [];
    const ratios = await ratiosOf(
      () => searchRate(wasm),
      async () => {
        const rate = hashesPerBusySecond(await noble.yardstick(WINDOW_MS));
        nobleRates.push(rate);
        return rate;
      },
    );
    await Promise.all([wasm.close(), noble.close()]);
    return [
      ratioLine('WASM kernel, one thread, to cpu-noble', ratios, 28),
      {
        what: '  cpu-noble, per CPU-second',
        measured: formatHashrate(median(nobleRates)),
      },
    ];
  },
};
