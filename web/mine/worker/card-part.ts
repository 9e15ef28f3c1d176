/**
 * A worker that works the browser's card.
 * @module
 */
import { Card } from '../../../miner/backends/gpu/card.js';
import {
  ALIVE_INTERVAL_MS,
  type ChildMessage,
  type ParentMessage,
} from '../../../miner/backends/gpu/messages.js';
import { requestCard } from './find-card.js';
import { SEARCH_TEXT } from './kernels.js';
import { scope } from './scope.js';

export function playCard(): void {
  const say = (message: ChildMessage): void => scope.postMessage(message);
  const card = new Card(say);
  const open = async (): Promise<void> => {
    const adapter = await requestCard();
    if (adapter === undefined) card.fail('the browser gives no card any more', false);
    else await card.open(adapter, SEARCH_TEXT);
  };
  scope.addEventListener('message', ({ data }) => {
    const message = data as ParentMessage;
    if (message.type !== 'open') card.take(message);
    else open().catch((error) => card.fail(error instanceof Error ? error.message : String(error), false));
  });
  setInterval(() => say({ type: 'alive' }), ALIVE_INTERVAL_MS);
}
