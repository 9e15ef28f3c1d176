/**
 * The link between the miner and the worker that works a card.
 * @module
 */
import type { GpuLink, GpuLinkEvents } from '../../../miner/backends/gpu/gpu-link.js';
import type { ChildMessage, ParentMessage } from '../../../miner/backends/gpu/messages.js';
import { startWorker } from './scope.js';

/** Starts the worker, and has it open the card. @param name - of the card */
export function openCardLink(name: string, events: GpuLinkEvents): GpuLink {
  let ended = false;
  const worker = startWorker('card');
  const end = (): boolean => {
    if (ended) return false;
    ended = true;
    worker.terminate();
    return true;
  };
  const fail = (why: string): void => {
    if (end()) events.onEnd(why);
  };
  worker.onmessage = ({ data }: MessageEvent<ChildMessage>) => {
    if (ended) return;
    events.onMessage(data);
    // A process would end by itself.
    if (data.type === 'failed') fail(data.message);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message ?? 'its script did not load');
  };
  const send = (message: ParentMessage): void => {
    if (!ended) worker.postMessage(message);
  };
  send({ type: 'open', adapter: { backend: 'browser', name } });
  return {
    send,
    kill: fail,
    close: async () => {
      end();
    },
  };
}
