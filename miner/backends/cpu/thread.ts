/**
 * Entry point of a hashing thread of Node.js: self-test, then task after task. Imports only what it needs, since every thread
 * loads it anew.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createCpuKernel } from '../../../shaders/cpu/cpu-kernel.js';
import { createNativeKernel } from '../../../shaders/cpu/native.js';
import { loadNativeAddon } from '../../../shaders/cpu/native-addon.js';
import { pinThread } from '../../../shaders/cpu/pin-thread.js';
import { selfTestFault } from '../../../shaders/self-test.js';
import type { SearchTask } from '../../core/device.js';
import { createPace, searchTask } from './search-task.js';
import { type NodeThreadData, type ThreadMessage, WHOLE_LOAD } from './thread-messages.js';

const { kernel: chosen, generations, load, selfTest, cpu, addon } = workerData as NodeThreadData;
const now = () => performance.now();

function say(message: ThreadMessage): void {
  parentPort!.postMessage(message);
}

if (cpu !== undefined) {
  const fault = pinThread(cpu, () => loadNativeAddon(addon!));
  if (fault !== undefined)
    say({ type: 'notice', message: `a thread could not be bound to CPU ${cpu}: ${fault}; it mines on any` });
}
const kernel = await createCpuKernel(chosen, createNativeKernel);
const fault = selfTestFault(selfTest, kernel.search(selfTest.range));
if (fault !== undefined) {
  say({ type: 'fault', message: fault });
} else {
  const pace = createPace();
  parentPort!.on('message', (task: SearchTask) => {
    const isStale = () => task.generation < Atomics.load(generations, task.chain);
    const rest = (ms: number): void => {
      const generation = Atomics.load(generations, task.chain);
      // Whoever raises it wakes this thread.
      if (task.generation >= generation) Atomics.wait(generations, task.chain, generation, ms);
    };
    const startedMs = now();
    pace.load.load = Atomics.load(load, 0) / WHOLE_LOAD;
    const report = searchTask(task, kernel, pace, isStale, now, rest);
    say({ type: 'report', report, elapsedMs: now() - startedMs });
  });
  say({ type: 'ready' });
}
