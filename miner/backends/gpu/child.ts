/**
 * Child process: one card, from the miner's `open` until the channel closes. A crash, a hang or a lost device ends
 * this process and not the miner.
 * @module
 */
import { isOtherAdapter, type ListedAdapter } from './adapter-list.js';
import { createGpu, endProcess, WebgpuMissingError } from './dawn.js';
import {
  ALIVE_INTERVAL_MS,
  type ChildMessage,
  endWithParent,
  type ParentMessage,
  sendLast,
} from './messages.js';
import { createSearchEngine, HARDWARE_TUNING, SOFTWARE_TUNING } from './search-engine.js';
import { judgeSelfTest, plantFind } from './self-test.js';
import { TaskRunner } from './task-runner.js';

let device: GPUDevice | undefined;
let runner: TaskRunner | undefined;
let ending = false;

function send(message: ChildMessage): void {
  if (process.connected && !ending) process.send?.(message);
}

/** Says why and ends. Only the first reason counts: a lost device also fails what was in flight. */
function fail(message: string, final: boolean): void {
  if (ending) return;
  ending = true;
  sendLast({ type: 'failed', message, final }, endProcess);
}

async function open(listed: ListedAdapter): Promise<void> {
  const gpu = await createGpu([`adapter=${listed.name}`, `backend=${listed.backend}`]);
  const adapter = await gpu.requestAdapter();
  if (!adapter) return fail(`no adapter "${listed.name}" on backend ${listed.backend}`, false);
  // It would be worked twice, were it chosen itself as well.
  if (isOtherAdapter(listed.name, adapter.info.device)) {
    return fail(`WebGPU opened another adapter than "${listed.name}": ${adapter.info.device}`, true);
  }
  const { maxComputeWorkgroupsPerDimension } = adapter.limits;
  device = await adapter.requestDevice({ requiredLimits: { maxComputeWorkgroupsPerDimension } });
  void device.lost.then((info) => fail(`device lost: ${info.message || info.reason}`, false));
  device.addEventListener('uncapturederror', (event) => fail(`WebGPU: ${event.error.message}`, false));
  const tuning = adapter.info.isFallbackAdapter ? SOFTWARE_TUNING : HARDWARE_TUNING;
  const engine = await createSearchEngine(device, tuning);
  const planted = plantFind();
  const wrong = judgeSelfTest(planted, await engine.dispatch(planted.range));
  if (wrong !== undefined) return fail(wrong, true);
  await engine.tune();
  runner = new TaskRunner(engine, {
    onReport: (report) => send({ type: 'report', report, taskSize: engine.dispatchNonces }),
    onError: (error) => fail(`dispatch failed: ${error instanceof Error ? error.message : error}`, false),
  });
  send({ type: 'ready', taskSize: engine.dispatchNonces });
}

process.on('message', (message: ParentMessage) => {
  switch (message.type) {
    case 'open':
      open(message.adapter).catch((error) =>
        fail(error instanceof Error ? error.message : String(error), error instanceof WebgpuMissingError),
      );
      break;
    case 'search':
      runner?.add(message.task);
      break;
    case 'abandon':
      runner?.abandon(message.chain, message.generation);
      break;
    case 'loseDevice':
      device?.destroy();
      break;
  }
});
// A terminal or a service manager signals the whole group: this process ends when the miner is done with it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
endWithParent(endProcess);
setInterval(() => {
  if (!process.connected) endProcess();
  send({ type: 'alive' });
}, ALIVE_INTERVAL_MS);
