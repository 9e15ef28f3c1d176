/**
 * What each of all threads makes in a CPU-second, to what one alone makes.
 * @module
 */
import { bestCpuKernel } from '../../shaders/cpu/kernels.js';
import { CORES, searchRate, warmCrew } from './contenders.js';
import { type Figure, ratioLine, ratiosOf } from './figure.js';

export const threadsToOne: Figure = {
  name: 'threads-to-one',
  async measure() {
    const all = await warmCrew(CORES);
    const one = await warmCrew(1);
    const ratios = await ratiosOf(
      () => searchRate(all),
      () => searchRate(one),
    );
    await Promise.all([all.close(), one.close()]);
    return [
      ratioLine(`kernel ${bestCpuKernel().name}, ${CORES} threads to one, per CPU-second`, ratios, 0.95),
    ];
  },
};
