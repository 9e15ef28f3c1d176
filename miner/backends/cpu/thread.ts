/**
 * Entry point of a hashing thread: self-test, then task after task. Imports only what it needs, since every thread
 * loads it anew.
 * @module
 */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { createCpuKernel } from '../../../shaders/cpu/cpu-kernel.js';
import { selfTestFault } from '../../../shaders/self-test.js';
import type { SearchTask } from '../../core/device.js';
import { createPace, searchTask } from './search-task.js';
import type { ThreadData, ThreadMessage } from './thread-messages.js';

const { kernel: chosen, generations, selfTest } = workerData as ThreadData;
const now = () => performance.now();

function say(message: ThreadMessage): void {
  parentPort!.postMessage(message);
}

const kernel = await createCpuKernel(chosen);
const fault = selfTestFault(selfTest, kernel.search(selfTest.range));
if (fault !== undefined) {
  say({ type: 'fault', message: fault });
} else {
  const pace = createPace();
  parentPort!.on('message', (task: SearchTask) => {
    const isStale = () => task.generation < Atomics.load(generations, task.chain);
    const startedMs = now();
    const report = searchTask(task, kernel, pace, isStale, now);
    say({ type: 'report', report, elapsedMs: now() - startedMs });
  });
  say({ type: 'ready' });
}
