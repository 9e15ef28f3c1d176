/**
 * The WGSL kernel on SwiftShader, on all cores, to one thread of the reference.
 * @module
 */
import { hashesPerBusySecond, hashesPerSecond } from '../statistics.js';
import { CORES, NOTHING, WINDOW_MS, warmSoftwareCard, warmYardstick } from './contenders.js';
import { type Figure, ratioLine, ratiosOf } from './figure.js';

/** A window of the shader: some ten dispatches. */
const SHADER_WINDOW_MS = 1_000;

export const shaderToNoble: Figure = {
  name: 'shader-to-noble',
  async measure() {
    const card = await warmSoftwareCard();
    const noble = await warmYardstick();
    const byClock: number[] = [];
    let wall = 0;
    const ratios = await ratiosOf(
      async () => {
        const window = await card.searchFor(NOTHING, SHADER_WINDOW_MS);
        wall = hashesPerSecond(window);
        return hashesPerBusySecond(window) * CORES;
      },
      async () => {
        const window = await noble.yardstick(WINDOW_MS);
        if (wall > 0) byClock.push(wall / hashesPerSecond(window));
        return hashesPerBusySecond(window);
      },
    );
    await Promise.all([card.close(), noble.close()]);
    return [
      ratioLine(`WGSL kernel on SwiftShader, ${CORES} cores, to cpu-noble`, ratios, 0.9 * CORES),
      ratioLine('  by the clock on the wall, whoever else had the cores', byClock),
    ];
  },
};
