/**
 * Child process: one card, from the miner's `open` until the channel closes. A crash, a hang or a lost device ends
 * this process and not the miner. Its argument, if it has one, is the addon with the Vulkan layer.
 * @module
 */
import { assembleShader } from '../../../shaders/assemble.js';
import { SEARCH_SHADER } from '../../../shaders/shader-files.js';
import { Card } from './card.js';
import { endWithParent, sendLast, sendToParent } from './child-channel.js';
import { endProcess, WebgpuMissingError } from './dawn.js';
import { ALIVE_INTERVAL_MS, type ChildMessage, type ParentMessage } from './messages.js';
import { OtherAdapterError, openAdapter } from './open-adapter.js';

let ending = false;

function send(message: ChildMessage): void {
  if (ending) return;
  if (message.type === 'failed') {
    ending = true;
    sendLast(message, endProcess);
  } else sendToParent(message);
}

const card = new Card(send);

async function open({ adapter, card: one }: ParentMessage & { readonly type: 'open' }): Promise<void> {
  await card.open(await openAdapter(adapter, one, process.argv[2]), assembleShader(SEARCH_SHADER));
}

/** Whether another child would fail in the same way. */
function isFinal(error: unknown): boolean {
  return error instanceof WebgpuMissingError || error instanceof OtherAdapterError;
}

process.on('message', (message: ParentMessage) => {
  if (message.type !== 'open') card.take(message);
  else
    open(message).catch((error) =>
      card.fail(error instanceof Error ? error.message : String(error), isFinal(error)),
    );
});
// A terminal or a service manager signals the whole group: this process ends when the miner is done with it. A terminal that is gone does
// so, too, and under nohup the miner goes on; what nohup ignores for it is not ignored in its children.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
endWithParent(endProcess);
setInterval(() => {
  if (!process.connected) endProcess();
  send({ type: 'alive' });
}, ALIVE_INTERVAL_MS);
