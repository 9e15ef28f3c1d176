/**
 * Puts the chosen device of a browser to work.
 * @module
 */
import { CpuDevice } from '../../../miner/backends/cpu/cpu-device.js';
import { GpuDevice } from '../../../miner/backends/gpu/gpu-device.js';
import type { Miner } from '../../../miner/core/miner.js';
import { restartDelayMs } from '../../../miner/core/restart-delay.js';
import { fastestKernel } from '../../../shaders/cpu/fastest-kernel.js';
import type { MineOptions } from '../messages.js';
import { cardName, noCardReason, requestCard } from './find-card.js';
import { usableWasmKernels } from './kernels.js';
import { openCardLink } from './worker-card-link.js';
import { WorkerThreads } from './worker-threads.js';

export interface DevicesEvents {
  /** Why it is another device than one would think. */
  onWord(text: string): void;
  /** The last device was given up. */
  onNoneLeft(text: string): void;
}

/**
 * Adds the device that is wished for to a miner. With `auto` the CPU mines where there is no card, or none that works; a
 * card that is the CPU in disguise counts as none.
 */
export async function startDevices(
  { device, threads }: Pick<MineOptions, 'device' | 'threads'>,
  miner: Miner,
  events: DevicesEvents,
): Promise<void> {
  const startCpu = (): void => {
    const kernel = fastestKernel(usableWasmKernels(), () => performance.now());
    const cpu = new CpuDevice({ threads, kernel }, { threads: new WorkerThreads(), restartDelayMs });
    const slot = miner.addDevice(cpu, () => {
      if (slot.state === 'failed') events.onNoneLeft('the CPU was given up');
    });
  };
  if (device === 'cpu') {
    startCpu();
    return;
  }
  const adapter = await requestCard();
  if (adapter === undefined || (device === 'auto' && adapter.info.isFallbackAdapter)) {
    const reason = adapter === undefined ? noCardReason() : 'this browser’s WebGPU runs on the CPU';
    if (device === 'gpu') {
      events.onNoneLeft(`${reason}: choose the CPU`);
      return;
    }
    events.onWord(`${reason}: the CPU mines, by WebAssembly`);
    startCpu();
    return;
  }
  const name = cardName(adapter);
  const card = new GpuDevice({ name }, { openLink: (link) => openCardLink(name, link) });
  const slot = miner.addDevice(card, () => {
    if (slot.state !== 'failed') return;
    if (device === 'gpu') events.onNoneLeft(`${name} was given up`);
    else {
      events.onWord(`${name} was given up: the CPU mines, by WebAssembly`);
      startCpu();
    }
  });
}
