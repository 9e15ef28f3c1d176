/**
 * One thread of the kernel that is chosen on this engine, to one thread of each other WASM build.
 * @module
 */
import { bestCpuKernel, usableWasmKernels } from '../../shaders/cpu/kernels.js';
import { searchRate, warmCrew } from './contenders.js';
import { type Figure, type FigureLine, ratioLine, ratiosOf } from './figure.js';

/** What the choice may cost: builds that are as good as each other are chosen by chance. */
const LEAST = 0.97;

export const bestKernel: Figure = {
  name: 'best-kernel',
  async measure() {
    const best = bestCpuKernel();
    const lines: FigureLine[] = [];
    for (const other of usableWasmKernels().filter(({ name }) => name !== best.name)) {
      const crews = [await warmCrew(1, best), await warmCrew(1, other)] as const;
      const ratios = await ratiosOf(
        () => searchRate(crews[0]),
        () => searchRate(crews[1]),
      );
      await Promise.all(crews.map((crew) => crew.close()));
      lines.push(ratioLine(`kernel ${best.name}, one thread, to ${other.name}`, ratios, LEAST));
    }
    if (lines.length === 0)
      lines.push({ what: `kernel ${best.name}`, measured: 'the only one that runs here' });
    return lines;
  },
};
