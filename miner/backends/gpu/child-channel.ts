/**
 * A child process's end of its channel to the miner.
 * @module
 */
import type { ChildMessage, ProbeMessage } from './messages.js';

/**
 * Ends this child with its parent. Node tells a closed channel once: where the parent went while this process still
 * loaded its modules, nobody has heard it.
 */
export function endWithParent(end: () => void): void {
  process.on('disconnect', end);
  if (!process.connected) end();
}

/** Says something, unless nobody hears it any more: then this child ends soon, and what became of the message is of no use. */
export function sendToParent(message: ChildMessage | ProbeMessage): void {
  // Without a callback the error of a channel that breaks meanwhile would be an event that nobody hears: it ends a process.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

/** Says the last word of this child, then calls `end`. */
export function sendLast(message: ChildMessage | ProbeMessage, end: () => void): void {
  if (process.connected && process.send) process.send(message, undefined, {}, end);
  else end();
}
