/**
 * The port between a GPU device and what works its card: a child process, or a worker of a browser. It is apart from the
 * miner so that it can be ended, whatever its driver does.
 * @module
 */
import type { ChildMessage, ParentMessage } from './messages.js';

/** What works a card, from its start on. */
export interface GpuLink {
  /** Process id; undefined where it is no process, or none could be started. */
  readonly pid?: number | undefined;
  /** Sends, unless it has ended. */
  send(message: ParentMessage): void;
  /** Ends it, whatever it does. @param why - what `onEnd` will say */
  kill(why: string): void;
  /** Ends it. Resolves when it is gone or left behind. */
  close(): Promise<void>;
}

export interface GpuLinkEvents {
  onMessage(message: ChildMessage): void;
  /** Once. It is gone, or can't be ended and is left behind; `why` is for people. */
  onEnd(why: string): void;
}

/** Starts it, and has it open its card. @throws Error that says so where the system has no room for another one */
export type OpenGpuLink = (events: GpuLinkEvents) => GpuLink;
