/**
 * The pool's feed: events over a WebSocket that is opened again whenever it is gone. Without it the page asks, and shows the same.
 * @module
 */
import type { FeedEvent } from '../../pool/http/feed/feed-schema.js';
import { Cell } from './cell.js';

/** The pool says something every ten seconds: a feed that says nothing for so long is dead, ms. */
const SILENCE_MS = 35_000;

/** Waits before the feed is opened again, ms: doubled from the first to the last. */
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 60_000;

const TYPES: ReadonlySet<unknown> = new Set<FeedEvent['type']>([
  'blockFound',
  'blockState',
  'newHeight',
  'poolStats',
]);

export class Feed {
  readonly open = new Cell(false);
  readonly #url: URL;
  readonly #onEvent: (event: FeedEvent) => void;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(url: URL, onEvent: (event: FeedEvent) => void) {
    this.#url = url;
    this.#onEvent = onEvent;
  }

  /** Opens it at once, in place of one that there may be. */
  start(): void {
    this.stop();
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#url);
    } catch {
      // A browser without WebSockets, or that may not use them here.
      return;
    }
    this.#socket = socket;
    socket.onopen = () => {
      this.#failures = 0;
      this.open.set(true);
      this.#watchSilence();
    };
    socket.onmessage = ({ data }) => {
      this.#watchSilence();
      const event = eventOf(data);
      if (event !== undefined) this.#onEvent(event);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.stop();
      const waitMs = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures++, 10));
      this.#timer = setTimeout(() => this.start(), waitMs * (0.75 + Math.random() / 2));
    };
  }

  /** Opens it at once where it neither is open nor about to be. */
  resume(): void {
    if (this.#socket === undefined) this.start();
  }

  stop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.open.set(false);
  }

  #watchSilence(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.start(), SILENCE_MS);
  }
}

function eventOf(data: unknown): FeedEvent | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const event = JSON.parse(data) as FeedEvent | null;
    return TYPES.has(event?.type) ? event! : undefined;
  } catch {
    return undefined;
  }
}
