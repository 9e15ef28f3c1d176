/**
 * Whether kernels find as often as chance says: a kernel that leaves nonces out finds fewer.
 * @module
 */
import { hasFastCpuKernel } from '../../shaders/cpu/kernels.js';
import type { Contender } from '../contender.js';
import { Crew } from '../cpu/crew.js';
import { targetForNonces, templateOf } from '../verification.js';
import { warmCrew, warmSoftwareCard } from './contenders.js';
import type { Figure, FigureLine } from './figure.js';

const NONCES_PER_FIND = 1_024;
/** Nonces of one search: 16 finds, within every kernel's room. */
const PART = 2 ** 14;
const MAX_SIGMAS = 4;

export const hitRate: Figure = {
  name: 'hit-rate',
  async measure() {
    const lines: FigureLine[] = [];
    const noble = new Crew({ kernel: { name: 'noble' }, threads: 1, device: '' });
    lines.push(await count(noble, 1_000_000));
    if (hasFastCpuKernel()) lines.push(await count(await warmCrew(1), 10_000_000));
    lines.push(await count(await warmSoftwareCard(), 10_000_000));
    return lines;
  },
};

async function count(contender: Contender, nonces: number): Promise<FigureLine> {
  const template = { ...templateOf('hit rate'), chain: 6, target: targetForNonces(NONCES_PER_FIND) };
  let found = 0;
  for (let done = 0; done < nonces; done += PART) {
    const part = Math.min(PART, nonces - done);
    const { finds, overflow } = await contender.search({ ...template, start: BigInt(done), count: part });
    found += finds.length + overflow;
  }
  await contender.close();
  const expected = nonces / NONCES_PER_FIND;
  const sigmas = (found - expected) / Math.sqrt(expected * (1 - 1 / NONCES_PER_FIND));
  return {
    what: `${contender.backend}: finds in ${nonces} nonces`,
    measured: `${found}, expected ${expected.toFixed(1)}: ${sigmas.toFixed(2)} sigma`,
    required: `within ${MAX_SIGMAS} sigma`,
    met: Math.abs(sigmas) <= MAX_SIGMAS,
  };
}
