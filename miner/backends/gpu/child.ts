/**
 * Child process: one card, from the miner's `open` until the channel closes. A crash, a hang or a lost device ends
 * this process and not the miner.
 * @module
 */
import { assembleShader } from '../../../shaders/assemble.js';
import { SEARCH_SHADER } from '../../../shaders/shader-files.js';
import { isOtherAdapter, type ListedAdapter } from './adapter-list.js';
import { Card } from './card.js';
import { endWithParent, sendLast } from './child-channel.js';
import { createGpu, endProcess, WebgpuMissingError } from './dawn.js';
import { ALIVE_INTERVAL_MS, type ChildMessage, type ParentMessage } from './messages.js';

let ending = false;

function send(message: ChildMessage): void {
  if (ending) return;
  if (message.type === 'failed') {
    ending = true;
    sendLast(message, endProcess);
  } else if (process.connected) process.send?.(message);
}

const card = new Card(send);

async function open(listed: ListedAdapter): Promise<void> {
  const gpu = await createGpu([`adapter=${listed.name}`, `backend=${listed.backend}`]);
  const adapter = await gpu.requestAdapter();
  if (!adapter) return card.fail(`no adapter "${listed.name}" on backend ${listed.backend}`, false);
  // It would be worked twice, were it chosen itself as well.
  if (isOtherAdapter(listed.name, adapter.info.device)) {
    return card.fail(`WebGPU opened another adapter than "${listed.name}": ${adapter.info.device}`, true);
  }
  await card.open(adapter, assembleShader(SEARCH_SHADER));
}

process.on('message', (message: ParentMessage) => {
  if (message.type !== 'open') card.take(message);
  else
    open(message.adapter).catch((error) =>
      card.fail(error instanceof Error ? error.message : String(error), error instanceof WebgpuMissingError),
    );
});
// A terminal or a service manager signals the whole group: this process ends when the miner is done with it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
endWithParent(endProcess);
setInterval(() => {
  if (!process.connected) endProcess();
  send({ type: 'alive' });
}, ALIVE_INTERVAL_MS);
